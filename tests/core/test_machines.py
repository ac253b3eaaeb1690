"""Every machine against the law: each transition from each state by each role, and nothing that the law lacks."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django_fsm import TransitionNotAllowed

from gcc_portal.core.gates import NotAllowed, WrongState
from gcc_portal.core.machine import change_state, possible, state_fields
from gcc_portal.core.people.actors import Actor, Channel
from gcc_portal.core.people.roles import Role
from tests.core.expected_machines import LAW, ROLES, Machine

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


def actor(letter: str) -> Actor:
    """Return the actor that a letter of the law stands for."""
    return Actor(
        role=PEOPLE[letter], channel=Channel.PAGE, name=letter, user_id=IDS.get(letter, 9), partner_id=1
    )


def row(machine: Machine, state: str) -> Any:
    """Return an unsaved row in a state."""
    model = apps.get_model(machine.model)
    name = next(state_fields(model)).name
    return model(**{name: state, **machine.fields})


def cases() -> Iterator[Any]:
    """Yield each machine x transition x state x role."""
    for machine in LAW:
        for name in machine.steps:
            for state in machine.states.split():
                for letter in ROLES:
                    label = f"{machine.model}-{machine.variant or 'any'}-{name}-{state}-{letter}"
                    yield pytest.param(machine, name, state, letter, id=label.replace(" ", "_"))


@pytest.mark.parametrize(("machine", "name", "state", "letter"), list(cases()))
def test_the_law_and_nothing_else(machine: Machine, name: str, state: str, letter: str) -> None:
    """The transition is offered exactly where the law has it; elsewhere it is refused for the right reason."""
    law = machine.steps[name]
    instance = row(machine, state)
    permitted, in_state = letter in law.roles, state in law.sources.split()
    assert (name in possible(instance, actor(letter))) == (permitted and in_state)
    if not permitted:
        with pytest.raises(NotAllowed):
            change_state(instance, name, actor(letter))
    elif not in_state:
        with pytest.raises(WrongState):
            change_state(instance, name, actor(letter))
    if not in_state:
        with pytest.raises(TransitionNotAllowed):
            getattr(instance, name)()
        assert getattr(instance, next(state_fields(type(instance))).name) == state


@pytest.mark.parametrize("machine", LAW, ids=lambda machine: f"{machine.model} {machine.variant}")
def test_declared_transitions_are_the_laws(machine: Machine) -> None:
    """Each machine declares the law's states, sources and targets, and no transition more."""
    model = apps.get_model(machine.model)
    field = next(state_fields(model))
    declared: dict[str, tuple[set[str], str]] = {}
    for each in field.get_all_transitions(model):
        sources, target = declared.get(each.name, (set(), each.target))
        declared[each.name] = (sources | {str(each.source)}, str(target))
    assert declared == {name: (set(law.sources.split()), law.target) for name, law in machine.steps.items()}
    assert {value for value, _label in field.choices} == set(machine.states.split())


def test_every_machine_of_the_product_is_in_the_law() -> None:
    """No model has a protected state that this test does not know."""
    machines = {
        model._meta.label
        for model in apps.get_models()
        for field in state_fields(model)
        if field.model is model
    }
    assert machines == {machine.model for machine in LAW}


@pytest.mark.parametrize("label", sorted({machine.model for machine in LAW}))
def test_a_state_cannot_be_assigned(label: str) -> None:
    """A protected field refuses an assignment."""
    machine = next(each for each in LAW if each.model == label)
    first, second = machine.states.split()[:2]
    instance = row(machine, first)
    with pytest.raises(AttributeError):
        setattr(instance, next(state_fields(type(instance))).name, second)
