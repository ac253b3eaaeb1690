"""Tasks of the orders app. Each takes ids or nothing, reads afresh, and may run twice."""

from celery import shared_task

from gcc_portal.core.enqueue import enqueue_once, mark_begun
from orders.services import fulfilment, sweeps
from orders.states import OrderState

FULFILMENT = "orders.tasks.fulfil_waiting"


@shared_task(ignore_result=True)
def fulfil_waiting() -> int:
    """Bring the submitted orders to their end, in sets; return how many were taken up. May run many times at once."""
    # First: an order that is submitted from here on wakes another.
    mark_begun(FULFILMENT)
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
    """Take up the orders whose worker died, or whose message got lost; return how many."""
    waiting = fulfilment.stuck_orders(states=[OrderState.SUBMITTED])
    if waiting:
        enqueue_once(FULFILMENT)
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
