"""Celery tasks of the customers app. Each takes ids or nothing, reads afresh, and may run twice."""

import logging

from celery import shared_task

from customers.models import CustomerCreation
from customers.services import provisioning, relationships, validation
from gcc_portal.core.people.actors import portal

logger = logging.getLogger(__name__)


@shared_task(ignore_result=True)
def expire_due() -> int:
    """Expire validation IDs and relationship requests that are past their day; return how many were."""
    actor = portal()
    expired = validation.expire_due(actor) + relationships.expire_due(actor)
    logger.info("%s validation IDs and relationship requests expired", expired)
    return expired


@shared_task(ignore_result=True)
def provision(creation_id: int) -> str:
    """Make the tenant and the customer of a creation that is being provisioned; return its state afterwards."""
    state = provisioning.provision(creation_id)
    logger.info("creation %s is %s", creation_id, state or "gone")
    return state


@shared_task(ignore_result=True)
def resume_stuck() -> int:
    """Start the creations again that hang in provisioning, or fail them after a while; return how many."""
    given_up = provisioning.give_up_overdue()
    # A worker that was killed leaves nothing half done: the tenant and the customer are one transaction.
    stuck = list(CustomerCreation.objects.stuck().values_list("pk", flat=True))
    for creation_id in stuck:
        provision.delay(creation_id)
    if given_up or stuck:
        logger.warning("%s creations were stuck in provisioning, %s given up", len(stuck), given_up)
    return len(stuck) + given_up
