"""One step of a form: shown, saved, and never lost."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.forms.utils import ErrorDict
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _

from gcc_portal.core.gates import Stale, WrongState
from gcc_portal.core.people.actors import Actor
from gcc_portal.intake.answers import bind, differences, jsonable
from gcc_portal.intake.attachments import ACCEPT, add_attachment, remove_attachment
from gcc_portal.intake.kinds import Step, kind_of, step_named
from gcc_portal.intake.models import IntakeForm
from gcc_portal.intake.services import require_editable, save_step
from gcc_portal.intake.wizard.common import (
    Urls,
    common_context,
    file_links,
    read_only_rows,
    step_links,
    whole_number,
)

NEXT, BACK, LEAVE, ATTACH, REMOVE = "next", "back", "leave", "attach", "remove:"


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
    """Show or save one step. Raises Http404 for an unknown slug, `WrongState` on a save of a signed form."""
    step = step_named(kind_of(form), slug)
    if step is None:
        raise Http404
    page = StepPage(request, actor, form, step, urls, template, extra or {})
    if request.method == "POST":
        return page.save()
    if not form.is_editable:
        return HttpResponseRedirect(urls.status)
    return page.show(bind(step, form, initial=form.answers))


class StepPage:
    """One request for one step."""

    def __init__(
        self,
        request: HttpRequest,
        actor: Actor,
        form: IntakeForm,
        step: Step,
        urls: Urls,
        template: str,
        extra: dict[str, Any],
    ) -> None:
        self.request, self.actor, self.form, self.step = request, actor, form, step
        self.urls, self.template, self.extra = urls, template, extra
        self.kind = kind_of(form)
        self.file_errors: list[str] = []

    def save(self) -> HttpResponse:
        """Save what was sent and go where the button leads; show the page again when something is wrong."""
        require_editable(self.form)
        go = self.request.POST.get("go", NEXT)
        self._attach(go)
        if go.startswith(REMOVE):
            self._remove(go.removeprefix(REMOVE))
        bound = bind(self.step, self.form, self.request.POST)
        if go == ATTACH or go.startswith(REMOVE) or self.file_errors:
            return self.show(_unchecked(bound), status=422 if self.file_errors else 200)
        if not bound.is_valid() and not (go == BACK or (go == LEAVE and _only_missing(bound))):
            return self.show(bound, status=422)
        revision = whole_number(self.request.POST.get("revision"))
        try:
            save_step(self.actor, self.form.pk, self.step.slug, bound.cleaned_data, revision)
        except Stale as stale:
            return self._show_stale(bound, stale)
        for notice in _notices(bound):
            messages.warning(self.request, notice)
        if go == LEAVE:
            messages.success(self.request, _("Your answers are saved. Come back whenever you like."))
        return HttpResponseRedirect(self._way(go))

    def show(self, bound: forms.Form, status: int = 200, **more: Any) -> HttpResponse:
        """Return the page with the step's form as it stands."""
        slugs = [step.slug for step in self.kind.steps]
        context = {
            **common_context(self.form, self.kind, self.urls, self.extra),
            "step": self.step,
            "step_form": bound,
            "read_only": read_only_rows(self.step, self.form),
            "steps": step_links(self.kind, self.form, self.step.slug, self.urls),
            "first": slugs[0] == self.step.slug,
            "last": slugs[-1] == self.step.slug,
            "files": file_links(self.form, self.urls) if self.step.attachments else [],
            "file_errors": self.file_errors,
            "accept": ACCEPT,
            **more,
        }
        return render(self.request, self.template, context, status=status)

    def _attach(self, go: str) -> None:
        uploads = self.request.FILES.getlist("files") if self.step.attachments else []
        for upload in uploads:
            try:
                add_attachment(self.actor, self.form.pk, upload)
            except ValidationError as refused:
                self.file_errors += refused.messages
        if go == ATTACH and self.step.attachments and not uploads:
            # Also what a browser sends that has itself taken out a file of a wrong type.
            self.file_errors.append(
                _("No file was attached. Choose a file of a type named here, then attach.")
            )

    def _remove(self, pk: str) -> None:
        try:
            remove_attachment(self.actor, self.form.pk, whole_number(pk))
        except WrongState as gone:
            self.file_errors.append(str(gone))

    def _show_stale(self, bound: forms.Form, stale: Stale) -> HttpResponse:
        """Show what was typed beside what is saved now; saving again means that one has seen both."""
        self.form = IntakeForm.objects.get(pk=self.form.pk).specific
        require_editable(self.form)
        typed = self.form.answers | jsonable(bound.cleaned_data)
        other = differences(self.kind, self.form, self.form.answers, typed)
        return self.show(bound, status=409, stale=str(stale), saved_elsewhere=other)

    def _way(self, go: str) -> str:
        if go == LEAVE:
            return self.urls.leave
        slugs = [step.slug for step in self.kind.steps]
        place = slugs.index(self.step.slug) + (-1 if go == BACK else 1)
        if place < 0:
            return self.urls.leave
        return self.urls.step(slugs[place]) if place < len(slugs) else self.urls.sign


def _notices(bound: forms.Form) -> list[str]:
    """Return what the step's form says of answers that are allowed and worth a word."""
    notices = getattr(bound, "notices", None)
    return list(notices()) if notices else []


def _only_missing(bound: forms.Form) -> bool:
    """Return whether nothing but answers are missing: a draft that is left may be unfinished, not wrong."""
    codes = {error.code for errors in bound.errors.as_data().values() for error in errors}
    return codes == {"required"}


def _unchecked(bound: forms.Form) -> forms.Form:
    """Return the form with what was typed and no errors: its owner has only attached a file so far."""
    bound._errors = ErrorDict()  # type: ignore[attr-defined]
    bound.cleaned_data = {}
    return bound
