"""Labels of the audited actions on orders and subscriptions, and the sentences on what they changed."""

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from gcc_portal.core.audit.labels import describe_changes, name_actions


def name_room_actions() -> None:
    """Register labels of actions, and the sentences on changes to a subscription."""
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
    describe_changes(
        {
            "subscription.change_seats": lambda data: (
                gettext("%(before)s to %(after)s seats")
                % {"before": data["quantity"][0], "after": data["quantity"][1]}
            ),
            "subscription.renew": lambda data: (
                gettext("Renewed with %(n)s seats") % {"n": data["quantity"][1]}
            ),
            "subscription.schedule_seats": lambda data: (
                gettext("%(after)s seats from the renewal on") % {"after": data["scheduled_quantity"][1]}
            ),
            "subscription.set_auto_renew": lambda data: (
                gettext("Auto-renew on") if data["auto_renew"][1] else gettext("Auto-renew off")
            ),
            "subscription.rename": lambda data: data["friendly_name"][1],
            "subscription.put_on_record": lambda data: data["partner_on_record"][1] or gettext("None"),
        }
    )
