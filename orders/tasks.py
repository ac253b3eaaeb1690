"""The room's tasks. Each takes ids or nothing, reads afresh, and may run twice."""

from celery import shared_task

from gcc_portal.waking import Worker, awake, wake
from orders.models import OrderState
from orders.services import fulfilment, sweeps

WAKE_KEY = "fulfilment:awake"


def wake_fulfilment() -> None:
    """Have the submitted orders taken up soon. Many commits in a moment start one task, which takes all that waits."""
    wake(fulfilling())


def fulfilling() -> Worker:
    """Return who is woken for the submitted orders: an act that wakes others as well tells all in one message."""
    return WAKE_KEY, fulfil_waiting


@shared_task(ignore_result=True)
def fulfil_waiting() -> int:
    """Bring the submitted orders to their end, in sets; return how many were taken up. May run many times at once."""
    # First: an order that is submitted from here on wakes another.
    awake(WAKE_KEY)
    taken = 0
    while True:
        batch = fulfilment.fulfil_batch()
        taken += batch
        if batch < fulfilment.BATCH:
            return taken


@shared_task(ignore_result=True)
def fulfil(order_id: int) -> str:
    """Bring an order to its end; return its state."""
    return fulfilment.fulfil(order_id)


@shared_task(ignore_result=True)
def resume_stuck() -> int:
    """Take up the orders whose worker died, or that no worker was told of; return how many."""
    waiting = fulfilment.stuck_orders(states=[OrderState.SUBMITTED])
    if waiting:
        wake_fulfilment()
    begun = fulfilment.stuck_orders(states=[OrderState.PROCESSING])
    for order_id in begun:
        fulfil.delay(order_id)
    return len(waiting) + len(begun)


@shared_task(ignore_result=True)
def renew_due() -> tuple[int, int]:
    """Renew or end the subscriptions whose period is over; return how many of each."""
    return sweeps.renew_due()


@shared_task(ignore_result=True)
def expire_carts() -> int:
    """Clear the carts that were kept too long; return how many."""
    return sweeps.expire_carts()
