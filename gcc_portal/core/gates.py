"""Gates: rules that may say no. A gate that says no gives blockers; an empty list lets through.

A gate is a function of model instances that returns `list[Blocker]`. It never writes and never asks the network. The
page shows what it returns, the service and the transition refuse with it, and so no channel knows a rule that another
does not. Gates stand above models: an app's `gates` modules register what each transition has to pass (`gate_of`), and
the transition's body calls `enforce`, which knows no app.
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
    """One reason why a thing can't go ahead, and the way out."""

    code: str
    message: Text
    next_step: Text = ""
    to: tuple[str, tuple[Any, ...]] | None = None
    url_label: Text = ""
    line: int | None = None
    field: str = ""

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
    """A use case was refused. Nothing was written but, where it matters, the refusal itself."""

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
    """A gate said no (409 on a page)."""

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
    """The actor lacks the right on an object it may see (403)."""

    status = 403


class WrongState(Refusal):
    """The object is not in a state in which this can be done (409)."""

    status = 409


class Stale(WrongState):
    """What was sent was made from an older version than the one that stands now (409)."""


def unreadable_form() -> list[Blocker]:
    """Return the blocker for hidden fields that the page did not write so."""
    return [Blocker("", _("What was sent does not fit this page."), _("Load the page anew and try again."))]


def guard(blockers: Iterable[Blocker]) -> None:
    """Let through an empty list; raise `Blocked` with all blockers otherwise."""
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
    """Return what stands in the way of a transition: what a page shows before it is tried.

    Raises `LookupError` when the app registered no gate for it: a rule that is missing must not let through.
    """
    for model in type(instance).__mro__:
        if gate := _gates.get((model, transition)):
            return gate(instance, **context)
    raise LookupError(f"No gate is registered for {type(instance).__name__}.{transition}")


def enforce(instance: Model, transition: str, **context: Any) -> None:
    """Raise `Blocked` when the transition's gate says no. Called by the transition's body."""
    guard(blockers_of(instance, transition, **context))
