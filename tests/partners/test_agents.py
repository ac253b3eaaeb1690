"""Agents at the services: invited, joined, given another role, removed; every act in the audit."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.auth import authenticate
from django.http import Http404
from django.test import Client
from django.utils import timezone

from gcc_portal.core.audit.labels import action_label
from gcc_portal.core.audit.record import history_of
from gcc_portal.core.gates import Blocked, NotAllowed, WrongState
from gcc_portal.core.mail.models import OutboxMail
from gcc_portal.core.people.actors import Actor, visitor
from gcc_portal.core.people.models import User
from gcc_portal.core.people.roles import Role
from gcc_portal.models import AuditEntry
from partners.gates import agents as agent_gates
from partners.models import Agent, Invitation, Partner
from partners.services import agents as agent_services
from tests import factories
from tests.partners.conftest import codes

pytestmark = pytest.mark.django_db
EMAIL = "new.person@contoso.example"
PASSWORD = "four-green-otters-swim"


@pytest.fixture
def invitation(admin_actor: Actor) -> Invitation:
    return agent_services.invite(admin_actor, email=EMAIL, role=Role.SALES_AGENT)


def join(invitation: Invitation) -> Agent:
    return agent_services.join_as_new(
        visitor("203.0.113.9"), invitation.token, name="New Person", password=PASSWORD
    )


def test_an_invitation_is_mailed_with_its_link(invitation: Invitation, contoso: Partner) -> None:
    row = OutboxMail.objects.get(about_type="invitation")
    assert row.email.to == [EMAIL]
    assert f"/invitations/{invitation.token}/" in row.email.message
    assert [entry.action for entry in history_of(invitation)] == ["invite_agent"]
    assert history_of(invitation).get().partner_id == contoso.pk


def test_accepting_makes_the_account_and_the_place(invitation: Invitation, contoso: Partner) -> None:
    agent = join(invitation)
    assert (agent.partner_id, agent.role, agent.user.email) == (contoso.pk, Role.SALES_AGENT, EMAIL)
    assert authenticate(request=None, email=EMAIL, password=PASSWORD) == agent.user
    invitation.refresh_from_db()
    assert invitation.state == "accepted"
    entry = history_of(agent).get()
    assert (entry.action, entry.user_id, entry.channel, entry.address) == (
        "accept_invitation",
        agent.user_id,
        "link",
        "203.0.113.9",
    )


def test_a_link_is_used_once(invitation: Invitation) -> None:
    join(invitation)
    with pytest.raises(WrongState):
        join(invitation)
    assert User.objects.filter(email=EMAIL).count() == 1


def test_a_cancelled_link_is_dead(invitation: Invitation, admin_actor: Actor) -> None:
    agent_services.cancel_invitation(admin_actor, invitation.pk)
    with pytest.raises(WrongState):
        join(invitation)
    with pytest.raises(WrongState):
        agent_services.cancel_invitation(admin_actor, invitation.pk)


def test_a_link_expires_and_works_again_when_sent_again(invitation: Invitation, admin_actor: Actor) -> None:
    with time_machine.travel(timezone.now() + timedelta(days=7, minutes=1), tick=False):
        invitation.refresh_from_db()
        assert invitation.state == "expired"
        with pytest.raises(WrongState):
            join(invitation)
        agent_services.resend_invitation(admin_actor, invitation.pk)
        assert OutboxMail.objects.filter(kind="agent_invitation").count() == 2
        assert join(invitation).is_active


def test_an_altered_link_is_unknown(invitation: Invitation) -> None:
    for token in (invitation.token[:-1], invitation.token.swapcase(), "\x00", "x" * 500):
        with pytest.raises(Http404):
            agent_services.join_as_new(visitor(), token, name="X", password=PASSWORD)


def test_an_address_is_invited_once(invitation: Invitation, admin_actor: Actor, admin: User) -> None:
    with pytest.raises(Blocked) as again:
        agent_services.invite(admin_actor, email=EMAIL.upper(), role=Role.ADMIN_AGENT)
    assert codes(again.value) == ["AG.already_invited"]
    with pytest.raises(Blocked) as colleague:
        agent_services.invite(admin_actor, email=admin.email, role=Role.ADMIN_AGENT)
    assert codes(colleague.value) == ["AG.already_agent"]


def test_an_expired_invitation_makes_room_for_a_new_one(invitation: Invitation, admin_actor: Actor) -> None:
    Invitation.objects.update(expires_at=timezone.now() - timedelta(minutes=1))
    second = agent_services.invite(admin_actor, email=EMAIL, role=Role.ADMIN_AGENT)
    invitation.refresh_from_db()
    assert (invitation.state, second.state) == ("cancelled", "invited")


def test_inviting_does_not_tell_of_accounts_elsewhere(admin_actor: Actor, stranger: User) -> None:
    invitation = agent_services.invite(admin_actor, email=stranger.email, role=Role.SALES_AGENT)
    assert invitation.state == "invited"
    with pytest.raises(Blocked) as refused:
        join(invitation)
    assert codes(refused.value) == ["AG.has_account"]
    with pytest.raises(Blocked) as elsewhere:
        agent_services.join_with_account(factories.actor(stranger), invitation.token)
    assert codes(elsewhere.value) == ["AG.works_elsewhere"]


def test_an_invitation_is_not_for_another_account(invitation: Invitation, stranger_actor: Actor) -> None:
    with pytest.raises(Blocked) as refused:
        agent_services.join_with_account(stranger_actor, invitation.token)
    assert codes(refused.value) == ["AG.other_person"]


def test_a_removed_agent_comes_back_by_invitation(admin_actor: Actor, sales: User, contoso: Partner) -> None:
    agent_services.remove(admin_actor, sales.agent.pk)
    invitation = agent_services.invite(admin_actor, email=sales.email, role=Role.ADMIN_AGENT)
    back = agent_services.join_with_account(
        Actor(role=Role.NOBODY, channel="page", name="Sales", user_id=sales.pk), invitation.token
    )
    assert (back.pk, back.is_active, back.role) == (sales.agent.pk, True, Role.ADMIN_AGENT)


def test_an_invitation_is_not_sent_for_ever(invitation: Invitation, admin_actor: Actor) -> None:
    for _time in range(agent_gates.INVITATION_SENDS_MAX - 1):
        agent_services.resend_invitation(admin_actor, invitation.pk)
    with pytest.raises(Blocked) as refused:
        agent_services.resend_invitation(admin_actor, invitation.pk)
    assert codes(refused.value) == ["AG.sent_often"]


def test_open_invitations_are_counted(admin_actor: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(agent_gates, "OPEN_INVITATIONS_MAX", 2)
    for number in range(2):
        agent_services.invite(admin_actor, email=f"p{number}@contoso.example", role=Role.SALES_AGENT)
    with pytest.raises(Blocked) as refused:
        agent_services.invite(admin_actor, email="p3@contoso.example", role=Role.SALES_AGENT)
    assert codes(refused.value) == ["AG.too_many_open"]


@pytest.mark.parametrize("act", ["invite", "resend", "cancel", "role", "remove"])
def test_only_admin_agents_manage_agents(
    invitation: Invitation, sales_actor: Actor, stranger_actor: Actor, admin: User, act: str
) -> None:
    acts: dict[str, Callable[[Actor], Any]] = {
        "invite": lambda actor: agent_services.invite(
            actor, email="x@contoso.example", role=Role.SALES_AGENT
        ),
        "resend": lambda actor: agent_services.resend_invitation(actor, invitation.pk),
        "cancel": lambda actor: agent_services.cancel_invitation(actor, invitation.pk),
        "role": lambda actor: agent_services.change_role(actor, admin.agent.pk, Role.SALES_AGENT),
        "remove": lambda actor: agent_services.remove(actor, admin.agent.pk),
    }
    with pytest.raises(NotAllowed):
        acts[act](sales_actor)
    if act != "invite":
        with pytest.raises(Http404):
            acts[act](stranger_actor)


def test_the_last_admin_agent_stays(admin_actor: Actor, admin: User, sales: User) -> None:
    for act in (
        lambda: agent_services.change_role(admin_actor, admin.agent.pk, Role.SALES_AGENT),
        lambda: agent_services.remove(admin_actor, admin.agent.pk),
    ):
        with pytest.raises(Blocked) as refused:
            act()
        assert codes(refused.value) == ["AG.last_admin"]
    assert Agent.objects.get(user=admin).role == Role.ADMIN_AGENT
    assert set(AuditEntry.objects.filter(refused=True).values_list("action", flat=True)) == {
        "change_agent_role",
        "remove_agent",
    }


def test_with_a_second_admin_agent_the_first_may_go(admin_actor: Actor, admin: User, sales: User) -> None:
    agent_services.change_role(admin_actor, sales.agent.pk, Role.ADMIN_AGENT)
    agent_services.change_role(admin_actor, admin.agent.pk, Role.SALES_AGENT)
    assert Agent.objects.get(user=admin).role == Role.SALES_AGENT
    changed = AuditEntry.objects.filter(action="change_agent_role")
    assert {entry.shown_reason for entry in changed} == {
        "Sales agent → Admin agent",
        "Admin agent → Sales agent",
    }


def test_an_admin_agent_who_cannot_sign_in_does_not_count(
    admin_actor: Actor, admin: User, contoso: Partner
) -> None:
    second = factories.agent(contoso)
    User.objects.filter(pk=second.user_id).update(is_active=False)
    with pytest.raises(Blocked):
        agent_services.remove(admin_actor, admin.agent.pk)


def test_removal_ends_every_session(
    admin_actor: Actor,
    sales: User,
    commits: Callable[[], AbstractContextManager[Any]],
) -> None:
    client = Client()
    client.post("/accounts/login/", {"login": sales.email, "password": "demo"})
    assert client.get("/organization/").status_code == 200
    with commits():
        agent_services.remove(admin_actor, sales.agent.pk)
    assert client.get("/organization/").status_code == 302
    client.post("/accounts/login/", {"login": sales.email, "password": "demo"})
    assert client.get("/organization/").status_code == 403


def test_an_admin_agent_may_remove_itself(
    admin: User, contoso: Partner, commits: Callable[[], AbstractContextManager[Any]]
) -> None:
    factories.agent(contoso)
    client = Client()
    client.post("/accounts/login/", {"login": admin.email, "password": "demo"})
    with commits():
        answer = client.post(f"/organization/agents/{admin.agent.pk}/remove/")
    assert answer.headers["Location"] == "/"
    assert "signed out everywhere" in client.get("/").content.decode()
    assert client.get("/organization/").status_code == 302


def test_an_action_is_named_by_its_kind_of_object(invitation: Invitation) -> None:
    assert history_of(invitation).get().action_label == "Agent invited"
    assert action_label("qualify", "partner") == "Qualified for Government Community Cloud"
    assert action_label("qualify", "specialqualification") == action_label("qualify")


@pytest.mark.django_db(transaction=True)
@pytest.mark.concurrency
def test_two_admins_can_not_remove_each_other_at_once() -> None:
    """One waits for the other's lock and then meets the gate."""
    import threading

    from django.db import connections

    partner = factories.partner()
    first, second = factories.agent(partner), factories.agent(partner)
    acts = [(factories.actor(first.user), second.pk), (factories.actor(second.user), first.pk)]
    outcomes: list[str] = []

    def act(actor: Actor, target: int) -> None:
        try:
            agent_services.remove(actor, target)
            outcomes.append("removed")
        except Blocked as blocked:
            outcomes.extend(codes(blocked))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=act, args=each) for each in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["AG.last_admin", "removed"]
    assert Agent.objects.filter(partner=partner, is_active=True).count() == 1
