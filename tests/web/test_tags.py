"""Template tags: state tags, money, times, links that keep the query, sorting headers."""

from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.paginator import Paginator
from django.db import models
from django.http import HttpRequest
from django.template import Context, RequestContext, Template
from django.test import RequestFactory

from gcc_portal.web import states
from gcc_portal.web.templatetags import portal_forms, portal_ui
from tests.web.markup import one


def draw(source: str, query: str = "", **context: Any) -> str:
    """Return what a template gives for a request with this query."""
    request: HttpRequest = RequestFactory().get(f"/list/{query}")
    return Template("{% load portal_ui %}" + source).render(RequestContext(request, context))


class Machine(models.TextChoices):
    IN_REVIEW = "in_review", "Being looked at"


MACHINES = {
    "intake": "draft submitted in_review approved declined information_requested withdrawn",
    "qualification": "none pending qualified revoked",
    "validation": "issued exhausted expired revoked",
    "creation": "draft qualification_checked provisioning active failed",
    "special": "none in_review granted denied revoked",
    "relationship": "invited active declined expired ended",
    "order": "cart submitted processing completed failed cancelled",
    "subscription": "pending active suspended cancelled expired",
    "check": "pass warn fail could_not_check",
}


@pytest.mark.parametrize("word", sorted({word for words in MACHINES.values() for word in words.split()}))
def test_every_state_word_of_the_domain_has_a_look(word: str) -> None:
    assert states.LOOKS[word].tone in states.TONES
    assert str(states.LOOKS[word].label)


def test_tones_tell_good_from_bad() -> None:
    assert states.tone_of("approved") == "success"
    assert states.tone_of("failed") == "danger"
    assert states.tone_of("information_requested") == "warning"
    assert states.tone_of("no such word") == "neutral"


def test_a_state_tag_of_a_word_an_enum_and_an_object() -> None:
    assert one(draw('{% state_tag "in_review" %}'), "span", class_="portal-tag--info").text == "In review"
    assert "Being looked at" in draw("{% state_tag word %}", word=Machine.IN_REVIEW)
    thing = SimpleNamespace(state="failed", get_state_display=lambda: "Broken down")
    assert (
        one(draw("{% state_tag thing %}", thing=thing), "span", class_="portal-tag--danger").text
        == "Broken down"
    )


def test_a_state_tag_of_an_unknown_word_of_nothing_and_with_its_own_words() -> None:
    assert one(draw('{% state_tag "half_done" %}'), "span", class_="portal-tag--neutral").text == "Half done"
    assert draw('{% state_tag "" %}{% state_tag None %}') == ""
    shown = one(
        draw('{% state_tag "x" label=words tone="warning" %}', words="<b>"),
        "span",
        class_="portal-tag--warning",
    )
    assert shown.text == "<b>"


@pytest.mark.parametrize(
    ("cents", "text"),
    [
        (123450, "$1,234.50"),
        (0, "$0.00"),
        (5, "$0.05"),
        (-250, "-$2.50"),
        (100_000_000, "$1,000,000.00"),
        (None, ""),
    ],
)
def test_money(cents: int | None, text: str) -> None:
    assert portal_ui.money(cents) == text


@pytest.mark.parametrize(
    ("moment", "shown", "machine"),
    [
        (datetime(2026, 11, 24, 21, 0, tzinfo=UTC), "Nov 24, 2026, 4:00 PM EST", "2026-11-24T16:00:00-05:00"),
        (datetime(2026, 7, 1, 3, 30, tzinfo=UTC), "Jun 30, 2026, 11:30 PM EDT", "2026-06-30T23:30:00-04:00"),
    ],
)
def test_times_stand_in_the_desks_zone(settings: Any, moment: datetime, shown: str, machine: str) -> None:
    settings.DESK_TIME_ZONE = "America/New_York"
    time = one(str(portal_ui.local_time(moment)), "time")
    assert (time.text, time.attrs["datetime"]) == (shown, machine)


def test_the_desks_zone_is_a_setting(settings: Any) -> None:
    settings.DESK_TIME_ZONE = "Pacific/Honolulu"
    shown = portal_ui.local_time(datetime(2026, 11, 24, 5, 0, tzinfo=UTC), "date")
    assert "Nov 23, 2026<" in shown


