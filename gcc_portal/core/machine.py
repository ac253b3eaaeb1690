"""State machines: how services change a protected state.

A model declares transitions with `django_fsm.transition`; `permission=may(Right.X)` says who may take one; the body
calls its gate through `enforce`, so that a direct call of the method meets the rule as well. Services call
`apply_transition` for one object, and `collect_transition` for sets that are written together.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from django.db import models
from django.utils.translation import gettext as _
from django_fsm import can_proceed

from gcc_portal.core.audit.models import AuditEntry
from gcc_portal.core.audit.record import entry
from gcc_portal.core.gates import NotAllowed, WrongState
from gcc_portal.core.people.actors import Actor
from gcc_portal.core.people.roles import Right
from gcc_portal.core.unit_of_work import UnitOfWork


def may(*rights: Right) -> Callable[[models.Model, Actor], bool]:
    """Return a transition's permission: True for an actor with one of the rights."""

    def permission(_instance: models.Model, actor: Actor) -> bool:
        return any(actor.may(right) for right in rights)

    return permission


def require(actor: Actor, right: Right) -> None:
    """Raise `NotAllowed` with a sentence when the actor's role lacks the right."""
    if not actor.may(right):
        raise NotAllowed(
            _("You may not %(what)s. Ask an admin agent of your organization.") % {"what": Right(right).label}
        )


def apply_transition(
    instance: models.Model,
    name: str,
    actor: Actor,
    *,
    reason: object = "",
    data: Mapping[str, Any] | None = None,
    **arguments: Any,
) -> None:
    """Take the transition `name` on a locked instance: check permission, state and gate, save, write an audit entry.

    Raises `NotAllowed` when the actor may not, `WrongState` when the state does not permit it, and `Blocked` when
    the gate in the transition's body returns blockers.
    """
    unit = UnitOfWork()
    collect_transition(unit, instance, name, actor, fields=(), reason=reason, data=data, **arguments)
    instance.save()
    unit.write()


def collect_transition(
    unit: UnitOfWork,
    instance: models.Model,
    name: str,
    actor: Actor,
    *,
    fields: Sequence[str],
    reason: object = "",
    data: Mapping[str, Any] | None = None,
    model: type[models.Model] | None = None,
    **arguments: Any,
) -> None:
    """Do what `apply_transition` does, in memory: add the audit entry and these fields of the row to `unit`.

    `model` is the model in whose table the fields are, where that is not the instance's own. Raises as
    `apply_transition` does.
    """
    unit.audit(transition_entry(instance, name, actor, reason=reason, data=data, **arguments))
    if fields:
        unit.update(instance, fields, model)


def transition_entry(
    instance: models.Model,
    name: str,
    actor: Actor,
    *,
    reason: object = "",
    data: Mapping[str, Any] | None = None,
    **arguments: Any,
) -> AuditEntry:
    """Take the transition in memory; return its unsaved audit entry."""
    before = change_state(instance, name, actor, **arguments)
    after = state_of(instance)
    return entry(actor, name, instance, from_state=before, to_state=after, reason=reason, data=data)


def change_state(instance: models.Model, name: str, actor: Actor, **arguments: Any) -> str:
    """Take the transition in memory; return the state before it."""
    method = getattr(instance, name)
    field = method._django_fsm.field
    before = str(getattr(instance, field.name))
    if not ever_permitted(method, instance, actor):
        raise NotAllowed(_("Your role does not let you do this. Ask an admin agent of your organization."))
    if not can_proceed(method):
        raise WrongState(
            _(
                "%(what)s is %(state)s now, so this can't be done any more. Look at it again and go on from there."
            )
            % {"what": str(instance), "state": state_label(instance)}
        )
    method(**arguments)
    return before


def ever_permitted(method: Any, instance: models.Model, actor: Actor) -> bool:
    """Return whether the actor may take this transition from any state: a missing right (403) comes before 409."""
    declared = method._django_fsm.transitions.values()
    return any(each.permission is None or each.permission(instance, actor) for each in declared)


def possible(instance: models.Model, actor: Actor) -> set[str]:
    """Return the names of the transitions that this actor may take from the present state. Pages show their buttons."""
    names = set()
    for field in state_fields(type(instance)):
        getter = getattr(instance, f"get_available_user_{field.name}_transitions")
        names |= {transition.name for transition in getter(actor)}
    return names


def state_fields(model: type[models.Model]) -> "Iterator[models.Field[Any, Any]]":
    """Yield the model's protected state fields."""
    for field in model._meta.get_fields():
        if getattr(field, "protected", False):
            yield field  # type: ignore[misc]


def state_of(instance: models.Model) -> str:
    """Return the state of an instance whose model has one state field."""
    return str(getattr(instance, next(state_fields(type(instance))).name))


def state_label(instance: models.Model) -> str:
    """Return the state's label in lower case."""
    field = next(state_fields(type(instance)))
    return str(getattr(instance, f"get_{field.name}_display")()).lower()
