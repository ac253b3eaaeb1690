"""Histories: the application through which somebody acted, and repeated refusals in one line."""

from typing import Any

from django.template.loader import render_to_string

from gcc_portal.core.audit import api_clients
from gcc_portal.core.audit.models import AuditEntry
from gcc_portal.core.audit.record import history_of, record
from gcc_portal.core.people.actors import Actor
from gcc_portal.web.audit.histories import lines_of, newest
from partners.models import Partner


def entry(action: str = "submit", refused: bool = True, **more: Any) -> AuditEntry:
    """Return an unsaved audit entry of Ada's."""
    return AuditEntry(
        **{"action": action, "refused": refused, "actor_label": "Ada", "channel": "api", "at": None} | more
    )


def test_consecutive_refusals_of_one_action_share_a_line() -> None:
    entries = [
        *(entry(reason=f"No {number}") for number in range(3)),
        entry(refused=False),
        entry(),
        entry("take"),
        entry("take", actor_label="Sam"),
        entry("take", actor_label="Sam", channel="page"),
    ]
    assert [line.count for line in lines_of(entries)] == [3, 1, 1, 1, 1, 1]
    html = render_to_string("components/timeline.html", {"entries": entries})
    assert html.count("<details") == 1
    assert "3 times" in html
    assert "2 refusals before it" in html
    assert all(f"No {number}" in html for number in range(3))


def test_actions_that_were_done_each_have_a_line() -> None:
    assert [line.count for line in lines_of([entry(refused=False), entry(refused=False)])] == [1, 1]


def test_two_applications_of_one_person_do_not_share_a_line(monkeypatch: Any) -> None:
    monkeypatch.setattr(api_clients, "_sources", [lambda ids: {each: f"App {each}" for each in ids}])
    entries = [entry(user_id=1, application_id=each) for each in ("a", "b", "b")]
    assert [(line.entry.application_name, line.count) for line in lines_of(entries)] == [
        ("App a", 1),
        ("App b", 2),
    ]
    assert "Ada, with App a" in render_to_string("components/timeline.html", {"entries": entries})


def test_an_application_that_acts_for_itself_is_not_named_twice(monkeypatch: Any) -> None:
    monkeypatch.setattr(api_clients, "_sources", [lambda ids: dict.fromkeys(ids, "Sync")])
    assert (
        api_clients.with_client_names([entry(application_id="a", actor_label="Sync")])[0].application_name
        == ""
    )


def test_an_unknown_application_is_shown_by_its_client_id(monkeypatch: Any) -> None:
    monkeypatch.setattr(api_clients, "_sources", [])
    assert (
        api_clients.with_client_names([entry(application_id="gone", user_id=1)])[0].application_name == "gone"
    )


def test_refusals_do_not_push_out_what_was_done(
    contoso: Partner, admin_actor: Actor, django_assert_num_queries: Any
) -> None:
    record(admin_actor, "done_deed", contoso)
    for _each in range(5):
        record(admin_actor, "refused_deed", contoso, refused=True)
    with django_assert_num_queries(1):
        shown = list(newest(history_of(contoso), 3))
    assert [each.action for each in shown] == ["refused_deed"] * 3 + ["done_deed"]
    assert [line.count for line in lines_of(shown)] == [3, 1]
