"""The organization's pages: who may open them, what they say, what can be changed."""

import pytest
from django.test import Client

from gcc_portal.core.audit.record import history_of
from gcc_portal.core.gates import NotAllowed, Stale
from gcc_portal.core.people.actors import Actor
from gcc_portal.core.people.models import User
from partners.models import Agent, Partner
from partners.services import organization as organization_services
from tests import factories

pytestmark = pytest.mark.django_db
PAGES = ("/organization/", "/organization/legal-info/", "/organization/agents/")
ADMIN_PAGES = ("/organization/edit/", "/organization/intake/", "/organization/intake/tenant/")


def profile(partner: Partner, **changes: str) -> dict[str, str]:
    return {
        "seen": organization_services.fingerprint(partner),
        "web_domain": "contoso.example",
        "email": "office@contoso.example",
        "phone": "425-555-0110",
        "address_line1": "1700 Main Street",
        "address_line2": "",
        "city": "Redmond",
        "state": "WA",
        "postal_code": "98052",
    } | changes


@pytest.mark.parametrize("path", [*PAGES, *ADMIN_PAGES, "/partners/"])
def test_a_visitor_signs_in_first(client: Client, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/accounts/login/?next=")


@pytest.mark.parametrize("path", PAGES)
def test_agents_of_both_roles_see_their_organization(
    client: Client, admin: User, sales: User, path: str
) -> None:
    for user in (admin, sales):
        client.force_login(user)
        assert client.get(path).status_code == 200


@pytest.mark.parametrize("path", ADMIN_PAGES)
def test_a_sales_agent_is_refused_with_a_sentence(client: Client, sales: User, path: str) -> None:
    client.force_login(sales)
    refused = client.get(path)
    assert refused.status_code == 403
    assert "Ask an admin agent of your organization" in refused.content.decode()


@pytest.mark.parametrize("path", PAGES)
def test_a_reviewer_may_not_act_as_a_partner(client: Client, reviewer: User, path: str) -> None:
    client.force_login(reviewer)
    refused = client.get(path)
    assert refused.status_code == 403
    assert "may not act as a partner" in refused.content.decode()


def test_an_account_without_a_place_is_told_so(client: Client, db: None) -> None:
    client.force_login(User.objects.create_user("lost@nowhere.example", "demo"))
    refused = client.get("/organization/")
    assert refused.status_code == 403
    assert "does not belong to a partner organization" in refused.content.decode()
    assert client.get("/").status_code == 200


def test_a_removed_agent_is_a_visitor(client: Client, admin: User) -> None:
    client.force_login(admin)
    Agent.objects.filter(user=admin).update(is_active=False)
    assert client.get("/organization/").status_code == 403


def test_the_profile_tells_the_microsoft_id(client: Client, admin: User, contoso: Partner) -> None:
    client.force_login(admin)
    shown = client.get("/organization/").content.decode()
    assert str(contoso.tenant_id) in shown
    assert "Edit profile" in shown


def test_an_edit_is_saved_and_audited(client: Client, admin: User, contoso: Partner) -> None:
    client.force_login(admin)
    answer = client.post("/organization/edit/", profile(contoso))
    assert answer.headers["Location"] == "/organization/"
    contoso.refresh_from_db()
    assert contoso.city == "Redmond"
    entry = history_of(contoso).get()
    assert entry.action == "edit_profile"
    assert "Redmond" in entry.shown_reason


def test_an_edit_that_changes_nothing_writes_nothing(client: Client, admin: User, contoso: Partner) -> None:
    client.force_login(admin)
    client.post("/organization/edit/", profile(contoso))
    contoso.refresh_from_db()
    client.post("/organization/edit/", profile(contoso))
    assert history_of(contoso).count() == 1


def test_a_stale_tab_is_told_and_loses_nothing(client: Client, admin: User, contoso: Partner) -> None:
    client.force_login(admin)
    old = profile(contoso, city="Seattle", postal_code="98101")
    client.post("/organization/edit/", profile(contoso))
    page = client.post("/organization/edit/", old)
    assert page.status_code == 409
    assert "Seattle" in page.content.decode()
    contoso.refresh_from_db()
    assert contoso.city == "Redmond"
    again = {field.name: field.value() or "" for field in page.context["form"]}
    assert client.post("/organization/edit/", again).status_code == 302
    contoso.refresh_from_db()
    assert contoso.city == "Seattle"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("address_line1", "x" * 201),
        ("address_line1", "1700 Main\x00Street"),
        ("address_line1", "1700\u202e Main"),
        ("address_line1", ""),
        ("web_domain", "not a domain"),
        ("web_domain", "a" * 300 + ".example"),
        ("email", "office"),
        ("phone", "+1 425 555 0110"),
        ("state", "PR"),
        ("postal_code", "00000"),
        ("postal_code", "21230"),
    ],
)
def test_bad_input_is_refused_and_kept(
    client: Client, admin: User, contoso: Partner, name: str, value: str
) -> None:
    client.force_login(admin)
    page = client.post("/organization/edit/", profile(contoso, **{name: value}))
    assert page.status_code == 422
    assert name in page.context["form"].errors
    assert "office@contoso.example" in page.content.decode() or name == "email"
    contoso.refresh_from_db()
    assert contoso.city == ""


def test_a_repeated_field_counts_once(client: Client, admin: User, contoso: Partner) -> None:
    client.force_login(admin)
    sent: dict[str, object] = {**profile(contoso), "city": ["Redmond", "Seattle"]}
    assert client.post("/organization/edit/", sent).status_code == 302
    contoso.refresh_from_db()
    assert contoso.city == "Seattle"


def test_emoji_and_other_scripts_are_kept(client: Client, admin: User, contoso: Partner) -> None:
    client.force_login(admin)
    line = "קומה 3 🏢 Main Street"
    assert client.post("/organization/edit/", profile(contoso, address_line1=line)).status_code == 302
    contoso.refresh_from_db()
    assert contoso.address_line1 == line


def test_the_service_refuses_a_sales_agent(sales_actor: Actor, contoso: Partner) -> None:
    with pytest.raises(NotAllowed):
        organization_services.edit_profile(
            sales_actor, seen=organization_services.fingerprint(contoso), values={"city": "Redmond"}
        )


def test_the_service_refuses_a_stale_edit(admin_actor: Actor) -> None:
    with pytest.raises(Stale):
        organization_services.edit_profile(admin_actor, seen="", values={"city": "Redmond"})


def test_the_resellers_pages_name_the_provider(client: Client, northwind: Partner) -> None:
    client.force_login(factories.agent(northwind).user)
    assert "Fabrikam Distribution" in client.get("/organization/").content.decode()
    assert "Why you can’t apply" in client.get("/organization/legal-info/").content.decode()


def test_the_frame_says_who_is_signed_in(client: Client, admin: User) -> None:
    client.force_login(admin)
    page = client.get("/organization/")
    assert page.context["identity"].organization == "Contoso Cloud"
    assert str(page.context["identity"].role) == "Admin agent"
    assert "/organization/" in [item.url for item in page.context["nav"] if item.current]
