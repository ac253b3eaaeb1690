"""Every state machine is as expected: each transition from each state by each role, and no other transition."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django_fsm import TransitionNotAllowed

from gcc_portal.core.gates import NotAllowed, WrongState
from gcc_portal.core.machine import change_state, possible, state_fields
from gcc_portal.core.people.actors import Actor, Channel
from gcc_portal.core.people.roles import Role
from tests.core.expected_machines import EXPECTED, ROLES, Machine

PEOPLE = {
    "A": Role.ADMIN_AGENT,
    "S": Role.SALES_AGENT,
    "R": Role.REVIEWER,
    "O": Role.REVIEWER,
    "C": Role.CUSTOMER,
    "P": Role.SYSTEM,
    "N": Role.NOBODY,
}
IDS = {"R": 1, "O": 2}


def actor(role: str) -> Actor:
    """Return the actor of a role as `expected_machines` abbreviates it."""
    return Actor(role=PEOPLE[role], channel=Channel.PAGE, name=role, user_id=IDS.get(role, 9), partner_id=1)


def row(machine: Machine, state: str) -> Any:
    """Return an unsaved row in a state."""
    model = apps.get_model(machine.model)
    name = next(state_fields(model)).name
    return model(**{name: state, **machine.fields})


def cases() -> Iterator[Any]:
    """Yield each machine x transition x state x role."""
    for machine in EXPECTED:
        for name in machine.steps:
            for state in machine.states.split():
                for role in ROLES:
                    label = f"{machine.model}-{machine.variant or 'any'}-{name}-{state}-{role}"
                    yield pytest.param(machine, name, state, role, id=label.replace(" ", "_"))


@pytest.mark.parametrize(("machine", "name", "state", "role"), list(cases()))
def test_a_transition_is_possible_exactly_where_it_is_expected(
    machine: Machine, name: str, state: str, role: str
) -> None:
    """Elsewhere it is refused: for a missing right first, then for the state."""
    expected = machine.steps[name]
    instance = row(machine, state)
    permitted, in_state = role in expected.roles, state in expected.sources.split()
    assert (name in possible(instance, actor(role))) == (permitted and in_state)
    if not permitted:
        with pytest.raises(NotAllowed):
            change_state(instance, name, actor(role))
    elif not in_state:
        with pytest.raises(WrongState):
            change_state(instance, name, actor(role))
    if not in_state:
        with pytest.raises(TransitionNotAllowed):
            getattr(instance, name)()
        assert getattr(instance, next(state_fields(type(instance))).name) == state


@pytest.mark.parametrize("machine", EXPECTED, ids=lambda machine: f"{machine.model} {machine.variant}")
def test_the_declared_transitions_are_the_expected_ones(machine: Machine) -> None:
    """Each machine declares the expected states, sources and targets, and no further transition."""
    model = apps.get_model(machine.model)
    field = next(state_fields(model))
    declared: dict[str, tuple[set[str], str]] = {}
    for each in field.get_all_transitions(model):
        sources, target = declared.get(each.name, (set(), each.target))
        declared[each.name] = (sources | {str(each.source)}, str(target))
    assert declared == {
        name: (set(step.sources.split()), step.target) for name, step in machine.steps.items()
    }
    assert {value for value, _label in field.choices} == set(machine.states.split())


def test_every_machine_of_the_product_is_expected() -> None:
    """No model has a protected state field that is missing from `EXPECTED`."""
    machines = {
        model._meta.label
        for model in apps.get_models()
        for field in state_fields(model)
        if field.model is model
    }
    assert machines == {machine.model for machine in EXPECTED}


@pytest.mark.parametrize("label", sorted({machine.model for machine in EXPECTED}))
def test_a_state_cannot_be_assigned(label: str) -> None:
    """A protected field refuses an assignment."""
    machine = next(each for each in EXPECTED if each.model == label)
    first, second = machine.states.split()[:2]
    instance = row(machine, first)
    with pytest.raises(AttributeError):
        setattr(instance, next(state_fields(type(instance))).name, second)
