"""Each rule about rows is said once for querysets and once in Python: both find the same rows."""

from datetime import timedelta

import pytest
from django.utils import timezone

from gcc_portal.core.people.models import User
from gcc_portal.core.people.roles import PARTNER_ROLES
from partners.models import Agent, ApiApplication, Invitation, Partner
from partners.sign_in import Backend, agent_of
from partners.states import InvitationState
from tests.api.kit import application

NOW = timezone.now()
PAST, FUTURE = NOW - timedelta(days=1), NOW + timedelta(days=1)


@pytest.fixture
def agents(contoso: Partner) -> list[Agent]:
    """An agent of each role, removed or not, with an open account and a closed one."""
    return [
        Agent.objects.create(
            user=User.objects.create(email=f"{role}{stays}{is_open}@contoso.example", is_active=is_open),
            partner=contoso,
            role=role,
            is_active=stays,
        )
        for role in PARTNER_ROLES
        for stays in (True, False)
        for is_open in (True, False)
    ]


def test_agents_at_work(agents: list[Agent]) -> None:
    rows = list(Agent.objects.select_related("user"))
    assert set(Agent.objects.at_work()) == {row for row in rows if row.is_at_work}
    assert set(Agent.objects.admins_at_work()) == {row for row in rows if row.is_admin_at_work}
    assert sum(row.is_at_work for row in agents) == len(PARTNER_ROLES)
    assert sum(row.is_admin_at_work for row in agents) == 1


def test_only_an_agent_at_work_acts_on_pages(agents: list[Agent]) -> None:
    rows = list(Agent.objects.select_related("user"))
    assert {row for row in rows if agent_of(User.objects.get(pk=row.user_id))} == set(Agent.objects.at_work())
    signed_in = {row for row in rows if (user := Backend().get_user(row.user_id)) and agent_of(user)}
    assert signed_in == set(Agent.objects.at_work())


def test_applications_in_use(contoso: Partner) -> None:
    application(contoso)
    ApiApplication.objects.filter(pk=application(contoso).pk).update(revoked_at=PAST)
    rows = list(ApiApplication.objects.all())
    assert set(ApiApplication.objects.in_use()) == {row for row in rows if row.is_in_use}
    assert (ApiApplication.objects.in_use().count(), len(rows)) == (1, 2)


def test_invitations(contoso: Partner, admin: User) -> None:
    for accepted, cancelled in ((None, None), (PAST, None), (None, PAST)):
        for end in (PAST, NOW, FUTURE):
            Invitation.objects.create(
                partner=contoso,
                email=f"{accepted}{cancelled}{end:%d%H}@contoso.example".replace(" ", ""),
                role=PARTNER_ROLES[0],
                invited_by=admin,
                expires_at=end,
                accepted_at=accepted,
                cancelled_at=cancelled,
            )
    rows = list(Invitation.objects.all())
    assert set(Invitation.objects.unanswered()) == {row for row in rows if row.is_unanswered}
    assert set(Invitation.objects.open(NOW)) == {row for row in rows if row.is_open(NOW)}
    assert Invitation.objects.open(NOW).count() == 1
    assert {row.state for row in rows} == set(InvitationState)
