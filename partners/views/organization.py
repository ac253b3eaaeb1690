"""The organization's own pages: profile and legal info."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from gcc_portal.core.audit.record import history_of
from gcc_portal.core.gates import Stale
from gcc_portal.core.people.actors import Actor
from gcc_portal.core.people.request import actor_on
from gcc_portal.core.people.roles import Right
from gcc_portal.intake.models import OPEN_STATES
from gcc_portal.web.audit.histories import newest
from gcc_portal.web.forms import add_refusal
from partners.access import agent_required, right_required
from partners.forms.organization import ProfileForm
from partners.gates import qualification as gates
from partners.models import Partner
from partners.queries import partners as queries
from partners.services import organization as organization_services
from partners.services.organization import PROFILE_FIELDS
from partners.states import QualificationState

HISTORY_SHOWN = 20


def tabs(current: str, actor: Actor) -> list[dict[str, Any]]:
    """Return the tabs of the organization that the actor may open."""
    pages = [("profile", _("Profile")), ("legal-info", _("Legal info")), ("agents", _("Agents"))]
    if actor.may(Right.MANAGE_APPLICATIONS):
        pages.append(("applications", _("API applications")))
    return [
        {"label": label, "url": reverse(f"partners:{name}"), "current": name == current}
        for name, label in pages
    ]


@agent_required
def profile(request: HttpRequest) -> HttpResponse:
    """Show the organization profile."""
    actor = actor_on(request)
    partner = queries.own_partner(actor)
    context = {
        "partner": partner,
        "tabs": tabs("profile", actor),
        "enrolment": enrolment_rows(partner),
        "contact": contact_rows(partner),
        "may_edit": actor.may(Right.EDIT_ORGANIZATION),
        "blockers": [*gates.enrolled(partner), *gates.transacting(partner)],
        "history": newest(history_of(partner), HISTORY_SHOWN),
    }
    return render(request, "partners/profile.html", context)


def enrolment_rows(partner: Partner) -> list[tuple[str, Any]]:
    """Return the organization's enrolment in CSP as rows of label and value."""
    rows: list[tuple[str, Any]] = [
        (_("Legal name"), partner.name),
        (_("Microsoft ID (tenant ID)"), str(partner.tenant_id)),
        (_("Default domain"), partner.domain),
        (_("Partner ID (MPN)"), partner.mpn_id),
        (_("Role in CSP"), partner.get_role_display()),
        (_("Enrolled in CSP"), partner.csp_enrolled),
    ]
    if not partner.is_transacting:
        rows.append((_("Indirect provider"), partner.provider.name if partner.provider else ""))
    return rows


def contact_rows(partner: Partner) -> list[tuple[str, Any]]:
    """Return the organization's contact data as rows of label and value."""
    return [
        (_("Web site"), partner.web_domain),
        (_("E-mail address"), partner.email),
        (_("Phone number"), partner.phone),
        (_("Address"), address_lines(partner)),
    ]


def address_lines(partner: Partner) -> str:
    """Return the postal address in lines, or an empty string."""
    place = " ".join(part for part in (partner.state, partner.postal_code) if part)
    town = ", ".join(part for part in (partner.city, place) if part)
    return "\n".join(part for part in (partner.address_line1, partner.address_line2, town) if part)


@right_required(Right.EDIT_ORGANIZATION)
def edit_profile(request: HttpRequest) -> HttpResponse:
    """Change the organization profile."""
    actor = actor_on(request)
    partner = queries.own_partner(actor)
    now = {name: getattr(partner, name) for name in PROFILE_FIELDS}
    form = ProfileForm(
        request.POST if request.method == "POST" else None,
        initial={**now, "seen": organization_services.fingerprint(partner)},
    )
    status = 200
    if request.method == "POST":
        status, changed = _save_profile(request, actor, form)
        if changed is not None:
            messages.success(request, _("The profile is saved.") if changed else _("Nothing was changed."))
            return redirect("partners:profile")
    saved = contact_rows(partner) if status == Stale.status else []
    context = {"form": form, "partner": partner, "saved": saved}
    return render(request, "partners/edit_profile.html", context, status=status)


def _save_profile(request: HttpRequest, actor: Actor, form: ProfileForm) -> tuple[int, list[str] | None]:
    """Return the status of the answer and what changed, or None when the page is shown again."""
    if not form.is_valid():
        return 422, None
    values = {name: form.cleaned_data[name] for name in PROFILE_FIELDS}
    try:
        return 200, organization_services.edit_profile(actor, seen=form.cleaned_data["seen"], values=values)
    except Stale as stale:
        add_refusal(form, stale)
        # Keep what was typed and take over the new fingerprint: the page shows the saved values beside it,
        # so saving once more overwrites them knowingly.
        typed = request.POST.copy()
        typed["seen"] = organization_services.fingerprint(queries.own_partner(actor))
        form.data = typed
        return Stale.status, None


@agent_required
def legal_info(request: HttpRequest) -> HttpResponse:
    """Show the legal business information and the reseller qualifications."""
    actor = actor_on(request)
    partner = queries.own_partner(actor)
    forms = list(queries.forms_for(actor))
    current = next((form for form in forms if form.state in OPEN_STATES), None)
    context = {
        "partner": partner,
        "tabs": tabs("legal-info", actor),
        "business": [*enrolment_rows(partner)[:4], (_("Address"), address_lines(partner))],
        "forms": forms,
        "current": current,
        "blockers": [] if current else _apply_blockers(partner),
        "may_apply": actor.may(Right.SIGN_PARTNER_FORM),
        "changed_at": changed_at(partner),
    }
    return render(request, "partners/legal_info.html", context)


def _apply_blockers(partner: Partner) -> list[Any]:
    decided = (QualificationState.QUALIFIED, QualificationState.REVOKED)
    return [] if partner.qualification in decided else gates.can_apply(partner)


def changed_at(partner: Partner) -> Any:
    """Return when the qualification last changed, or None where it never did."""
    steps = ("apply", "qualify", "dismiss", "revoke")
    last = history_of(partner).filter(action__in=steps, refused=False).first()
    return last.at if last else partner.qualified_at
