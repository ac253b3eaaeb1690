"""What a scrape and the page cost at 100,000 rows: a handful of statements, each by an index."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from gcc_portal.core.people.models import User
from gcc_portal.operations import metrics
from gcc_portal.operations.queues import all_queues
from partners.models import Partner
from tests import factories

pytestmark = pytest.mark.django_db
BIG = (
    "gcc_portal_auditentry",
    "gcc_portal_intakeform",
    "post_office_email",
    "orders_order",
    "customers_customercreation",
)
ROWS = 100_000

FILL = """
INSERT INTO post_office_email (from_email, "to", cc, bcc, subject, message, html_message, backend_alias, status,
    created, last_updated)
SELECT 'a@b.example', 'c@d.example', '', '', 's', 'm', '', '',
    CASE WHEN n %% 5000 = 0 THEN 1 WHEN n %% 4999 = 0 THEN 2 ELSE 0 END,
    now() - n * interval '20 seconds', now() - n * interval '20 seconds'
FROM generate_series(1, %(rows)s) AS n;
INSERT INTO gcc_portal_auditentry (at, actor_label, role, channel, action, refused, object_type, object_id,
    object_label,
    from_state, to_state, reason, data, application_id, address, correlation_id)
SELECT now() - (%(rows)s - n) * interval '20 seconds', 'The portal', 'system', 'task',
    (ARRAY['approve', 'submit', 'complete'])[1 + n %% 3], false,
    (ARRAY['intakeform', 'order', 'order'])[1 + n %% 3], n, 'x',
    '', '', '', '{}'::jsonb, '', '', ''
FROM generate_series(1, %(rows)s) AS n;
INSERT INTO gcc_portal_intakeform (kind, reference, state, answers, revision, organization_name, contact_name,
    contact_email, created_at, submitted_at, respond_by, auto_review_at, decision_code, decision_text, error)
SELECT 'partner', 'F' || n, CASE WHEN n %% 2 = 0 THEN 'approved' ELSE 'submitted' END, '{}'::jsonb, 1, 'Town ' || n, '',
    '', now(), now(), now() + n * interval '1 minute', now() + (n - 50) * interval '1 minute', '', '',
    CASE WHEN n %% 20001 = 0 THEN 'ValueError' ELSE '' END
FROM generate_series(1, %(rows)s) AS n;
INSERT INTO orders_order (number, partner_id, customer_id, created_by_id, state, revision, created_at, expires_at,
    submitted_at, touched_at, finished_at, attempts, line_count, month_cents, due_cents)
SELECT 'N' || n, %(partner)s, %(customer)s, %(user)s,
    CASE WHEN n %% 9000 = 0 THEN 'failed' WHEN n %% 9001 = 0 THEN 'submitted' ELSE 'completed' END, 1, now(), now(),
    now(), now(), now(), 1, 1, 1, 1
FROM generate_series(1, %(rows)s) AS n;
INSERT INTO customers_customercreation (partner_id, state, revision, answers, company_name, domain, attempts, failure,
    progress, admin_user_name, sealed_password, created_at, changed_at, started_at)
SELECT %(partner)s, CASE WHEN n %% 9000 = 0 THEN 'failed' WHEN n %% 9001 = 0 THEN 'provisioning' ELSE 'active' END, 1,
    '{}'::jsonb, 'x', 'd' || n, 1, '', '', '', '', now(), now(), now()
FROM generate_series(1, %(rows)s) AS n;
"""


@pytest.fixture
def full(contoso: Partner, sales: User) -> None:
    """100,000 of everything that is counted."""
    customer = factories.customer(contoso)
    with connection.cursor() as cursor:
        cursor.execute(FILL, {"rows": ROWS, "partner": contoso.pk, "customer": customer.pk, "user": sales.pk})
        for table in BIG:
            cursor.execute(f"ANALYZE {table}")


def read_whole(act: Callable[[], object]) -> tuple[int, list[str]]:
    """Return how many statements something needs, and the plans of those that read a big table from end to end."""
    with CaptureQueriesContext(connection) as caught:
        act()
    asked = [query["sql"] for query in caught if query["sql"].startswith("SELECT")]
    plans = []
    with connection.cursor() as cursor:
        for sql in asked:
            cursor.execute(f"EXPLAIN {sql.replace('%', '%%')}")
            plan = "\n".join(line for (line,) in cursor.fetchall())
            if any(f"Seq Scan on {table}" in plan for table in BIG):
                plans.append(f"{sql}\n{plan}")
    return len(asked), plans


def test_every_figure_is_found_by_an_index(full: None, at_work: None, operator: User, client: Client) -> None:
    client.force_login(operator)
    for act, most in ((metrics.text, 9), (lambda: client.get("/operations/"), 11)):
        count, plans = read_whole(act)
        assert plans == []
        assert count <= most


def test_the_fill_is_what_it_says(full: None) -> None:
    depths = {queue.key: queue.backlog(timezone.now()).depth for queue in all_queues()}
    assert depths["orders"] == depths["creations"] == 11
    assert depths["mails"] == 20
    assert 20 <= depths["answers"] <= 40
