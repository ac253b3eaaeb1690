"""Tags that every page uses: state tags, icons, money, times, links that keep the query."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

from django import template
from django.core.paginator import Page
from django.http import HttpRequest, QueryDict
from django.middleware.csrf import get_token
from django.templatetags.static import static
from django.utils import timezone
from django.utils.dateformat import format as format_date
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from gcc_portal.core.business_time import office_zone
from gcc_portal.web import parts, states
from gcc_portal.web.audit.histories import Line, lines_of

register = template.Library()

PAGE_KEYS = ("page", "after", "before", "cursor")
"""Query parameters that name a page of a list; a new sort order or filter starts at the first page."""


def request_of(context: template.Context) -> HttpRequest | None:
    """Return the request, also inside an `{% include … only %}`, where the variable is gone."""
    return getattr(context, "request", None) or context.get("request")


@register.simple_tag
def state_tag(thing: Any, label: Any = "", tone: str = "") -> SafeString:
    """Return the tag of a state, from an object with `state`, an enum member, or a state's name.

    `label` and `tone` override those of `web.states`. No state gives an empty string.
    """
    value = getattr(thing, "state", thing)
    if value in (None, ""):
        return SafeString("")
    if not label:
        display = getattr(thing, "get_state_display", None)
        label = display() if display else states.label_of(value)
    tone = tone or states.tone_of(value)
    return format_html('<span class="usa-tag portal-tag portal-tag--{}">{}</span>', tone, label)


@register.simple_tag
def history_lines(entries: Iterable[Any]) -> list[Line]:
    """Return the lines of a history: `{% history_lines entries as lines %}`. No entries give no lines."""
    return lines_of(entries or ())


@register.simple_tag
def icon(name: str, label: str = "", css: str = "") -> SafeString:
    """Return an icon of the USWDS sprite. Without a label it is hidden from screen readers."""
    spoken = format_html('aria-label="{}"', label) if label else SafeString('aria-hidden="true"')
    return format_html(
        '<svg class="{}" {} focusable="false" role="img"><use href="{}#{}"></use></svg>',
        f"usa-icon {css}".strip(),
        spoken,
        static("uswds/img/sprite.svg"),
        name,
    )


@register.simple_tag
def money(cents: int | str | None) -> str:
    """Return a number of US cents as dollars: 123450 -> $1,234.50. None gives an empty string."""
    if cents is None or cents == "":
        return ""
    whole = int(cents)
    sign = "-" if whole < 0 else ""
    return f"{sign}${abs(whole) // 100:,}.{abs(whole) % 100:02d}"


@register.simple_tag
def local_time(moment: datetime | date | None, style: str = "full") -> SafeString:
    """Return a datetime in the office's time zone, with the zone's name: Nov 24, 2026, 4:00 PM EST.

    `style="date"` leaves the time out. A date stays that date. None gives an empty string.
    """
    if not moment:
        return SafeString("")
    if not isinstance(moment, datetime):
        return format_html('<time datetime="{}">{}</time>', moment.isoformat(), format_date(moment, "M j, Y"))
    local = timezone.localtime(moment, office_zone())
    shown = format_date(local, "M j, Y" if style == "date" else "M j, Y, g:i A")
    if style != "date":
        shown = f"{shown} {local.tzname()}"
    return format_html('<time datetime="{}">{}</time>', local.isoformat(timespec="seconds"), shown)


def _query(context: template.Context) -> QueryDict:
    """Return a copy of the GET parameters that can be changed."""
    request = request_of(context)
    return request.GET.copy() if request else QueryDict(mutable=True)


def _as_url(query: QueryDict) -> str:
    """Return the query as a relative link; with nothing left, the bare page."""
    pairs = [(key, value) for key, values in query.lists() for value in values if value != ""]
    return "?" + urlencode(pairs)


@register.simple_tag(takes_context=True)
def query_url(context: template.Context, **changes: Any) -> str:
    """Return a link to this page with some GET parameters changed and all others kept.

    `{% query_url page=2 %}`. An empty value or None takes the parameter out.
    """
    query = _query(context)
    for key, value in changes.items():
        query.pop(key, None)
        if value not in (None, ""):
            query[key] = str(value)
    return _as_url(query)


@register.simple_tag(takes_context=True)
def query_url_without(context: template.Context, name: str, value: Any = None) -> str:
    """Return a link to this page without a GET parameter, or without one of its values; from the first page on."""
    query = _query(context)
    kept = [] if value is None else [one for one in query.getlist(name) if one != str(value)]
    for key in (name, *PAGE_KEYS):
        query.pop(key, None)
    if kept:
        query.setlist(name, kept)
    return _as_url(query)


@register.inclusion_tag("components/sort_header.html", takes_context=True)
def sort_header(context: template.Context, name: str, label: str, numeric: bool = False) -> dict[str, Any]:
    """Show a table's header cell with a link that sorts: `?sort=name`, then `?sort=-name`.

    The present order is the query's `sort`, else the template variable `sort`.
    """
    request = request_of(context)
    current = (request.GET.get("sort") if request else "") or context.get("sort") or ""
    ascending, descending = current == name, current == f"-{name}"
    order = "ascending" if ascending else "descending" if descending else ""
    query = _query(context)
    for key in ("sort", *PAGE_KEYS):
        query.pop(key, None)
    query["sort"] = f"-{name}" if ascending else name
    arrow = {"ascending": "arrow_upward", "descending": "arrow_downward"}.get(order, "sort_arrow")
    return {
        "name": name, "label": label, "numeric": numeric, "order": order, "arrow": arrow, "url": _as_url(query),
    }  # fmt: skip


@register.simple_tag
def fetches(from_the_top: bool = False) -> SafeString:
    """Return the attributes with which the links of an element, or a form, fetch the list of the page alone."""
    return parts.FETCHES_FROM_THE_TOP if from_the_top else parts.FETCHES


@register.simple_tag(takes_context=True)
def csrf_field(context: template.Context) -> SafeString:
    """Return the hidden CSRF field, also inside an `{% include … only %}`, where `{% csrf_token %}` is empty."""
    request = request_of(context)
    token = context.get("csrf_token") or (get_token(request) if request else "")
    return format_html('<input type="hidden" name="csrfmiddlewaretoken" value="{}">', token)


@register.simple_tag
def hidden_fields(fields: Any = None) -> SafeString:
    """Return hidden inputs for a mapping of names to values; a list gives one input for each value."""
    pairs: list[tuple[str, Any]] = []
    for name, value in (fields or {}).items():
        values = value if isinstance(value, (list, tuple)) else [value]
        pairs += [(name, one) for one in values]
    return format_html_join("\n", '<input type="hidden" name="{}" value="{}">', pairs)


@register.filter
def alert_tone(tags: str) -> str:
    """Return the USWDS alert variant for a message's tags or a tone: info, success, warning or error."""
    words = set(str(tags or "").split())
    for word, variant in (
        ("error", "error"),
        ("danger", "error"),
        ("warning", "warning"),
        ("success", "success"),
    ):
        if word in words:
            return variant
    return "info"


