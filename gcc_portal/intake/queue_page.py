"""The queue's rows as the page shows them: what is the same in many rows is made once a page."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from gcc_portal.intake.models import WAITING_STATES, FormState, IntakeForm
from gcc_portal.intake.queries import Standing, soon_at, standing
from gcc_portal.intake.queue import Waiting
from gcc_portal.ui.addresses import address_of
from gcc_portal.ui.templatetags.portal_ui import local_time, state_tag

NOTHING_DUE = Standing("", "")


@dataclass(frozen=True, slots=True)
class QueueRow:
    """One line of the queue. `tags` and `due` are markup."""

    form: Waiting
    url: str
    title: str
    kind: str
    tags: SafeString
    due: SafeString
    urgency: SafeString
    time_left: str


def queue_rows(forms: Iterable[Waiting], now: datetime) -> list[QueueRow]:
    """Return the forms as the page shows them."""
    soon = soon_at(now)
    kinds = {str(kind): str(kind.label) for kind in IntakeForm.Kind}
    tags = {str(state): state_tag(state, label=state.label) for state in FormState}
    urgencies = {"": SafeString(""), **{word: state_tag(word) for word in ("overdue", "due_soon")}}
    escalated, set_aside = state_tag("escalated"), state_tag("failed", label=_("Set aside"))
    rows = []
    for form in forms:
        waits = form.state in WAITING_STATES and form.respond_by is not None
        stands = standing(form.respond_by, now, soon) if waits and form.respond_by else NOTHING_DUE
        shown = [tags[form.state]]
        if form.escalated and waits:
            shown.append(escalated)
        if form.set_aside:
            shown.append(set_aside)
        rows.append(
            QueueRow(
                form,
                address_of("review:form", form.reference),
                form.organization or form.reference,
                kinds[form.kind],
                mark_safe(" ".join(shown)),  # noqa: S308 - tags, each escaped
                local_time(form.respond_by) if waits else SafeString(""),
                urgencies[stands.urgency],
                stands.time_left,
            )
        )
    return rows
