"""Gates: functions that hold the rules. A gate returns blockers; an empty list means that the action may go ahead.

A gate takes model instances and returns `list[Blocker]`. It never writes and never uses the network. Pages show what it
returns, and services and transitions raise it, so that every channel has the same rules. Gates stand above models: an
app's `gates` modules register the gate of each transition (`gate_of`), and the transition's body calls `enforce`, so
that models import no gates.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Model
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _

Text = str | Promise
Gate = Callable[..., "list[Blocker]"]
_gates: dict[tuple[type[Model], str], Gate] = {}


@dataclass(frozen=True)
class Blocker:
    """One reason why an action can't go ahead, and what to do about it."""

    code: str  # rule and reason: `A2.exhausted`
    message: Text
    next_step: Text = ""
    to: tuple[str, tuple[Any, ...]] | None = None  # name and arguments of a URL where the next step is done
    url_label: Text = ""
    line: int | None = None  # number of the order's line, if it concerns one
    field: str = ""  # name of the form's field, if it concerns one

    @property
    def rule(self) -> str:
        """Return the id of the rule that speaks: `A2.exhausted` -> `A2`."""
        return self.code.partition(".")[0]

    @property
    def url(self) -> str:
        """Return where to go next, or an empty string."""
        if self.to is None:
            return ""
        name, args = self.to
        return reverse(name, args=args)

    def __str__(self) -> str:
        return f"{self.message} {self.next_step}".strip()


class Refusal(Exception):
    """A use case was refused, and its transaction rolled back. `status` is the HTTP status of the answer."""

    status = 400

    def __init__(self, message: Text) -> None:
        super().__init__(message)
        self.message = message

    def __str__(self) -> str:
        return str(self.message)

    def as_blockers(self) -> list[Blocker]:
        """Return the refusal as blockers, so that a page shows every refusal in one way."""
        return [Blocker("", str(self))]


class Blocked(Refusal):
    """A gate returned blockers (409)."""

    status = 409
    # Which object and action were refused; set by `refused_on` so that `use_case` writes it to the audit.
    about: tuple[Model, str] | None = None

    def __init__(self, blockers: Iterable[Blocker]) -> None:
        self.blockers = list(blockers)
        super().__init__(" ".join(str(blocker) for blocker in self.blockers))

    def as_blockers(self) -> list[Blocker]:
        """Return the gate's blockers."""
        return self.blockers


class NotAllowed(Refusal):
    """The actor lacks a right on an object that it may see (403). What it may not see raises Http404."""

    status = 403


class WrongState(Refusal):
    """The object is not in a state in which this can be done (409)."""

    status = 409


class Stale(WrongState):
    """The object was changed after the page or call that was sent had read it (409)."""


def unreadable_form() -> list[Blocker]:
    """Return the blocker for hidden fields with values that no page of ours writes."""
    return [Blocker("", _("What was sent does not fit this page."), _("Load the page anew and try again."))]


def guard(blockers: Iterable[Blocker]) -> None:
    """Raise `Blocked` with all blockers, if there are any."""
    found = list(blockers)
    if found:
        raise Blocked(found)


def gate_of(model: type[Model], transition: str) -> Callable[[Gate], Gate]:
    """Register a function as the gate that this transition of the model has to pass."""

    def register(gate: Gate) -> Gate:
        _gates[model, transition] = gate
        return gate

    return register


def blockers_of(instance: Model, transition: str, **context: Any) -> list[Blocker]:
    """Return the blockers of a transition, for pages that show them before it is tried.

    Raises `LookupError` when no gate is registered: a missing gate must not let everything pass.
    """
    for model in type(instance).__mro__:
        if gate := _gates.get((model, transition)):
            return gate(instance, **context)
    raise LookupError(f"No gate is registered for {type(instance).__name__}.{transition}")


def enforce(instance: Model, transition: str, **context: Any) -> None:
    """Raise `Blocked` when the transition's gate returns blockers. Called by the transition's body."""
    guard(blockers_of(instance, transition, **context))
