"""Blockers whose way out is a path that the app of the form knows."""

from dataclasses import dataclass

from gcc_portal.core.gates import Blocker


@dataclass(frozen=True)
class PathBlocker(Blocker):
    """A blocker that leads to a path instead of a named address."""

    path: str = ""

    @property
    def url(self) -> str:
        """Return where to go next."""
        return self.path
