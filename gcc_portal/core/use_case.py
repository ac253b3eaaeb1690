"""Use cases: one function per user action, in one transaction."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar

from django.db import models, transaction

from gcc_portal.core.audit.record import record
from gcc_portal.core.gates import Blocked
from gcc_portal.core.people.actors import Actor

P = ParamSpec("P")
R = TypeVar("R")


@contextmanager
def refused_on(subject: models.Model, action: str) -> Iterator[None]:
    """Set on a `Blocked` raised inside which object and action were refused.

    `use_case` reads it after the rollback, to write the refusal to the audit.
    """
    try:
        yield
    except Blocked as blocked:
        blocked.about = (subject, action)
        raise


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
    """Write a gate's refusal to the audit, with the blockers' codes as data, if `refused_on` named its subject."""
    if blocked.about is not None:
        subject, action = blocked.about
        codes = [blocker.code for blocker in blocked.blockers]
        record(actor, action, subject, refused=True, reason=blocked, data={"codes": codes})
