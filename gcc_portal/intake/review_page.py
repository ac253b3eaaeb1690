"""What the page of one form shows a reviewer."""

from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from gcc_portal.core.audit.record import history_of
from gcc_portal.core.gates import blockers_of
from gcc_portal.core.mail.states import mail_states
from gcc_portal.core.people.actors import Actor
from gcc_portal.intake.answers import sections
from gcc_portal.intake.forms import DeclineForm, points_formset
from gcc_portal.intake.kinds import context_of, kind_of
from gcc_portal.intake.models import Check, FormState, IntakeForm
from gcc_portal.intake.queries import deadline_status_of, other_forms, rounds
from gcc_portal.intake.review import actions_for

ICONS = {
    Check.Outcome.PASS: "check_circle",
    Check.Outcome.WARN: "warning",
    Check.Outcome.FAIL: "cancel",
    Check.Outcome.COULD_NOT_CHECK: "help",
}


def form_context(form: IntakeForm, actor: Actor, **more: Any) -> dict[str, Any]:
    """Return everything about one form: the evidence, its story, and what this reviewer may do."""
    kind = kind_of(form)
    all_rounds = rounds(form, kind)
    newest = all_rounds[0] if all_rounds else None
    can = actions_for(form, actor)
    return {
        "form_row": form,
        "kind": kind,
        "row": deadline_status_of(form, timezone.now()),
        "newest": newest,
        "submission": newest.submission if newest else None,
        "checks": [(ICONS[Check.Outcome(check.outcome)], check) for check in newest.checks] if newest else [],
        "earlier": all_rounds[1:],
        "sections": sections(kind, form, newest.submission.answers) if newest else [],
        "files": [_file(form, row) for row in form.attachments.all()],
        "others": other_forms(form),
        "timeline": history_of(form)[:200],
        "mails": mail_states(form),
        "can": can,
        "held_by_me": form.reviewer_id == actor.user_id,
        "blockers": blockers_of(form, "approve", context=context_of(form)) if "approve" in can else [],
        "decline_form": DeclineForm(kind=kind),
        "points": points_formset(kind),
        "standing": standing(form, actor),
        "copy_url": reverse("review:copy", args=[form.reference]),
        "act": {name: reverse(f"review:{name.replace('_', '-')}", args=[form.reference]) for name in ACTS},
        **more,
    }


ACTS = ("take", "take_over", "hand_back", "approve", "decline", "ask_information")


def standing(form: IntakeForm, actor: Actor) -> str:
    """Return who has the form and what comes next, in a sentence."""
    holder = form.reviewer
    match form.state:
        case FormState.SUBMITTED if form.error:
            return _("The desk could not work on this form and set it aside. Take it to decide on it.")
        case FormState.SUBMITTED if form.reviewer_id == actor.user_id:
            return _("The applicant answered your request. Take the form up again to decide on it.")
        case FormState.SUBMITTED if holder:
            return _("The form came back and waits for %(name)s.") % {"name": holder}
        case FormState.SUBMITTED if form.auto_review_at:
            return _("Nobody has taken this form; unless one does, the desk answers it.")
        case FormState.SUBMITTED:
            return _("The form waits for a reviewer.")
        case FormState.IN_REVIEW if form.reviewer_id == actor.user_id:
            return _("You hold this form: approve it, decline it, or ask for information.")
        case FormState.IN_REVIEW:
            return _("%(name)s holds this form.") % {"name": holder or _("The desk")}
        case FormState.INFORMATION_REQUESTED:
            return _("The applicant was asked for information. The form comes back when it is signed again.")
    return _("This form is closed: nothing more is to be done.")


def _file(form: IntakeForm, row: Any) -> dict[str, Any]:
    name = (
        row.name
        if row.removed_at is None
        else _("%(name)s (taken off by the applicant)") % {"name": row.name}
    )
    url = reverse("review:attachment", args=[form.reference, row.pk])
    return {"name": name, "size": row.size, "url": url, "added_at": row.uploaded_at}
