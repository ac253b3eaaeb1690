"""E-mails about orders."""

from collections.abc import Sequence

from django.urls import reverse
from django.utils.translation import gettext as _

from gcc_portal.core.mail.emails import EmailContent, absolute
from gcc_portal.core.text import money
from orders.models import Order, OrderLine
from orders.states import Outcome

POINTS = 20


def order_submitted(order: Order, lines: Sequence[OrderLine]) -> EmailContent:
    """Return the e-mail that says that the order was received: what was ordered, at what price, and what comes next."""
    return EmailContent(
        subject=_("We have your order %(number)s for %(customer)s") % _order_names(order),
        greeting=_("Hello %(name)s,") % {"name": order.created_by or order.placed_by},
        paragraphs=[
            _("We have your order %(number)s for %(customer)s. This was ordered:") % _order_names(order)
        ],
        facts=[*_priced(lines), (_("First bill (demo prices)"), money(order.due_cents))],
        after_points=[
            _(
                "Fulfilment begins now and takes a few minutes at most. When it has ended you get another e-mail that "
                "says which subscriptions are active."
            ),
        ],
        action_label=_("Follow the order"),
        action_url=absolute(reverse("orders:order", args=[order.number])),
    )


def order_completed(order: Order, lines: Sequence[OrderLine]) -> EmailContent:
    """Return the e-mail that says that every line is fulfilled."""
    return EmailContent(
        subject=_("Order %(number)s for %(customer)s is complete") % _order_names(order),
        greeting=_("Hello %(name)s,") % {"name": order.created_by or order.placed_by},
        paragraphs=[
            _("Order %(number)s for %(customer)s is complete: every line is fulfilled.")
            % _order_names(order),
            _("These subscriptions are active now:"),
        ],
        points=_points(lines),
        after_points=[
            _(
                "Seats can be taken off, or a subscription cancelled, within seven calendar days; "
                "later only at the renewal."
            )
        ],
        action_label=_("See the subscriptions"),
        action_url=absolute(reverse("orders:subscriptions", args=[order.customer_id])),
    )


def order_failed(order: Order, lines: Sequence[OrderLine]) -> EmailContent:
    """Return the e-mail that says which lines could not be fulfilled, and why."""
    failed = [line for line in lines if line.outcome == Outcome.FAILED]
    done = len(lines) - len(failed)
    rest = _("The other lines (%(n)s) are fulfilled and stay so.") % {"n": done}
    return EmailContent(
        subject=_("Order %(number)s for %(customer)s could not be fulfilled in full") % _order_names(order),
        greeting=_("Hello %(name)s,") % {"name": order.created_by or order.placed_by},
        paragraphs=[
            _("These lines of order %(number)s for %(customer)s could not be fulfilled:")
            % _order_names(order),
        ],
        points=[f"{line.sku_title}: {line.cause}" for line in failed[:POINTS]],
        after_points=[
            *([rest] if done else []),
            _("Put right what each line names, then open the order and retry the failed lines."),
        ],
        action_label=_("Open the order"),
        action_url=absolute(reverse("orders:order", args=[order.number])),
    )


def _order_names(order: Order) -> dict[str, object]:
    return {"number": order.number, "customer": order.customer}


def _priced(lines: Sequence[OrderLine]) -> list[tuple[str, str]]:
    """Return each line's title with its seats, plan and price as sold."""
    # Most lines have the same plan: it is put in words once.
    plans = {plan: str(plan) for plan in {line.plan for line in lines[:POINTS]}}
    rows = [
        (
            line.sku_title,
            _("%(counted)s, %(plan)s, %(price)s %(per)s")
            % {
                "counted": line.counted,
                "plan": plans[line.plan],
                "price": money(line.unit_price_cents),
                "per": line.offer.price_label,
            },
        )
        for line in lines[:POINTS]
    ]
    if len(lines) > POINTS:
        rows.append((_("More lines"), f"{len(lines) - POINTS}"))
    return rows


def _points(lines: Sequence[OrderLine]) -> list[str]:
    points = [
        _("%(title)s: %(counted)s, %(plan)s")
        % {"title": line.sku_title, "counted": line.counted, "plan": line.plan}
        for line in lines[:POINTS]
    ]
    if len(lines) > POINTS:
        points.append(_("and %(n)s more") % {"n": len(lines) - POINTS})
    return points
