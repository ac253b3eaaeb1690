"""The components of pages: what they show, what they leave out, that they escape."""

from datetime import UTC, datetime
from types import SimpleNamespace as Thing
from typing import Any

import pytest
from django.core.paginator import Paginator
from django.template.loader import render_to_string
from django.test import RequestFactory

from gcc_portal.core.gates import Blocker
from tests.web.markup import find, one, read


def draw(name: str, query: str = "", **context: Any) -> str:
    """Return a component for a request with this query; its markup must be closed and its ids unique."""
    html = render_to_string(
        f"components/{name}.html", context, request=RequestFactory().get(f"/list/{query}")
    )
    ids = [element.attrs["id"] for element in read(html) if "id" in element.attrs]
    assert len(ids) == len(set(ids))
    return html


def test_blockers_show_each_with_its_way_out() -> None:
    blockers = [
        Blocker("A2", "No validation ID.", "Ask the customer.", ("home", ()), "Read how"),
        Blocker("A1", "<b>Not qualified.</b>"),
    ]
    html = draw("blockers", blockers=blockers)
    assert [item.attrs["data-code"] for item in find(html, "li")] == ["A2", "A1"]
    assert one(html, "a", href="/").text == "Read how"
    assert "Ask the customer." in html
    assert "&lt;b&gt;Not qualified." in html


def test_no_blockers_show_nothing() -> None:
    assert draw("blockers", blockers=[]).strip() == ""


def test_a_crumb_without_a_link_is_the_current_page() -> None:
    assert one(draw("crumb", label="Here"), "li").attrs["aria-current"] == "page"
    linked = draw("crumb", label="Orders", url="/orders/")
    assert "aria-current" not in one(linked, "li").attrs
    assert one(linked, "a", href="/orders/").text == "Orders"


def entry(**more: Any) -> Thing:
    """Return an audit entry as a timeline reads it."""
    facts = {
        "at": datetime(2026, 11, 24, 21, 0, tzinfo=UTC),
        "actor_label": "Ann Agent",
        "action_label": "Submitted",
        "from_state": "draft",
        "to_state": "submitted",
        "reason": "",
        "channel": "page",
    }
    return Thing(**(facts | more))


def test_a_timeline_says_who_what_when_from_where() -> None:
    html = draw("timeline", entries=[entry(reason="Line <1>\nLine 2"), entry(refused=True, to_state="")])
    items = find(html, "li")
    assert all(
        word in items[0].text
        for word in ("Submitted", "Draft", "Ann Agent", "4:00 PM EST", "page", "Line <1>")
    )
    assert "portal-timeline__item--refused" in items[1].classes
    assert "Refused" in items[1].text


def test_an_empty_timeline_says_so() -> None:
    assert "Nothing has happened yet." in draw("timeline", entries=[])


def test_a_summary_list_takes_pairs_dicts_and_objects() -> None:
    rows = [
        ("Name", "<i>"),
        {"label": "Domain", "value": "a.example", "url": "/edit/", "url_label": "Edit"},
        Thing(label="Phone", value="", url="", url_label=""),
    ]
    html = draw("summary_list", rows=rows)
    assert [term.text for term in find(html, "dt")] == ["Name", "Domain", "Phone"]
    assert find(html, "dd")[0].text == "<i>"
    assert one(html, "a", href="/edit/").text == "Edit Domain"
    assert find(html, "dd")[-1].text == "Not given"


def test_pagination_keeps_the_query() -> None:
    html = draw("pagination", "?q=a&page=2", page_obj=Paginator(range(30), 10).page(2))
    links = [link.attrs["href"] for link in find(html, "a")]
    assert links == ["?q=a&page=1", "?q=a&page=1", "?q=a&page=2", "?q=a&page=3", "?q=a&page=3"]
    assert one(html, "a", aria_current="page").text == "2"


def test_pagination_of_one_page_is_nothing() -> None:
    assert draw("pagination", page_obj=Paginator(range(3), 10).page(1)).strip() == ""


def test_pagination_of_a_seek_page_has_no_numbers() -> None:
    page = Thing(has_previous=False, has_next=True, next_url="?after=xyz")
    html = draw("pagination", page_obj=page)
    assert [link.attrs["href"] for link in find(html, "a")] == ["?after=xyz"]


