"""What this room's audited actions are called."""

from django.utils.translation import gettext_lazy as _

from gcc_portal.core.audit.labels import name_actions


def name_room_actions() -> None:
    """Name the actions of orders and subscriptions that have no name of their own yet."""
    name_actions(
        place_order=_("Order by a program"),
        begin=_("Fulfilment began"),
        retry=_("Failed lines tried again"),
        complete=_("Completed"),
        fail=_("Failed"),
        activate_subscription=_("Subscription activated"),
        change_seats=_("Seats changed"),
        schedule_seats=_("Seats scheduled for the renewal"),
        unschedule_seats=_("Scheduled seats withdrawn"),
        set_auto_renew=_("Auto-renew changed"),
        suspend=_("Suspended"),
        resume=_("Resumed"),
        rename=_("Renamed"),
        put_on_record=_("Partner on record changed"),
        renew=_("Renewed"),
    )
