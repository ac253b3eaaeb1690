"""Tone and label of every state, for the state tags on pages."""

from typing import Any, Final, NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Text = str | Promise

NEUTRAL: Final = "neutral"
INFO: Final = "info"
SUCCESS: Final = "success"
WARNING: Final = "warning"
DANGER: Final = "danger"
TONES: Final = frozenset({NEUTRAL, INFO, SUCCESS, WARNING, DANGER})


class Look(NamedTuple):
    """How a state is shown."""

    tone: str
    label: Text


LOOKS: Final[dict[str, Look]] = {
    # Intake forms
    "draft": Look(NEUTRAL, _("Draft")),
    "submitted": Look(INFO, _("Submitted")),
    "in_review": Look(INFO, _("In review")),
    "information_requested": Look(WARNING, _("Information requested")),
    "approved": Look(SUCCESS, _("Approved")),
    "declined": Look(DANGER, _("Declined")),
    "withdrawn": Look(NEUTRAL, _("Withdrawn")),
    # Qualifications of partners and customers
    "none": Look(NEUTRAL, _("None")),
    "pending": Look(INFO, _("Pending")),
    "qualified": Look(SUCCESS, _("Qualified")),
    "granted": Look(SUCCESS, _("Granted")),
    "denied": Look(DANGER, _("Denied")),
    "revoked": Look(DANGER, _("Revoked")),
    # Validation IDs and the reservations on them
    "issued": Look(SUCCESS, _("Issued")),
    "exhausted": Look(NEUTRAL, _("Used up")),
    "expired": Look(NEUTRAL, _("Expired")),
    "reserved": Look(INFO, _("Reserved")),
    "used": Look(NEUTRAL, _("Used")),
    "released": Look(NEUTRAL, _("Released")),
    # Customer creation
    "qualification_checked": Look(INFO, _("Qualification checked")),
    "provisioning": Look(INFO, _("Provisioning")),
    "active": Look(SUCCESS, _("Active")),
    "failed": Look(DANGER, _("Failed")),
    # Relationships and invitations
    "invited": Look(INFO, _("Invited")),
    "accepted": Look(SUCCESS, _("Accepted")),
    "ended": Look(NEUTRAL, _("Ended")),
    # Orders
    "cart": Look(NEUTRAL, _("Cart")),
    "processing": Look(INFO, _("Processing")),
    "completed": Look(SUCCESS, _("Completed")),
    "cancelled": Look(NEUTRAL, _("Cancelled")),
    # Subscriptions
    "suspended": Look(WARNING, _("Suspended")),
    "scheduled": Look(INFO, _("Scheduled")),
    # Outcomes of the automatic checks
    "pass": Look(SUCCESS, _("Pass")),
    "warn": Look(WARNING, _("Check by hand")),
    "fail": Look(DANGER, _("Fail")),
    "could_not_check": Look(WARNING, _("Could not check")),
    # Mail
    "queued": Look(INFO, _("Waiting to be sent")),
    "requeued": Look(WARNING, _("Trying again")),
    "sent": Look(SUCCESS, _("Sent")),
    # Deadlines in the review queue
    "due_soon": Look(WARNING, _("Due soon")),
    "overdue": Look(DANGER, _("Overdue")),
    "escalated": Look(WARNING, _("Escalated")),
    "refused": Look(DANGER, _("Refused")),
}


def _key(value: Any) -> str:
    """Return the state's key in `LOOKS`, from a string or an enum member."""
    return str(getattr(value, "value", value)).strip().lower().replace("-", "_").replace(" ", "_")


def tone_of(value: Any) -> str:
    """Return the tone of a state: neutral, info, success, warning or danger.

    An unknown state is neutral: a missing tone must not fail the page.
    """
    look = LOOKS.get(_key(value))
    return look.tone if look else NEUTRAL


def label_of(value: Any) -> Text:
    """Return the label of a state, in sentence case; an empty string for no state."""
    if value in (None, ""):
        return ""
    if label := getattr(value, "label", None):
        return label
    look = LOOKS.get(_key(value))
    return look.label if look else prettify(str(value))


def prettify(word: str) -> str:
    """Return a word of code in sentence case: `special_order` -> `Special order`."""
    text = word.replace("_", " ").strip()
    return text[:1].upper() + text[1:]
