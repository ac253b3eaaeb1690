"""Agents and invitations at the pages."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from gcc_portal.core.people.actors import Actor
from gcc_portal.core.people.models import User
from gcc_portal.core.people.roles import Role
from partners.models import Agent, Invitation, Partner
from partners.services import agents as agent_services
from tests import factories

pytestmark = pytest.mark.django_db
AGENTS = "/organization/agents/"
EMAIL = "new.person@contoso.example"
PASSWORD = "four-green-otters-swim"


@pytest.fixture
def admin_client(admin: User, client_of: Callable[[User], Client]) -> Client:
    return client_of(admin)


@pytest.fixture
def invitation(admin_actor: Actor) -> Invitation:
    return agent_services.invite(admin_actor, email=EMAIL, role=Role.SALES_AGENT)


def link(invitation: Invitation) -> str:
    return f"/invitations/{invitation.token}/"


def joining(**changes: str) -> dict[str, str]:
    return {"name": "New Person", "password": PASSWORD, "password_again": PASSWORD} | changes


def test_from_the_invitation_to_the_first_page(admin_client: Client, client: Client) -> None:
    sent = admin_client.post(AGENTS, {"email": EMAIL, "role": Role.SALES_AGENT}, follow=True)
    assert EMAIL in sent.content.decode()
    page = link(Invitation.objects.get())
    assert "Work for Contoso Cloud" in client.get(page).content.decode()
    answer = client.post(page, joining())
    assert answer.status_code == 302
    assert "Sales agent" in client.get("/organization/").content.decode()
    used = client.get(page)
    assert used.status_code == 410
    assert "was used" in used.content.decode()


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"password": "short", "password_again": "short"}, "password"),
        ({"password": "123456789012345", "password_again": "123456789012345"}, "password"),
        ({"password": EMAIL, "password_again": EMAIL}, "password"),
        ({"password_again": "something-else-entirely"}, "password_again"),
        ({"name": "New\x00Person"}, "name"),
        ({"name": "x" * 151}, "name"),
        ({"name": ""}, "name"),
    ],
)
def test_joining_with_bad_input(
    client: Client, invitation: Invitation, change: dict[str, str], field: str
) -> None:
    page = client.post(link(invitation), joining(**change))
    assert page.status_code == 422
    assert field in page.context["form"].errors
    assert not User.objects.filter(email=EMAIL).exists()
    assert PASSWORD not in page.content.decode()


def test_dead_links_say_why(client: Client, invitation: Invitation, admin_actor: Actor) -> None:
    altered = client.get(f"/invitations/{invitation.token[:-2]}/")
    assert altered.status_code == 404
    assert "Copy the whole link" in altered.content.decode()
    Invitation.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    for method in (client.get, client.post):
        expired = method(link(invitation))
        assert expired.status_code == 410
        assert "has expired" in expired.content.decode()
    agent_services.cancel_invitation(admin_actor, invitation.pk)
    assert "was cancelled" in client.get(link(invitation)).content.decode()


def test_an_existing_account_signs_in_first(client: Client, admin_actor: Actor, contoso: Partner) -> None:
    user = User.objects.create_user(EMAIL, "demo", name="Old Person")
    invitation = agent_services.invite(admin_actor, email=EMAIL, role=Role.SALES_AGENT)
    shown = client.get(link(invitation)).content.decode()
    assert "has an account already" in shown
    assert f"/accounts/login/?next=/invitations/{invitation.token}/" in shown
    assert client.post(link(invitation), joining()).headers["Location"].startswith("/accounts/login/")
    client.force_login(user)
    assert client.post(link(invitation)).headers["Location"] == "/"
    assert Agent.objects.get(user=user).partner_id == contoso.pk


def test_an_account_that_works_elsewhere_stays_there(
    client: Client, admin_actor: Actor, stranger: User, tailspin: Partner
) -> None:
    invitation = agent_services.invite(admin_actor, email=stranger.email, role=Role.SALES_AGENT)
    client.force_login(stranger)
    answer = client.post(link(invitation))
    assert answer.status_code == 409
    assert "works for one organization" in answer.content.decode()
    assert Agent.objects.get(user=stranger).partner_id == tailspin.pk


def test_somebody_else_is_told_to_sign_out(client: Client, invitation: Invitation, stranger: User) -> None:
    client.force_login(stranger)
    assert "is for somebody else" in client.get(link(invitation)).content.decode()
    client.post(link(invitation), joining())
    assert not User.objects.filter(email=EMAIL).exists()


@pytest.mark.parametrize(
    "sent",
    [
        {"email": "nobody", "role": "sales_agent"},
        {"email": "", "role": "sales_agent"},
        {"email": f"{'x' * 260}@contoso.example", "role": "sales_agent"},
        {"email": "a\x00b@contoso.example", "role": "sales_agent"},
        {"email": EMAIL, "role": "reviewer"},
        {"email": EMAIL},
    ],
)
def test_inviting_with_bad_input(admin_client: Client, sent: dict[str, str]) -> None:
    page = admin_client.post(AGENTS, sent)
    assert page.status_code == 422
    assert not Invitation.objects.exists()
    assert "There is a problem" in page.content.decode()


def test_a_second_invitation_is_refused_at_the_field(admin_client: Client, invitation: Invitation) -> None:
    page = admin_client.post(AGENTS, {"email": EMAIL, "role": Role.SALES_AGENT})
    assert page.status_code == 409
    assert "was invited already" in page.content.decode()


def test_invitations_are_rate_limited(admin_client: Client, settings: Any) -> None:
    settings.ACCOUNT_RATE_LIMITS = settings.ACCOUNT_RATE_LIMITS | {"invitation_mail": "2/m/user"}
    answers = [
        admin_client.post(
            AGENTS, {"email": f"p{number}@contoso.example", "role": Role.SALES_AGENT}
        ).status_code
        for number in range(3)
    ]
    assert answers == [302, 302, 429]
    assert Invitation.objects.count() == 2


def test_resend_and_cancel(admin_client: Client, invitation: Invitation) -> None:
    page = f"/organization/invitations/{invitation.pk}/"
    assert EMAIL in admin_client.get(page).content.decode()
    assert admin_client.get(f"{page}resend/").status_code == 405
    assert admin_client.post(f"{page}resend/").status_code == 302
    invitation.refresh_from_db()
    assert invitation.sends == 2
    assert admin_client.post(f"{page}cancel/").status_code == 302
    assert admin_client.post(f"{page}cancel/").status_code == 409
    assert admin_client.get(page).status_code == 404


def test_roles_and_removal(admin_client: Client, sales: User) -> None:
    page = f"{AGENTS}{sales.agent.pk}/"
    assert admin_client.post(page, {"role": "reviewer"}).status_code == 422
    assert admin_client.post(page, {"role": Role.ADMIN_AGENT}).status_code == 302
    assert Agent.objects.get(user=sales).role == Role.ADMIN_AGENT
    assert admin_client.post(f"{page}remove/").status_code == 302
    assert not Agent.objects.get(user=sales).is_active
    assert admin_client.get(page).status_code == 404


def test_the_last_admin_agent_at_the_page(admin_client: Client, admin: User) -> None:
    page = f"{AGENTS}{admin.agent.pk}/"
    assert "only admin agent" in admin_client.get(page).content.decode()
    assert admin_client.post(page, {"role": Role.SALES_AGENT}).status_code == 409
    assert admin_client.post(f"{page}remove/").status_code == 409
    assert Agent.objects.get(user=admin).is_active


def test_another_partners_agents_are_not_found(
    client: Client, stranger: User, sales: User, invitation: Invitation
) -> None:
    client.force_login(stranger)
    for path in (f"agents/{sales.agent.pk}/", f"invitations/{invitation.pk}/"):
        assert client.get(f"/organization/{path}").status_code == 404
    for path in (
        f"agents/{sales.agent.pk}/remove/",
        f"invitations/{invitation.pk}/resend/",
        f"invitations/{invitation.pk}/cancel/",
    ):
        assert client.post(f"/organization/{path}").status_code == 404


def test_a_sales_agent_sees_the_list_and_no_buttons(
    client: Client, sales: User, admin: User, invitation: Invitation
) -> None:
    client.force_login(sales)
    shown = client.get(AGENTS).content.decode()
    assert admin.email in shown
    assert EMAIL not in shown
    assert "Send the invitation" not in shown
    refused = client.post(AGENTS, {"email": "x@contoso.example", "role": Role.SALES_AGENT})
    assert refused.status_code == 403
    assert client.post(f"{AGENTS}{admin.agent.pk}/remove/").status_code == 403


def test_the_list_asks_the_same_number_of_queries_however_long(
    admin_client: Client, contoso: Partner, django_assert_max_num_queries: object
) -> None:
    counts = []
    for more in (1, 20):
        for _number in range(more):
            factories.agent(contoso)
        with django_assert_max_num_queries(16) as queries:  # type: ignore[operator]
            admin_client.get(AGENTS)
        counts.append(len(queries))
    assert counts[0] == counts[1]