def test_a_date_has_no_zone_and_nothing_gives_nothing() -> None:
    assert one(str(portal_ui.local_time(date(2026, 1, 2))), "time").text == "Jan 2, 2026"
    assert portal_ui.local_time(None) == ""


@pytest.mark.parametrize(
    ("tag", "query", "link"),
    [
        ("{% query_url page=2 %}", "?q=a b&state=x&state=y", "?q=a+b&amp;state=x&amp;state=y&amp;page=2"),
        ("{% query_url page=2 %}", "?page=1", "?page=2"),
        ('{% query_url page="" %}', "?page=1", "?"),
        ("{% query_url q=None %}", "?q=a&page=3", "?page=3"),
        ('{% query_url_without "state" "x" %}', "?state=x&state=y&page=3", "?state=y"),
        ('{% query_url_without "state" %}', "?state=x&state=y&q=1", "?q=1"),
        ("{% query_url page=2 %}", "?q=%22%3E%3Cscript%3E", "?q=%22%3E%3Cscript%3E&amp;page=2"),
    ],
)
def test_links_keep_the_query(tag: str, query: str, link: str) -> None:
    assert draw(tag, query) == link


@pytest.mark.parametrize(
    ("query", "aria", "link"),
    [
        ("?q=a&page=4", None, "?q=a&sort=name"),
        ("?sort=name&q=a", "ascending", "?q=a&sort=-name"),
        ("?sort=-name", "descending", "?sort=name"),
        ("?sort=other", None, "?sort=name"),
    ],
)
def test_sort_headers(query: str, aria: str | None, link: str) -> None:
    html = draw('<table><tr>{% sort_header "name" "Name" %}</tr></table>', query)
    assert one(html, "th").attrs.get("aria-sort") == aria
    assert one(html, "a").attrs["href"] == link


def test_the_views_own_order_shows_where_the_query_has_none() -> None:
    html = draw('{% sort_header "due" "Due" numeric=True %}', sort="due")
    assert one(html, "th").attrs["aria-sort"] == "ascending"
    assert "portal-num" in one(html, "th").classes


def test_icons_are_silent_unless_named() -> None:
    assert one(str(portal_ui.icon("close")), "svg").attrs["aria-hidden"] == "true"
    named = one(str(portal_ui.icon("close", 'Close "it"')), "svg")
    assert named.attrs["aria-label"] == 'Close "it"'
    assert "aria-hidden" not in named.attrs
    assert one(str(portal_ui.icon("close")), "use").attrs["href"].endswith("uswds/img/sprite.svg#close")


def test_sizes_and_rows() -> None:
    sizes = [portal_ui.file_size(count) for count in (0, 1023, 1536, 26_214_400)]
    assert sizes == ["0 bytes", "1023 bytes", "1.5 KB", "25.0 MB"]
    assert portal_ui.row_parts(("A", True)) == {"label": "A", "value": "Yes"}
    assert portal_ui.row_parts(("A", ["x", "y"], "/u"))["value"] == "x\ny"


def test_page_numbers_leave_gaps() -> None:
    page = Paginator(range(200), 10).page(10)
    assert portal_ui.page_numbers(page) == [1, 0, 9, 10, 11, 0, 20]


def test_the_csrf_field_survives_an_isolated_include() -> None:
    html = draw('{% include "components/confirm_button.html" with url="/x/" label="Go" only %}')
    token = one(html, "input", name="csrfmiddlewaretoken")
    assert len(token.attrs["value"]) == 64


def test_hidden_fields_of_a_mapping() -> None:
    html = portal_ui.hidden_fields({"a": 1, "b": ["x", '"y"']})
    assert html.count("<input") == 3
    assert "&quot;y&quot;" in html


def test_without_a_request_links_are_bare() -> None:
    assert Template("{% load portal_ui %}{% query_url page=2 %}").render(Context()) == "?page=2"


def test_filters_in_force() -> None:
    from tools.styleguide.samples import SampleFilter

    found = portal_forms.active_filters(SampleFilter({"q": " city ", "state": "active", "mine": "on"}))
    assert [(chip["name"], chip["value"], chip["shown"]) for chip in found] == [
        ("q", " city ", " city "),
        ("state", "active", "Active"),
        ("mine", "on", "Yes"),
    ]
    assert portal_forms.active_filters(SampleFilter({"state": "no such"})) == []
    assert portal_forms.active_filters(SampleFilter()) == []
