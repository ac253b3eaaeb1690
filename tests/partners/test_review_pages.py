"""The reviewers' pages: the list of partners, and the revocation."""

import pytest
from django.test import Client

from gcc_portal.core.audit.record import history_of
from gcc_portal.core.gates import NotAllowed, WrongState
from gcc_portal.core.mail.models import OutboxMail
from gcc_portal.core.people.actors import Actor
from gcc_portal.core.people.models import User
from partners.models import Partner
from partners.services import organization as organization_services
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk_client(client: Client, reviewer: User) -> Client:
    client.force_login(reviewer)
    return client


def test_a_reviewer_revokes_with_a_reason(desk_client: Client, admin: User, contoso: Partner) -> None:
    page = f"/partners/{contoso.pk}/"
    assert "Revoke the qualification" in desk_client.get(page).content.decode()
    answer = desk_client.post(f"{page}revoke/", {"reason": "The contract was made up."})
    assert answer.headers["Location"] == page
    contoso.refresh_from_db()
    assert contoso.qualification == "revoked"
    entry = history_of(contoso).get()
    assert (entry.action, entry.reason) == ("revoke", "The contract was made up.")
    mail = OutboxMail.objects.get(kind="qualification_revoked").email
    assert mail.to == [admin.email]
    assert "The contract was made up." in mail.message


def test_without_a_reason_nothing_is_revoked(desk_client: Client, contoso: Partner) -> None:
    page = desk_client.post(f"/partners/{contoso.pk}/revoke/", {"reason": "  "})
    assert page.status_code == 422
    contoso.refresh_from_db()
    assert contoso.qualification == "qualified"


def test_a_second_revocation_is_told_the_state(desk_client: Client, contoso: Partner) -> None:
    desk_client.post(f"/partners/{contoso.pk}/revoke/", {"reason": "Once"})
    again = desk_client.post(f"/partners/{contoso.pk}/revoke/", {"reason": "Twice"})
    assert again.status_code == 409
    assert "revoked" in again.content.decode()
    assert OutboxMail.objects.filter(kind="qualification_revoked").count() <= 1
    assert history_of(contoso).filter(action="revoke").count() == 1


def test_agents_do_not_open_the_reviewers_pages(client: Client, admin: User, contoso: Partner) -> None:
    client.force_login(admin)
    for path in ("/partners/", f"/partners/{contoso.pk}/", f"/partners/{contoso.pk}/revoke/"):
        assert client.get(path).status_code == 403


def test_the_service_knows_who_may(admin_actor: Actor, reviewer_actor: Actor, contoso: Partner) -> None:
    with pytest.raises(NotAllowed):
        organization_services.revoke_qualification(admin_actor, contoso.pk, reason="No")
    unqualified = factories.partner()
    with pytest.raises(WrongState):
        organization_services.revoke_qualification(reviewer_actor, unqualified.pk, reason="No")


def test_the_list_is_searched_and_filtered(desk_client: Client, contoso: Partner, fabrikam: Partner) -> None:
    def names(query: str) -> list[str]:
        return [partner.name for partner in desk_client.get(f"/partners/{query}").context["page_obj"]]

    assert names("") == ["Contoso Cloud", "Fabrikam Distribution"]
    assert names("?q=fabri") == ["Fabrikam Distribution"]
    assert names("?qualification=qualified") == ["Contoso Cloud"]
    assert names("?qualification=nonsense") == ["Contoso Cloud", "Fabrikam Distribution"]
    assert names("?page=999") == ["Contoso Cloud", "Fabrikam Distribution"]
    assert names("?q=nobody") == []
    assert desk_client.get("/partners/?q=%00").status_code == 400


def test_unknown_partners_are_not_found(desk_client: Client) -> None:
    assert desk_client.get("/partners/99999999999999999999999/").status_code == 404
    assert desk_client.get("/partners/1x/").status_code == 404


def test_the_list_asks_the_same_number_of_queries_however_long(
    desk_client: Client, django_assert_max_num_queries: object
) -> None:
    counts = []
    for more in (1, 20):
        for _number in range(more):
            factories.partner()
        with django_assert_max_num_queries(12) as queries:  # type: ignore[operator]
            desk_client.get("/partners/")
        counts.append(len(queries))
    assert counts[0] == counts[1]
