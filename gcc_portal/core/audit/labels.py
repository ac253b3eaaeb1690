"""What each audited action is called. An action without a word of its own is shown as it is named."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

WORDS: dict[str, Promise] = {}


def name_actions(**words: Promise) -> None:
    """Let an app name its actions: called once from the app's `apps.ready`.

    A key `partner.qualify` names the action of one kind of object, where rooms use the same word differently.
    """
    WORDS.update(words)


def action_label(action: str, object_type: str = "") -> str:
    """Return the action in words, sentence case."""
    known = WORDS.get(f"{object_type}.{action}") or WORDS.get(action)
    return str(known) if known else action.replace("_", " ").capitalize()


name_actions(
    submit=_("Submitted"),
    take=_("Taken for review"),
    take_over=_("Taken over"),
    hand_back=_("Handed back"),
    approve=_("Approved"),
    decline=_("Declined"),
    ask_information=_("Information requested"),
    withdraw=_("Withdrawn"),
    notify_under_review=_("Told that it is still under review"),
)
