"""How reasons are shown: the sentence alone in a history; the refusal's codes in the file and the search too."""

import csv
import io
from collections.abc import Callable

from django.template.loader import render_to_string
from django.test import Client
from django.urls import reverse

from gcc_portal.core.audit.labels import change_sentence
from gcc_portal.core.audit.models import AuditEntry
from gcc_portal.core.audit.record import record
from gcc_portal.core.people.actors import Actor
from gcc_portal.core.people.models import User
from partners.models import Partner

REFUSAL = {"refused": True, "reason": "It has expired.", "data": {"codes": ["A2.expired", "domain.taken"]}}


def test_the_timeline_shows_the_sentence_alone() -> None:
    html = render_to_string(
        "components/timeline.html", {"entries": [AuditEntry(action="qualify", at=None, **REFUSAL)]}
    )
    assert "It has expired." in html
    assert "A2.expired" not in html


def test_a_refusal_without_a_reason_shows_none() -> None:
    entry = AuditEntry(
        action="change_seats", object_type="subscription", refused=True, data={"codes": ["O4.x"]}
    )
    assert (entry.shown_reason, entry.codes) == ("", ["O4.x"])


def test_an_action_without_a_sentence_has_none() -> None:
    assert change_sentence("submit", "order", {"quantity": [1, 2]}) == ""


def test_file_and_search_know_the_codes(
    client_of: Callable[[User], Client], admin: User, admin_actor: Actor, contoso: Partner
) -> None:
    record(admin_actor, "qualify", contoso, **REFUSAL)
    record(admin_actor, "qualify", contoso, reason="Done")
    client = client_of(admin)
    answer = client.get(reverse("audit:export"), {"q": "a2.EXPIRED"})
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    assert [row["Why"] for row in csv.DictReader(io.StringIO(text))] == [
        "A2.expired, domain.taken: It has expired."
    ]
    page = client.get(reverse("audit:list"), {"q": "a2.expired"}).content.decode()
    assert "It has expired." in page
    assert "A2.expired:" not in page
