"""Labels of audit actions, and sentences made from what an action changed (`AuditEntry.data`).

Each app registers its own in `AppConfig.ready`. Both are translated when an entry is shown, into the reader's language.
"""

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Text = str | Promise
Describe = Callable[[Mapping[str, Any]], Text]
_labels: dict[str, Promise] = {}
_describe: dict[str, Describe] = {}


def name_actions(**labels: Promise) -> None:
    """Register labels of actions.

    The key `partner.qualify` labels the action of one kind of object, where apps use the same name differently.
    """
    _labels.update(labels)


def describe_changes(describe: Mapping[str, Describe]) -> None:
    """Register functions that make a sentence of `AuditEntry.data`, by object type and action: `subscription.renew`."""
    _describe.update(describe)


def action_label(action: str, object_type: str = "") -> str:
    """Return the label of the action, in sentence case; the action's name where no label is registered."""
    label = _labels.get(f"{object_type}.{action}") or _labels.get(action)
    return str(label) if label else action.replace("_", " ").capitalize()


def change_sentence(action: str, object_type: str, data: Mapping[str, Any]) -> str:
    """Return the sentence on what an action changed, or "" where there is none."""
    describe = _describe.get(f"{object_type}.{action}")
    return str(describe(data)) if describe and data else ""


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
