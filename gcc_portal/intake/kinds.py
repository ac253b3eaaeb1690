"""What an app tells the intake machine of its form: the steps, the checks, what an answer brings about.

The ground knows no app. `partners.intake` and `customers.intake` each register one kind when Django is ready.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from django import forms

from gcc_portal.gates import Text
from gcc_portal.intake.models import IntakeForm
from gcc_portal.mail.letters import Letter
from gcc_portal.people.actors import Actor


@dataclass(frozen=True)
class Step:
    """One page of a form. The field names are unique over all steps of the kind."""

    slug: str
    title: Text
    form: type[forms.Form]
    lead: Text = ""


@dataclass(frozen=True)
class CheckResult:
    """What one check found; written down as a `Check`."""

    code: str
    label: Text
    asked: Text
    came_back: Text
    outcome: str
    field: str = ""
    forbids: bool = False


@dataclass(frozen=True)
class DeclineReason:
    """A reason from the list, with the sentence that the applicant reads."""

    code: str
    label: Text
    sentence: Text


class Kind(Protocol):
    """The part of the intake machine that differs between a partner's and a customer's form."""

    name: str
    label: Text
    steps: Sequence[Step]
    decline_reasons: Sequence[DeclineReason]
    # Never approved by the desk, whatever the checks say, when this returns True (commercial entities).
    terms_name: str

    def checks(self, form: Any, answers: dict[str, Any]) -> list[CheckResult]:
        """Run the kind's own checks. Writes nothing."""

    def needs_reviewer(self, answers: dict[str, Any]) -> bool:
        """Return whether the desk must not approve this form by itself."""

    def on_submitted(self, form: Any, actor: Actor) -> None:
        """Carry out what signing brings about, in the same transaction (partner: none -> pending)."""

    def on_approved(self, form: Any, actor: Actor) -> None:
        """Carry out what an approval brings about, in the same transaction (qualification, validation ID)."""

    def on_closed(self, form: Any, actor: Actor, reason: str) -> None:
        """Carry out what a decline or a withdrawal brings about, in the same transaction."""

    def recipients(self, form: Any) -> list[str]:
        """Return the addresses that every answer goes to."""

    def approval_letters(self, form: Any) -> list[tuple[str, str, Letter]]:
        """Return (address, key suffix, letter) for each mail of an approval; runs after `on_approved`."""

    def status_path(self, form: Any) -> str:
        """Return the path at which the applicant follows the form."""

    def edit_path(self, form: Any, field: str = "") -> str:
        """Return the path at which the applicant changes the answer `field`."""


KINDS: dict[str, Kind] = {}


def register(kind: Kind) -> None:
    """Let an app add its kind; called once from the app's `apps.ready`."""
    KINDS[kind.name] = kind


def kind_of(form: IntakeForm) -> Kind:
    """Return the kind of a form."""
    return KINDS[form.kind]


def field_label(kind: Kind, name: str) -> str:
    """Return the label of an answer, or its name where no step asks for it any more."""
    for step in kind.steps:
        field = step.form.base_fields.get(name)
        if field is not None:
            return str(field.label or name.replace("_", " ").capitalize())
    return name.replace("_", " ").capitalize()
