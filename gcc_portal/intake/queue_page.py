"""The queue's rows as markup: what is the same in many rows is made once a page."""

from collections.abc import Iterable
from datetime import datetime

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from gcc_portal.intake.models import WAITING_STATES, FormState, IntakeForm
from gcc_portal.intake.queries import soon_at, standing
from gcc_portal.intake.queue import Waiting
from gcc_portal.ui.addresses import address_of
from gcc_portal.ui.escaping import esc
from gcc_portal.ui.templatetags.portal_ui import local_time, state_tag


def queue_rows(forms: Iterable[Waiting], now: datetime) -> SafeString:
    """Return the rows of the table under the page's columns; an empty text for none."""
    soon = soon_at(now)
    kinds = {str(kind): esc(kind.label) for kind in IntakeForm.Kind}
    tags = {str(state): state_tag(state, label=state.label) for state in FormState}
    urgencies = {"": "", **{word: f"{state_tag(word)} " for word in ("overdue", "due_soon")}}
    escalated, set_aside = f" {state_tag('escalated')}", f" {state_tag('failed', label=_('Set aside'))}"
    nothing_due, unassigned = _quiet(_("Nothing due")), _quiet(_("Unassigned"))
    columns = (_("Organization"), _("Form"), _("State"), _("Answer due"), _("Reviewer"))
    organization, kind, state, due, reviewer = (f'data-label="{esc(label)}"' for label in columns)
    rows = []
    for form in forms:
        waits = form.state in WAITING_STATES
        answer = nothing_due
        if waits and form.respond_by is not None:
            stands = standing(form.respond_by, now, soon)
            moment = f'<span class="portal-nowrap">{local_time(form.respond_by)}</span>'
            answer = f"{moment}<br>{urgencies[stands.urgency]}{_quiet(stands.time_left)}"
        tagged = tags[form.state] + (escalated if form.escalated and waits else "")
        if form.set_aside:
            tagged += set_aside
        url, reference = esc(address_of("review:form", form.reference)), esc(form.reference)
        rows.append(
            f'<tr><th scope="row" {organization}><a class="usa-link" href="{url}">'
            f"{esc(form.organization) or reference}</a><br>"
            f'<span class="portal-quiet portal-mono">{reference}</span></th>'
            f"<td {kind}>{kinds[form.kind]}<br>{_quiet(form.contact)}</td><td {state}>{tagged}</td>"
            f"<td {due}>{answer}</td><td {reviewer}>{esc(form.reviewer) or unassigned}</td></tr>"
        )
    return mark_safe("\n".join(rows))  # noqa: S308 - every text in it is escaped


def _quiet(text: str) -> str:
    return f'<span class="portal-quiet">{esc(text)}</span>'
