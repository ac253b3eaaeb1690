"""The audit: append-only in the database, written with each transition and each refusal, read by those who may."""

import csv
import io
from collections.abc import Callable

import pytest
from django.db import connection, transaction
from django.db.utils import DatabaseError
from django.test import Client
from django.urls import reverse

from gcc_portal.core.audit.models import AuditEntry
from gcc_portal.core.audit.record import history_of, record
from gcc_portal.core.gates import Blocked, Blocker, guard
from gcc_portal.core.machine import apply_transition
from gcc_portal.core.people.actors import Actor, auto_reviewer
from gcc_portal.core.people.models import User
from gcc_portal.core.use_case import refused_on, use_case
from partners.models import Partner
from tests import factories

SignIn = Callable[[User], Client]


@pytest.fixture
def entry(contoso: Partner, admin_actor: Actor) -> AuditEntry:
    """One entry about Contoso."""
    return record(admin_actor, "looked_at", contoso, reason="to see")


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE gcc_portal_auditentry SET reason = 'other'",
        "DELETE FROM gcc_portal_auditentry",
    ],
)
def test_the_database_refuses_a_change(entry: AuditEntry, statement: str) -> None:
    with pytest.raises(DatabaseError, match="never changed or removed"), transaction.atomic():
        connection.cursor().execute(statement)
    assert AuditEntry.objects.get(pk=entry.pk).reason == "to see"


def test_the_database_refuses_to_empty_it(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE gcc_portal_auditentry ENABLE TRIGGER audit_not_emptied")
        with pytest.raises(DatabaseError, match="never changed or removed"), transaction.atomic():
            cursor.execute("TRUNCATE gcc_portal_auditentry CASCADE")
        cursor.execute("ALTER TABLE gcc_portal_auditentry DISABLE TRIGGER audit_not_emptied")


def test_a_transition_writes_one_entry(db: None) -> None:
    partner = factories.partner("Wingtip", qualification="pending")
    apply_transition(partner, "dismiss", auto_reviewer(), reason="withdrawn by the applicant")
    written = history_of(partner).get()
    assert (written.action, written.from_state, written.to_state) == ("dismiss", "pending", "none")
    assert (written.actor_label, written.channel, written.reason) == (
        "Eligibility desk",
        "task",
        "withdrawn by the applicant",
    )
    assert written.partner_id == partner.pk


@use_case
def refused_submit(actor: Actor, partner: Partner) -> None:
    """Change something, then meet a gate."""
    partner.name = "Changed"
    partner.save()
    with refused_on(partner, "submit"):
        guard([Blocker("O1.unqualified", "Your organization is not qualified.", "Apply first.")])


@pytest.mark.django_db(transaction=True)
def test_a_refusal_is_written_and_nothing_else(contoso: Partner, admin_actor: Actor) -> None:
    with pytest.raises(Blocked):
        refused_submit(admin_actor, contoso)
    contoso.refresh_from_db()
    written = history_of(contoso).get()
    assert contoso.name == "Contoso Cloud"
    assert written.refused
    assert written.reason == "Your organization is not qualified. Apply first."
    assert written.codes == ["O1.unqualified"]


def test_an_admin_agent_reads_its_partners_entries_alone(
    client_of: SignIn, entry: AuditEntry, admin: User, tailspin: Partner, stranger_actor: Actor
) -> None:
    record(stranger_actor, "secret_deed", tailspin)
    page = client_of(admin).get(reverse("audit:list")).content.decode()
    assert "Looked at" in page
    assert "Secret deed" not in page


def test_a_reviewer_reads_all(
    client_of: SignIn, entry: AuditEntry, reviewer: User, tailspin: Partner, stranger_actor: Actor
) -> None:
    record(stranger_actor, "secret_deed", tailspin)
    page = client_of(reviewer).get(reverse("audit:list")).content.decode()
    assert "Looked at" in page
    assert "Secret deed" in page


def test_a_sales_agent_gets_the_page_for_a_missing_right(client_of: SignIn, sales: User) -> None:
    answer = client_of(sales).get(reverse("audit:list"))
    assert answer.status_code == 403
    assert "You may not see the audit list" in answer.content.decode()


def test_a_visitor_is_sent_to_sign_in(client: Client, db: None) -> None:
    answer = client.get(reverse("audit:list"))
    assert answer.status_code == 302
    assert reverse("account_login") in answer.url


def test_the_list_is_narrowed(client_of: SignIn, admin: User, contoso: Partner, admin_actor: Actor) -> None:
    record(admin_actor, "first_deed", contoso, reason="alpha")
    record(admin_actor, "second_deed", contoso, reason="beta", refused=True)
    client = client_of(admin)
    searched = client.get(reverse("audit:list"), {"q": "alpha"}).content.decode()
    refused = client.get(reverse("audit:list"), {"outcome": "refused"}).content.decode()
    assert "First deed" in searched
    assert "Second deed" not in searched
    assert "Second deed" in refused
    assert "First deed" not in refused


@pytest.mark.parametrize(
    "query",
    [
        {"before": "x"},
        {"before": "9" * 40},
        {"after": "e30"},
        {"page": "2"},
        {"since": "0001-01-01"},
        {"since": "soon"},
        {"q": "a\u202eb"},
        {"channel": "window"},
    ],
)
def test_nonsense_in_the_address_is_no_fault(client_of: SignIn, admin: User, query: dict[str, str]) -> None:
    assert client_of(admin).get(reverse("audit:list"), query).status_code == 200


def test_a_nul_in_the_address_is_refused(client_of: SignIn, admin: User) -> None:
    answer = client_of(admin).get(reverse("audit:list"), {"q": "a\x00b"})
    assert answer.status_code == 400
    assert "character that no address has" in answer.content.decode()


def test_pages_go_on_from_the_last_row(
    client_of: SignIn, admin: User, contoso: Partner, admin_actor: Actor
) -> None:
    for number in range(60):
        record(admin_actor, f"deed_{number:03}", contoso)
    client = client_of(admin)
    first = client.get(reverse("audit:list"))
    second = client.get(reverse("audit:list") + first.context["page_obj"].next_url)
    seen = [row.action for page in (first, second) for row in page.context["page_obj"]]
    assert seen == [f"deed_{number:03}" for number in reversed(range(60))]


@pytest.mark.parametrize("rows", [10, 1000])
def test_the_list_costs_the_same_however_long(
    client_of: SignIn,
    admin: User,
    contoso: Partner,
    admin_actor: Actor,
    django_assert_num_queries: Callable,
    rows: int,
) -> None:
    from gcc_portal.core.audit.record import entry as unsaved

    AuditEntry.objects.bulk_create([unsaved(admin_actor, "deed", contoso) for _ in range(rows)])
    client = client_of(admin)
    client.get(reverse("home"))
    with django_assert_num_queries(2):  # who is signed in, the entries
        assert client.get(reverse("audit:list")).status_code == 200


def test_the_download_is_safe_against_formulas(
    client_of: SignIn, admin: User, contoso: Partner, admin_actor: Actor
) -> None:
    record(admin_actor, "deed", contoso, reason='=HYPERLINK("http://evil.example")')
    answer = client_of(admin).get(reverse("audit:export"))
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text)))
    assert answer["Content-Type"].startswith("text/csv")
    assert rows[1][10] == '\'=HYPERLINK("http://evil.example")'
