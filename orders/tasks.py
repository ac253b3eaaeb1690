"""The room's tasks. Each takes ids, reads afresh, and may run twice."""

from celery import shared_task

from orders.services import fulfilment, sweeps


@shared_task(ignore_result=True)
def fulfil(order_id: int) -> str:
    """Bring an order to its end; return its state."""
    return fulfilment.fulfil(order_id)


@shared_task(ignore_result=True)
def resume_stuck() -> int:
    """Take up the orders whose worker died, or that no worker was told of; return how many."""
    waiting = fulfilment.stuck_orders()
    for order_id in waiting:
        fulfil.delay(order_id)
    return len(waiting)


@shared_task(ignore_result=True)
def renew_due() -> tuple[int, int]:
    """Renew or end the subscriptions whose period is over; return how many of each."""
    return sweeps.renew_due()


@shared_task(ignore_result=True)
def expire_carts() -> int:
    """Clear the carts that were kept too long; return how many."""
    return sweeps.expire_carts()
