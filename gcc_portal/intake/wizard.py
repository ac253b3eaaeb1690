"""The pages of an intake form that both apps share: steps, signing, status, the signed copy.

The app's view finds the form (and so decides who may see it) and hands it over; see `docs/intake.md`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse

from gcc_portal.gates import Text
from gcc_portal.intake.models import IntakeForm
from gcc_portal.people.actors import Actor


@dataclass(frozen=True)
class Urls:
    """Where the app keeps the pages of one form. All are paths of this portal."""

    step: Callable[[str], str]
    sign: str
    status: str
    copy: str
    leave: str
    leave_label: Text
    crumbs: Sequence[tuple[str, Text]] = ()
    attachment: Callable[[int], str] | None = None


def step_page(
    request: HttpRequest,
    actor: Actor,
    form: IntakeForm,
    slug: str,
    urls: Urls,
    *,
    template: str = "intake/step.html",
    extra: dict[str, Any] | None = None,
) -> HttpResponse:
    """Show or save one step. Raises Http404 for an unknown slug."""
    raise NotImplementedError


def sign_page(
    request: HttpRequest,
    actor: Actor,
    form: IntakeForm,
    urls: Urls,
    *,
    template: str = "intake/sign.html",
    extra: dict[str, Any] | None = None,
) -> HttpResponse:
    """Show all answers, what stands in the way, the terms and the signature; sign on POST."""
    raise NotImplementedError


def status_page(
    request: HttpRequest,
    actor: Actor,
    form: IntakeForm,
    urls: Urls,
    *,
    template: str = "intake/status.html",
    extra: dict[str, Any] | None = None,
) -> HttpResponse:
    """Show where the form stands; withdraw or send a mail again on POST."""
    raise NotImplementedError


def copy_page(
    request: HttpRequest,
    actor: Actor,
    form: IntakeForm,
    urls: Urls,
    *,
    template: str = "intake/copy.html",
    extra: dict[str, Any] | None = None,
) -> HttpResponse:
    """Show what was signed, for printing. Raises Http404 where nothing was signed."""
    raise NotImplementedError


def attachment_file(form: IntakeForm, attachment_id: int) -> HttpResponse:
    """Return a file of evidence as a download. Raises Http404 unless it belongs to the form."""
    raise NotImplementedError
