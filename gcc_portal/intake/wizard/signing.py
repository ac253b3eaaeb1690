"""The last page of a form: everything at a glance, the terms, the signature."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gcc_portal.core.gates import Blocked, Blocker, Stale, WrongState, blockers_of
from gcc_portal.core.people.actors import Actor
from gcc_portal.intake.answers import sections
from gcc_portal.intake.emails import in_office_time
from gcc_portal.intake.gates import SIGNATURE_MAX, Signature, is_complete
from gcc_portal.intake.kinds import IntakeKind, kind_of
from gcc_portal.intake.models import IntakeForm
from gcc_portal.intake.services import sign_and_submit
from gcc_portal.intake.terms import current_terms
from gcc_portal.intake.wizard.common import SIGN, Urls, common_context, file_links, step_links
from gcc_portal.web.fields import PlainTextField


class SignatureForm(forms.Form):
    """The signature. `revision` and `terms_version` say what exactly is signed."""

    signatory_name = PlainTextField(
        label=gettext_lazy("Your full name"),
        max_length=SIGNATURE_MAX,
        widget=forms.TextInput({"autocomplete": "name"}),
    )
    signatory_title = PlainTextField(
        label=gettext_lazy("Your title"),
        max_length=SIGNATURE_MAX,
        help_text=gettext_lazy("Your office in the organization, for example “Chief Information Officer”."),
        widget=forms.TextInput({"autocomplete": "organization-title"}),
    )
    accepted = forms.BooleanField(
        label=gettext_lazy("I accept the terms on behalf of the organization, and I may sign for it"),
        error_messages={"required": gettext_lazy("The form can only be sent once you accept the terms.")},
    )
    revision = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=10**9)
    terms_version = forms.CharField(widget=forms.HiddenInput, max_length=20)

    def signature(self) -> Signature:
        """Return what was signed, of a valid form."""
        data = self.cleaned_data
        return Signature(
            name=data["signatory_name"],
            title=data["signatory_title"],
            accepted=data["accepted"],
            revision=data["revision"],
            terms_version=data["terms_version"],
        )


def sign_page(
    request: HttpRequest,
    actor: Actor,
    form: IntakeForm,
    urls: Urls,
    *,
    template: str = "intake/sign.html",
    extra: dict[str, Any] | None = None,
) -> HttpResponse:
    """Show all answers, what stands in the way, the terms and the signature; sign on POST.

    A form that is signed already leads to its status page, with a sentence on POST. Raises `NotAllowed`.
    """
    kind = kind_of(form)
    if not form.is_editable:
        if request.method == "POST":
            say_signed_already(request, form)
        return HttpResponseRedirect(urls.status)
    if request.method != "POST":
        return _show(request, form, kind, urls, template, extra, SignatureForm(initial=_initial(form, kind)))
    bound = SignatureForm(request.POST)
    if not bound.is_valid():
        return _show(request, form, kind, urls, template, extra, bound, status=422)
    try:
        submission = sign_and_submit(actor, form.pk, bound.signature())
    except Blocked as blocked:
        return _show(request, form, kind, urls, template, extra, bound, status=409, blockers=blocked.blockers)
    except Stale as stale:
        return _show_stale(request, form, kind, urls, template, extra, stale)
    except WrongState:
        # A second click or a second tab was faster.
        say_signed_already(request, IntakeForm.objects.get(pk=form.pk))
        return HttpResponseRedirect(urls.status)
    said = _("Your form is signed and sent. The answer comes by e-mail by %(when)s.")
    messages.success(request, said % {"when": in_office_time(submission.respond_by)})
    return HttpResponseRedirect(urls.status)


def say_signed_already(request: HttpRequest, form: IntakeForm) -> None:
    """Add a message for the next page: the form was signed already, and nothing was sent again."""
    said = _("Nothing was sent again: form %(reference)s is %(state)s already. Here is where it stands.")
    messages.info(request, said % {"reference": form.reference, "state": form.get_state_display().lower()})


def signing_blockers(form: IntakeForm, kind: IntakeKind) -> list[Blocker]:
    """Return what stands in the way of signing: steps that are not complete, else what the gate says."""
    return is_complete(kind, form) or blockers_of(form.specific, "submit")


def _initial(form: IntakeForm, kind: IntakeKind) -> dict[str, Any]:
    return {
        "signatory_name": form.contact_name,
        "revision": form.revision,
        "terms_version": current_terms(kind.terms_name).version,
    }


def _show(
    request: HttpRequest,
    form: IntakeForm,
    kind: IntakeKind,
    urls: Urls,
    template: str,
    extra: dict[str, Any] | None,
    bound: forms.Form,
    *,
    status: int = 200,
    blockers: list[Blocker] | None = None,
    stale: str = "",
) -> HttpResponse:
    context = {
        **common_context(form, kind, urls, extra),
        "sections": sections(kind, form, form.answers, change_links=True),
        "files": file_links(form, urls),
        "has_files": any(step.attachments for step in kind.steps),
        "steps": step_links(kind, form, SIGN, urls),
        "blockers": signing_blockers(form, kind) if blockers is None else blockers,
        "terms": current_terms(kind.terms_name),
        "signature_form": bound,
        "stale": stale,
        "back": urls.step(kind.steps[-1].slug),
    }
    return render(request, template, context, status=status)


def _show_stale(
    request: HttpRequest,
    form: IntakeForm,
    kind: IntakeKind,
    urls: Urls,
    template: str,
    extra: dict[str, Any] | None,
    stale: Stale,
) -> HttpResponse:
    """Show the answers and the terms as they are now, with the signature as it was typed but for the acceptance."""
    fresh = IntakeForm.objects.get(pk=form.pk).specific
    if not fresh.is_editable:
        say_signed_already(request, fresh)
        return HttpResponseRedirect(urls.status)
    typed = {name: request.POST.get(name, "") for name in ("signatory_name", "signatory_title")}
    again = SignatureForm(initial={**_initial(fresh, kind), **typed})
    return _show(request, fresh, kind, urls, template, extra, again, status=409, stale=str(stale))
