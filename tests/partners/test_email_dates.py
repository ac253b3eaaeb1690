"""Dates in the partners' e-mails are written as everywhere else."""

from datetime import UTC, datetime

from gcc_portal.core.people.models import User
from partners.emails.qualification import agent_invitation
from partners.models import Invitation, Partner


def test_the_invitation_writes_its_day_as_the_pages_do() -> None:
    invitation = Invitation(
        partner=Partner(name="Contoso"),
        invited_by=User(name="Ada"),
        role="sales_agent",
        expires_at=datetime(2026, 11, 29, 17, tzinfo=UTC),
    )
    words = " ".join(str(each) for each in agent_invitation(invitation).paragraphs)
    assert "Nov 29, 2026" in words