ROW_PARTS = ("label", "value", "url", "url_label")


@register.filter
def row_parts(row: Any) -> dict[str, Any]:
    """Return a row of a summary list as label, value, url and url_label, from a pair, a dict or an object.

    True and False become Yes and No; lists become lines.
    """
    if isinstance(row, (tuple, list)):
        parts = dict(zip(ROW_PARTS, row, strict=False))
    elif isinstance(row, dict):
        parts = dict(row)
    else:
        parts = {name: getattr(row, name, "") for name in ROW_PARTS}
    value = parts.get("value")
    if isinstance(value, bool):
        parts["value"] = _("Yes") if value else _("No")
    elif isinstance(value, (tuple, list)):
        parts["value"] = as_lines(value)
    return parts


@register.filter
def page_numbers(page: Page) -> list[int]:
    """Return the page numbers to link to, 0 where some are left out."""
    shown = page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)
    return [number if isinstance(number, int) else 0 for number in shown]


@register.filter
def as_lines(values: Iterable[Any]) -> str:
    """Return the values, one on a line."""
    return "\n".join(str(value) for value in values)


@register.filter
def file_size(count: int | None) -> str:
    """Return a number of bytes with a unit: 1536 -> 1.5 KB (1 KB = 1024 bytes)."""
    if count is None:
        return ""
    size = float(count)
    for unit in (_("bytes"), _("KB"), _("MB")):
        if size < 1024:
            return f"{size:.0f} {unit}" if unit == _("bytes") else f"{size:.1f} {unit}"
        size /= 1024
    return f"{size:.1f} {_('GB')}"
