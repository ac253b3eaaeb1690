"""What the acts of the intake that are no transitions are called on a timeline."""

from django.utils.translation import gettext_lazy as _

from gcc_portal.core.audit.labels import name_actions


def name_intake_actions() -> None:
    """Name them; called once when Django is ready."""
    name_actions(
        attach=_("File attached"),
        detach=_("File removed"),
        leave_to_reviewer=_("Left to a reviewer by the desk"),
        set_aside=_("Set aside by the desk"),
        decide=_("Decision of the desk"),
    )
