"""Where an app keeps the pages of one form."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from gcc_portal.core.gates import Text


@dataclass(frozen=True)
class Urls:
    """Where the app keeps the pages of one form. All are paths of this portal.

    `leave` is where "Save and leave" goes; `crumbs` are (path, label) pairs after Home.
    """

    step: Callable[[str], str]
    sign: str
    status: str
    copy: str
    leave: str
    leave_label: Text
    crumbs: Sequence[tuple[str, Text]] = ()
    attachment: Callable[[int], str] | None = None
