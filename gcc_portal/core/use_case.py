"""Use cases: one function per user action, in one transaction."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar

from django.db import models, transaction

from gcc_portal.core.audit.record import record
from gcc_portal.core.gates import Blocked
from gcc_portal.core.people.actors import Actor

P = ParamSpec("P")
R = TypeVar("R")


class refused_on:  # noqa: N801 - reads as a phrase: `with refused_on(order, "submit"):`
    """Context manager that notes on a `Blocked` which object and action were refused.

    `use_case` reads it after the rollback, to write the refusal to the audit.
    """

    def __init__(self, subject: models.Model, action: str) -> None:
        self.subject = subject
        self.action = action

    def __enter__(self) -> None:
        return None

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        if isinstance(error, Blocked):
            error.about = self  # type: ignore[attr-defined]


def use_case(function: Callable[Concatenate[Actor, P], R]) -> Callable[Concatenate[Actor, P], R]:
    """Run the function in one transaction; write a gate's refusal to the audit after the rollback.

    A refusal is written if the function named its subject with `with refused_on(subject, "action"):`.
    Returns what the function returns and raises what it raises.
    """

    @wraps(function)
    def run(actor: Actor, *args: P.args, **kwargs: P.kwargs) -> R:
        try:
            with transaction.atomic():
                return function(actor, *args, **kwargs)
        except Blocked as blocked:
            write_refusal(actor, blocked)
            raise

    return run


def write_refusal(actor: Actor, blocked: Blocked) -> None:
    """Write a gate's refusal to the audit, with the blockers' codes as data, if it has a subject (`refused_on`)."""
    about = getattr(blocked, "about", None)
    if about is not None:
        codes = [blocker.code for blocker in blocked.blockers]
        record(actor, about.action, about.subject, refused=True, reason=blocked, data={"codes": codes})
