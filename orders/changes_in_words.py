"""What the audit says of a change to a subscription, and the same sentence read again.

The audit keeps a sentence for people. Programs want the members that changed: they are read out of it here, where
it is written, so that the two can't part.
"""

import re
from typing import Any

from django.utils.translation import gettext as _

Members = dict[str, Any]


def seats(before: int, after: int) -> str:
    """Return the sentence on another number of seats."""
    return _between() % {"before": before, "after": after}


def renewed(after: int) -> str:
    """Return the sentence on a period that began with so many seats."""
    return _began() % {"n": after}


def seats_later(after: int) -> str:
    """Return the sentence on a number of seats that waits for the renewal."""
    return _later() % {"after": after}


def renewal(*, on: bool) -> str:
    """Return the sentence on whether it renews itself."""
    return _("Auto-renew on") if on else _("Auto-renew off")


def nobody() -> str:
    """Return the sentence on no reseller on record."""
    return _("None")


def read(action: str, reason: str) -> tuple[Members, Members]:
    """Return what an act changed, before and after, in the API's words; nothing where the sentence doesn't tell."""
    match action:
        case "change_seats":
            found = _numbers(_between(), reason)
            return ({"quantity": found["before"]}, {"quantity": found["after"]}) if found else ({}, {})
        case "renew":
            found = _numbers(_began(), reason)
            return {}, {"quantity": found["n"]} if found else {}
        case "schedule_seats":
            found = _numbers(_later(), reason)
            return {}, {"scheduledNextTermInstructions": {"quantity": found["after"]}} if found else {}
        case "set_auto_renew" if reason in (renewal(on=True), renewal(on=False)):
            is_on = reason == renewal(on=True)
            return {"autoRenewEnabled": not is_on}, {"autoRenewEnabled": is_on}
        case "rename" if reason:
            return {}, {"friendlyName": reason}
        case "put_on_record" if reason:
            return {}, {"partnerId": None if reason == nobody() else reason}
        case _:
            return {}, {}


def _between() -> str:
    return _("%(before)s to %(after)s seats")


def _began() -> str:
    return _("Renewed with %(n)s seats")


def _later() -> str:
    return _("%(after)s seats from the renewal on")


def _numbers(sentence: str, said: str) -> dict[str, int]:
    """Return the numbers that stand in a sentence, by name."""
    pattern = re.sub(r"%\\\((\w+)\\\)s", r"(?P<\1>\\d+)", re.escape(sentence))
    found = re.fullmatch(pattern, said)
    return {name: int(number) for name, number in found.groupdict().items()} if found else {}