def test_steps_name_the_current_one() -> None:
    steps = [
        {"label": "Details", "state": "done", "url": "/1/"},
        {"label": "Code", "state": "current", "url": "/2/"},
        {"label": "Review", "state": "todo"},
    ]
    html = draw("steps", steps=steps)
    assert "Code" in one(html, "li", aria_current="step").text
    assert " ".join(one(html, "h2").text.split()) == "Step 2 of 3 Code"
    assert [link.attrs["href"] for link in find(html, "a")] == ["/1/"]


def test_mail_state_offers_to_send_again_by_post() -> None:
    sent = Thing(
        to="a@b.example", subject="Hi", status_label="Sent", tone="success", sent_at=None, resend_url=""
    )
    failed = Thing(
        to="c@d.example", subject="Hi", status_label="Failed", tone="danger", sent_at=None, resend_url="/r/"
    )
    html = draw("mail_state", mails=[sent, failed])
    assert one(html, "form").attrs["method"] == "post"
    assert one(html, "form").attrs["action"] == "/r/"
    assert one(html, "span", class_="portal-tag--danger").text == "Failed"


def test_a_confirm_button_posts_its_fields() -> None:
    html = draw(
        "confirm_button", url="/take/", label="Take", variant="danger", fields={"version": 3}, about="form 7"
    )
    assert one(html, "input", name="version").attrs["value"] == "3"
    assert "usa-button--secondary" in one(html, "button").classes
    assert one(html, "button").text == "Take form 7"
    assert one(html, "input", name="csrfmiddlewaretoken").attrs["value"]


def test_an_act_that_cannot_be_undone_says_what_follows_before_its_button() -> None:
    html = draw(
        "confirm_act", summary="Cancel", text="It ends.", url="/c/", label="Cancel it", fields={"revision": 3}
    )
    assert "open" not in one(html, "details").attrs
    assert one(html, "summary").text == "Cancel"
    assert one(html, "details").text.index("It ends.") < one(html, "details").text.index("Cancel it")
    assert one(html, "form").attrs["action"] == "/c/"
    assert one(html, "input", name="revision").attrs["value"] == "3"


def test_progress_fetches_itself_only_while_it_runs() -> None:
    running = draw("progress", label="Working", hx_get="/p/")
    assert one(running, "div", hx_get="/p/").attrs["hx-trigger"] == "every 2s"
    assert find(running, "a")
    over = draw("progress", label="Done", done=3, total=3)
    assert "hx-get" not in over
    assert one(over, "progress").attrs["value"] == "3"


def test_what_needs_a_script_is_hidden_without() -> None:
    for name, context in (("copy_text", {"label": "L", "text": "<x>"}), ("print_button", {})):
        assert "hidden" in one(draw(name, **context), "button").attrs
    assert one(draw("copy_text", label="L", text="<x>"), "textarea").text == "<x>"


def test_filters_show_what_is_in_force_and_how_to_take_it_out() -> None:
    from tools.styleguide.samples import SampleFilter

    html = draw(
        "filters",
        "?q=city&state=active&sort=-name&page=3",
        form=SampleFilter({"q": "city", "state": "active"}),
    )
    chips = [(chip.text.strip(), chip.attrs["href"]) for chip in find(html, "a", class_="portal-chip")]
    assert chips == [
        ("Remove filter Search: city", "?state=active&sort=-name"),
        ("Remove filter State: Active", "?q=city&sort=-name"),
    ]
    assert one(html, "input", name="sort").attrs["value"] == "-name"
    assert "(optional)" not in html


@pytest.mark.parametrize(
    ("name", "context"),
    [
        ("alert", {"tone": "danger", "text": "T"}),
        ("attachment_list", {"attachments": [{"name": "a.pdf", "size": 5, "url": "/f/"}]}),
        ("card", {"title": "T", "url": "/u/", "url_label": "Go"}),
        ("empty", {"title": "T", "url": "/u/", "url_label": "Go"}),
        ("stat", {"label": "L", "value": 0}),
        ("tabs", {"tabs": [{"label": "L", "url": "/t/", "current": True, "count": 0}]}),
    ],
)
def test_small_components_escape_what_they_show(name: str, context: dict[str, Any]) -> None:
    assert draw(name, **context).strip()
    nasty = {key: "<b>" if isinstance(value, str) else value for key, value in context.items()}
    assert not find(draw(name, **nasty), "b")
