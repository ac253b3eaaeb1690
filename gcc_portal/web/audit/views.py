"""The audit list and its download."""

from collections.abc import Iterable, Iterator
from itertools import islice

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from gcc_portal.core.audit.api_clients import with_client_names
from gcc_portal.core.audit.models import AuditEntry
from gcc_portal.core.machine import require
from gcc_portal.core.people.request import actor_on
from gcc_portal.core.people.roles import Right
from gcc_portal.web.audit.search import AuditFilter, search_entries
from gcc_portal.web.csv_stream import download
from gcc_portal.web.keyset import page_of

PAGE = 50
CHUNK = 2000


@login_required
@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """Show the entries that the person may read, newest first."""
    require(actor_on(request), Right.SEE_AUDIT)
    form = AuditFilter(request.GET)
    page = page_of(request.GET, PAGE, search_entries(actor_on(request), form))
    with_client_names(page)
    return render(request, "audit/list.html", {"form": form, "page_obj": page})


@login_required
@require_safe
def export(request: HttpRequest) -> StreamingHttpResponse:
    """Return all entries that match the filter as a CSV file."""
    require(actor_on(request), Right.SEE_AUDIT)
    entries = search_entries(actor_on(request), AuditFilter(request.GET)).all()
    header = [
        _("When"), _("Who"), _("As"), _("Channel"), _("What"), _("Refused"), _("Kind of object"), _("Object"),
        _("From state"), _("To state"), _("Why"), _("From address"), _("With application"),
    ]  # fmt: skip
    return download(f"audit-{timezone.localdate()}.csv", header, rows(entries.iterator(CHUNK)))


def rows(entries: Iterator[AuditEntry]) -> Iterator[list[object]]:
    """Yield a line for each entry."""
    for entry in _named(entries):
        yield [
            entry.at.isoformat(timespec="seconds"), entry.actor_label, entry.get_role_display(),
            entry.get_channel_display(), entry.action_label, entry.refused, entry.object_type, entry.object_label,
            entry.from_state, entry.to_state, _why(entry), entry.address, entry.application_name,
        ]  # fmt: skip


def _why(entry: AuditEntry) -> str:
    """Return the reason for the file, with a refusal's codes before it."""
    codes = ", ".join(entry.codes)
    return f"{codes}: {entry.shown_reason}" if codes else entry.shown_reason


def _named(entries: Iterator[AuditEntry]) -> Iterable[AuditEntry]:
    """Yield the entries with the names of their applications, read with one query a chunk."""
    while chunk := list(islice(entries, CHUNK)):
        yield from with_client_names(chunk)
