"""The room's Celery tasks. Each takes ids or nothing, reads afresh, and may run twice."""

import logging

from celery import shared_task

from gcc_portal.core.people.actors import portal

logger = logging.getLogger(__name__)

# --- validation IDs and relationship requests (customers/services/{validation,relationships}.py) ----------------


@shared_task(ignore_result=True)
def expire_due() -> int:
    """Expire validation IDs and relationship requests that are past their day; return how many were."""
    from customers.services import relationships, validation

    actor = portal()
    expired = validation.expire_due(actor) + relationships.expire_due(actor)
    logger.info("%s validation IDs and relationship requests expired", expired)
    return expired


# --- customer creation (customers/services/creation.py) -----------------------------------------------------------


@shared_task(ignore_result=True)
def provision(creation_id: int) -> str:
    """Make the tenant and the customer of a creation that is being provisioned; return its state then."""
    from customers.services import provisioning

    state = provisioning.provision(creation_id)
    logger.info("creation %s is %s", creation_id, state or "gone")
    return state


@shared_task(ignore_result=True)
def resume_stuck() -> int:
    """Take up creations that hang in provisioning; return how many there were."""
    from customers.services import provisioning

    return provisioning.resume_stuck()
