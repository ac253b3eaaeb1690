"""The queue's rows as markup: what is the same in many rows is made once, for a page or for a language."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from gcc_portal.core.people.models import User
from gcc_portal.intake.models import WAITING_STATES, FormState, IntakeForm
from gcc_portal.intake.queries import deadline_status
from gcc_portal.intake.queue import soon_at
from gcc_portal.web.addresses import WORD_STAND_IN, address_of
from gcc_portal.web.escaping import esc
from gcc_portal.web.templatetags.portal_ui import local_time, state_tag


@dataclass(frozen=True)
class _Words:
    """What rows say in one language, as markup."""

    kinds: dict[str, str]
    tags: dict[str, str]
    urgencies: dict[str, str]
    columns: tuple[str, ...]
    escalated: str
    set_aside: str
    nothing_due: str
    unassigned: str


@lru_cache(8)
def _words(_language: str | None) -> _Words:
    labels = (_("Organization"), _("Form"), _("State"), _("Answer due"), _("Reviewer"))
    return _Words(
        kinds={str(kind): str(esc(kind.label)) for kind in IntakeForm.Kind},
        tags={str(state): state_tag(state, label=state.label) for state in FormState},
        urgencies={"": "", **{word: f"{state_tag(word)} " for word in ("overdue", "due_soon")}},
        columns=tuple(f'data-label="{esc(label)}"' for label in labels),
        escalated=f" {state_tag('escalated')}",
        set_aside=f" {state_tag('failed', label=_('Set aside'))}",
        nothing_due=_quiet(_("Nothing due")),
        unassigned=_quiet(_("Unassigned")),
    )


def queue_rows(forms: Iterable[IntakeForm], now: datetime) -> SafeString:
    """Return the rows of the table under the page's columns; an empty text for none."""
    soon, words = soon_at(now), _words(get_language())
    organization, kind, state, due, reviewer = words.columns
    before, _found, after = address_of("review:form", WORD_STAND_IN).partition(WORD_STAND_IN)
    rows = []
    for form in forms:
        waits = form.state in WAITING_STATES
        answer = words.nothing_due
        if waits and form.respond_by is not None:
            stands = deadline_status(form.respond_by, now, soon)
            moment = f'<span class="portal-nowrap">{local_time(form.respond_by)}</span>'
            answer = f"{moment}<br>{words.urgencies[stands.urgency]}{_quiet(stands.time_left)}"
        tagged = words.tags[form.state] + (words.escalated if form.escalated_at and waits else "")
        if form.error:
            tagged += words.set_aside
        reference = esc(form.reference)  # letters, digits and hyphens, which an address takes as they are
        rows.append(
            f'<tr><th scope="row" {organization}><a class="usa-link" href="{before}{reference}{after}">'
            f"{esc(form.organization_name) or reference}</a><br>"
            f'<span class="portal-quiet portal-mono">{reference}</span></th>'
            f"<td {kind}>{words.kinds[form.kind]}<br>{_quiet(form.contact_name)}</td><td {state}>{tagged}</td>"
            f"<td {due}>{answer}</td><td {reviewer}>{esc(_name_of(form.reviewer)) or words.unassigned}</td></tr>"
        )
    return mark_safe("\n".join(rows))  # noqa: S308 - every text in it is escaped


def _name_of(reviewer: User | None) -> str:
    return (reviewer.name or reviewer.email) if reviewer is not None else ""


def _quiet(text: str) -> str:
    return f'<span class="portal-quiet">{esc(text)}</span>'
