"""A history shows a refusal's sentence; the codes stay in the audit row."""

import pytest
from django.template.loader import render_to_string

from gcc_portal.core.audit.models import AuditEntry


@pytest.mark.parametrize(
    ("reason", "refused", "shown"),
    [
        ("A2.other_organization: It was issued for X.", True, "It was issued for X."),
        ("A1.not_qualified, A2.expired, domain.taken: No. Never: no.", True, "No. Never: no."),
        ("Somebody said: no", True, "Somebody said: no"),
        ("A2.expired: not a refusal", False, "A2.expired: not a refusal"),
        ("", True, ""),
    ],
)
def test_the_codes_are_not_shown(reason: str, refused: bool, shown: str) -> None:
    entry = AuditEntry(reason=reason, refused=refused)
    assert (entry.shown_reason, entry.reason) == (shown, reason)


def test_the_timeline_shows_the_sentence_alone() -> None:
    entry = AuditEntry(
        action="check_qualification", reason="A2.expired: It has expired.", refused=True, at=None
    )
    html = render_to_string("components/timeline.html", {"entries": [entry]})
    assert "It has expired." in html
    assert "A2.expired" not in html
