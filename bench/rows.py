"""Rows for the measurements, made by the database itself: 1, 10 or 100 times a thousand customers.

At 100: 100,000 customers of which the first partner has 10,000; 50,000 intake forms that wait for an answer; 100,000
orders, each with an audit entry and a sent e-mail, and the subscriptions of every third.
"""

import contextlib
import os
import secrets
from html import escape
from typing import Any

import psycopg2

SCALES = (1, 10, 100)
AGENT, REVIEWER, OPERATOR = "admin@bench.example", "reviewer@bench.example", "operator@bench.example"
EVERYONES_AGENT = "everyone@bench.example"
PREFIX = "Harbor"
WORDS = (
    "Harbor", "Maple", "Cedar", "Summit", "Prairie", "Granite", "Willow", "Juniper", "Lakeside", "Orchard", "Canyon",
    "Meadow", "Aspen", "Bayview", "Copper", "Delta", "Eagle", "Fairview", "Glen", "Highland", "Iron", "Jasper",
    "Kingston", "Linden", "Mesa", "Northfield", "Oak", "Pine", "Quarry", "River",
)  # fmt: skip
PAGE, CATALOG_PAGE, API_PAGE = 25, 15, 100
# What each order of the past holds (two bases), and what a measured order holds: a base, an add-on to it, another base.
SOLD = ("ENTERPRISEPACK_GOV", "VISIOCLIENT_GOV")
SKUS = ("ENTERPRISEPACK_GOV", "MCOEV_GOV", "VISIOCLIENT_GOV")
SEATS = 25
# The ends of the IDs of the first partner's customers that lack the qualification or the agreement.
UNFIT = ("20", "40", "60")

PEOPLE = """
INSERT INTO gcc_portal_user (password, is_superuser, email, name, is_reviewer, is_staff, is_active, date_joined)
VALUES ('!', false, 'admin@bench.example', 'Ada Agent', false, false, true, now()),
       ('!', false, 'reviewer@bench.example', 'Rae Reviewer', true, false, true, now()),
       ('!', true, 'operator@bench.example', 'Olga Operator', false, true, true, now());
INSERT INTO partners_partner (name, role, csp_enrolled, tenant_id, domain, mpn_id, web_domain, email, phone,
    address_line1, address_line2, city, state, postal_code, qualification, qualified_at, created_at)
SELECT 'Partner ' || n, 'direct_bill', true, md5('tenant' || n)::uuid, 'partner' || n || '.onmicrosoft.com',
    (5000000 + n)::text, 'partner' || n || '.example', 'office@partner' || n || '.example', '', '', '', '', '', '',
    'qualified', now(), now()
FROM generate_series(1, 10) AS n ORDER BY n;
INSERT INTO partners_agent (role, is_active, joined_at, user_id, partner_id)
SELECT 'admin_agent', true, now(), (SELECT id FROM gcc_portal_user WHERE email = 'admin@bench.example'),
    (SELECT min(id) FROM partners_partner);
"""

CUSTOMERS = """
INSERT INTO customers_customer (id, name, domain, email, first_name, last_name, address_line1, address_line2, city,
    state, postal_code, country, phone, culture, language, created_at)
SELECT ('11111111-0000-4000-8000-' || lpad(n::text, 12, '0'))::uuid,
    (%(words)s::text[])[1 + (n / 10) %% cardinality(%(words)s::text[])]
        || (ARRAY[' County', ' City', ' School District', ' Water District'])[1 + n %% 4] || ' ' || n,
    'tenant' || n || '.onmicrosoft.com', 'clerk@tenant' || n || '.example', 'Pat', 'Clerk ' || n,
    n || ' Main Street', '', 'Springfield', 'IL', '62701', 'US', '+1 217 555 0100', 'en-US', 'en',
    timestamptz '2026-01-01 12:00+00' + n * interval '3 minutes'
FROM generate_series(1, %(customers)s) AS n;
INSERT INTO customers_relationship (state, is_request, for_gcc, organization_name, contact_name, contact_email, token,
    message_subject, message, revision, created_at, sends, answered_by, decline_reason, customer_id, partner_id,
    answered_at)
SELECT 'active', false, true, name, '', '', 'token-' || id, '', '', 0, created_at, 0, '', '', id,
    (SELECT min(id) FROM partners_partner) + right(id::text, 1)::int, created_at
FROM customers_customer;
INSERT INTO customers_specialqualification (kind, state, source, reason, changed_at, customer_id)
SELECT 'government_community_cloud', 'granted', '', '', created_at, id FROM customers_customer
WHERE right(id::text, 2) <> '20' AND right(id::text, 2) <> '60';
INSERT INTO customers_customeragreement (how, first_name, last_name, email, phone, agreed_on, template_version,
    recorded_at, recorded_from, customer_id, partner_id)
SELECT 'attested', 'Pat', 'Clerk', email, '', date '2026-02-01', '1', created_at, '', id,
    (SELECT min(id) FROM partners_partner) + right(id::text, 1)::int
FROM customers_customer WHERE right(id::text, 2) <> '40';
"""

FORMS = """
INSERT INTO gcc_portal_intakeform (kind, reference, state, answers, revision, organization_name, contact_name,
    contact_email, created_at, submitted_at, respond_by, auto_review_at, reviewer_id, taken_at, decision_code,
    decision_text, error)
SELECT 'customer', 'F' || lpad(n::text, 9, '0'), CASE WHEN n %% 10 = 0 THEN 'in_review' ELSE 'submitted' END,
    '{}'::jsonb, 1, 'Town of ' || (%(words)s::text[])[1 + n %% cardinality(%(words)s::text[])] || ' ' || n,
    'Robin Clerk', 'robin' || n || '@town' || n || '.gov', now() - interval '1 day', now() - interval '1 day',
    now() + interval '1 day' + (n * 7919 %% 100000) * interval '1 second', NULL,
    CASE WHEN n %% 10 = 0 THEN (SELECT id FROM gcc_portal_user WHERE is_reviewer) END,
    CASE WHEN n %% 10 = 0 THEN now() END, '', '', ''
FROM generate_series(1, %(forms)s) AS n;
INSERT INTO customers_customerform (intakeform_ptr_id, access_token)
SELECT id, 'link-' || id FROM gcc_portal_intakeform WHERE kind = 'customer';
INSERT INTO gcc_portal_submission (number, answers, terms_version, signatory_name, signatory_title, signed_at,
    signed_from, respond_by, answer, notices, form_id)
SELECT 1, answers, '1', contact_name, 'Clerk', submitted_at, '203.0.113.9', respond_by, '', 0, id
FROM gcc_portal_intakeform;
"""

# Every customer that may order has an order of its partner; of each hundred the three that may not are stood in for by
# the next. Nine of ten are completed, the others wait. Other partners' orders came by their own agents.
ORDERS = """
INSERT INTO gcc_portal_user (password, is_superuser, email, name, is_reviewer, is_staff, is_active, date_joined)
SELECT '!', false, 'agent' || n || '@bench.example', 'Agent ' || n, false, false, true, now()
FROM generate_series(2, 10) AS n;
INSERT INTO partners_agent (role, is_active, joined_at, user_id, partner_id)
SELECT 'sales_agent', true, now(), u.id, (SELECT min(id) FROM partners_partner) + substring(u.name from 7)::int - 1
FROM gcc_portal_user u WHERE u.name LIKE 'Agent %%';
INSERT INTO orders_order (number, partner_id, customer_id, created_by_id, state, revision, created_at, expires_at,
    submitted_at, touched_at, finished_at, attempts, line_count, month_cents, due_cents)
SELECT 'B' || lpad(n::text, 9, '0'), a.partner_id, c.id, a.user_id,
    CASE WHEN n / 10 %% 10 = 5 THEN 'submitted' ELSE 'completed' END, 1, at, at + interval '7 days', at, at,
    CASE WHEN n / 10 %% 10 <> 5 THEN at + interval '1 minute' END, CASE WHEN n / 10 %% 10 = 5 THEN 0 ELSE 1 END, 2,
    10 * o.price, 120 * o.price
FROM generate_series(1, %(customers)s) AS n
CROSS JOIN (SELECT sum(price_cents) AS price FROM orders_offer WHERE string_id = ANY(%(skus)s)) AS o
CROSS JOIN LATERAL (SELECT now() - (%(customers)s - n) * interval '280 days' / %(customers)s AS at) AS moment
JOIN customers_customer c
    ON c.id = ('11111111-0000-4000-8000-'
        || lpad((n + CASE WHEN n %% 100 IN (20, 40, 60) THEN 10 ELSE 0 END)::text, 12, '0'))::uuid
JOIN partners_agent a ON a.partner_id = (SELECT min(id) FROM partners_partner) + n %% 10
ORDER BY n;
INSERT INTO orders_orderline (order_id, offer_id, catalog_item_id, title, sku_title, friendly_name, partner_on_record,
    quantity, term, billing_cycle, unit_price_cents, outcome, cause)
SELECT r.id, o.id, o.product_id || ':' || o.sku_id || ':' || o.availability_id, o.title, o.sku_title, '', '', 10,
    'P1Y', 'annual', o.price_cents, CASE r.state WHEN 'completed' THEN 'fulfilled' ELSE 'pending' END, ''
FROM orders_order r CROSS JOIN orders_offer o WHERE o.string_id = ANY(%(skus)s) ORDER BY r.id, o.id;
INSERT INTO orders_subscription (id, partner_id, customer_id, offer_id, line_id, state, sku_title, friendly_name,
    partner_on_record, quantity, term, billing_cycle, unit_price_cents, purchased_at, period_started_at,
    commitment_ends_at, auto_renew, revision)
SELECT gen_random_uuid(), r.partner_id, r.customer_id, l.offer_id, l.id, 'active', l.sku_title, '', '', l.quantity,
    l.term, l.billing_cycle, l.unit_price_cents, r.submitted_at, r.submitted_at, r.submitted_at + interval '1 year',
    true, 1
FROM orders_order r JOIN orders_orderline l ON l.order_id = r.id
WHERE r.state = 'completed' AND substring(r.number from 2)::int %% 3 = 0;
INSERT INTO gcc_portal_auditentry (at, user_id, actor_label, role, channel, action, refused, object_type, object_id,
    object_label, from_state, to_state, reason, data, partner_id, customer_id, application_id, address, correlation_id)
SELECT r.submitted_at, u.id, u.name, a.role, 'page', 'submit', false, 'order', r.id::text, 'Order ' || r.number, 'cart',
    'submitted', '', '{}', r.partner_id, r.customer_id, '', '203.0.113.9', md5(r.number)
FROM orders_order r JOIN gcc_portal_user u ON u.id = r.created_by_id JOIN partners_agent a ON a.user_id = u.id
ORDER BY r.id;
"""

MAILS = """
CREATE TEMPORARY TABLE sent AS
SELECT nextval(pg_get_serial_sequence('post_office_email', 'id')) AS id, * FROM (
    SELECT r.id AS order_id, r.number, r.partner_id, r.submitted_at AS at, u.email, u.name AS person, c.name AS customer
    FROM orders_order r JOIN gcc_portal_user u ON u.id = r.created_by_id
    JOIN customers_customer c ON c.id = r.customer_id ORDER BY r.id) AS orders;
INSERT INTO post_office_email (id, from_email, "to", cc, bcc, subject, message, html_message, status, priority, created,
    last_updated, backend_alias)
SELECT id, 'Portal <portal@bench.example>', email, '', '', 'We have your order ' || number || ' for ' || customer,
    'Hello ' || person || E',\n\n' || repeat('We have your order ' || number || E'.\n', 20),
    '<!doctype html><p>Hello ' || person || ',</p>' || repeat('<p>We have your order ' || number || '.</p>', 40),
    0, 2, at, at, ''
FROM sent;
INSERT INTO post_office_log (email_id, date, status, exception_type, message) SELECT id, at, 0, '', '' FROM sent;
INSERT INTO gcc_portal_outboxmail (email_id, kind, key, about_type, about_id, partner_id, created_at)
SELECT id, 'order_submitted', 'order:' || order_id || ':submitted', 'order', order_id::text, partner_id, at FROM sent;
DROP TABLE sent;
"""

# Of twenty forms sixteen are clear (approved), two have a web domain that is not in the .gov registry (information is
# requested), one is an international entity's (declined), and a reviewer holds one at its deadline (a notice is sent).
DUE_FORMS = """
CREATE TEMP TABLE due AS
SELECT n, CASE n %% 20 WHEN 0 THEN 'notice' WHEN 1 THEN 'decline' WHEN 2 THEN 'ask' WHEN 3 THEN 'ask' ELSE 'approve' END
    AS what, 'City of ' || (%(words)s::text[])[1 + n %% cardinality(%(words)s::text[])] || ' ' || n AS name,
    'city' || n || '.gov' AS domain, nextval(pg_get_serial_sequence('gcc_portal_intakeform', 'id')) AS id,
    (SELECT tenant_id FROM partners_partner ORDER BY id LIMIT 1 OFFSET n %% 10) AS tenant,
    (SELECT id FROM partners_partner ORDER BY id LIMIT 1 OFFSET n %% 10) AS partner
FROM generate_series(1, %(forms)s) AS n;
ALTER TABLE due ADD answers jsonb;
UPDATE due SET answers = jsonb_build_object('contact_name', 'Robin Clerk', 'contact_title', 'Clerk', 'contact_email',
    'robin@' || domain, 'contact_phone', '', 'organization_name', name, 'web_domain', domain, 'address_line1',
    n || ' Main Street', 'address_line2', '', 'city', 'Springfield', 'state', 'IL', 'postal_code', '62701', 'phone', '',
    'category', CASE what WHEN 'decline' THEN 'international' ELSE 'local' END, 'category_evidence', '', 'us_presence',
    '', 'us_presence_details', '', 'regulated_data', '[]'::jsonb, 'regulated_other', '', 'regulated_evidence', '',
    'validation_option', 'o365_gcc_csp_customer', 'partner_tenant_id', tenant::text);
INSERT INTO gcc_portal_govdomain (domain, domain_type, category, organization_name, suborganization_name, name_key,
    city, state, listed_on)
SELECT domain, 'City', 'local', name, '', lower(name), 'Springfield', 'IL', date '2026-08-22'
FROM due WHERE what <> 'ask';
INSERT INTO gcc_portal_intakeform (id, kind, reference, state, answers, revision, organization_name, contact_name,
    contact_email, created_at, submitted_at, respond_by, auto_review_at, reviewer_id, taken_at, decision_code,
    decision_text, error)
SELECT id, 'customer', 'D' || lpad(n::text, 9, '0'), CASE what WHEN 'notice' THEN 'in_review' ELSE 'submitted' END,
    answers, 1, name, 'Robin Clerk', 'robin@' || domain, now() - interval '2 days', now() - interval '2 days',
    CASE what WHEN 'notice' THEN now() ELSE now() + interval '1 day' END,
    CASE what WHEN 'notice' THEN NULL ELSE now() - n * interval '1 second' END,
    CASE what WHEN 'notice' THEN (SELECT id FROM gcc_portal_user WHERE is_reviewer ORDER BY id LIMIT 1) END,
    CASE what WHEN 'notice' THEN now() END, '', '', ''
FROM due;
INSERT INTO customers_customerform (intakeform_ptr_id, access_token, partner_id)
SELECT id, 'due-' || md5(n::text), partner FROM due;
INSERT INTO gcc_portal_submission (number, answers, terms_version, signatory_name, signatory_title, signed_at,
    signed_from, respond_by, answer, notices, form_id)
SELECT 1, answers, '2026-01', 'Robin Clerk', 'Clerk', now() - interval '2 days', '203.0.113.9', now(), '', 0, id
FROM due;
DROP TABLE due;
"""

# The rows that answers to the due forms leave, by kind; each contestant must leave the same.
ANSWERED = """
SELECT 'forms ' || state, count(*) FROM gcc_portal_intakeform WHERE reference LIKE 'D%' GROUP BY state
UNION ALL SELECT 'answers ' || answer || ' ' || notices, count(*) FROM gcc_portal_submission s
    JOIN gcc_portal_intakeform f ON f.id = s.form_id WHERE f.reference LIKE 'D%' GROUP BY answer, notices
UNION ALL SELECT 'audit ' || object_type || ' ' || action || ' ' || from_state || '>' || to_state, count(*)
    FROM gcc_portal_auditentry GROUP BY object_type, action, from_state, to_state
UNION ALL SELECT 'checks ' || code || ' ' || outcome, count(*) FROM gcc_portal_check GROUP BY code, outcome
UNION ALL SELECT 'points ' || field, count(*) FROM gcc_portal_informationpoint GROUP BY field
UNION ALL SELECT 'validation IDs', count(*) FROM customers_validationid
UNION ALL SELECT 'e-mail ' || o.kind, count(*) FROM gcc_portal_outboxmail o
    JOIN post_office_email e ON e.id = o.email_id GROUP BY o.kind
ORDER BY 1
"""

CARTS = """
WITH agent AS (
    SELECT u.id AS user_id, a.partner_id FROM gcc_portal_user u JOIN partners_agent a ON a.user_id = u.id
    WHERE u.email = %(agent)s
), fit AS (
    SELECT c.id, agent.*, row_number() OVER (ORDER BY c.id) AS place FROM customers_customer c
    JOIN customers_relationship r ON r.customer_id = c.id JOIN agent ON agent.partner_id = r.partner_id
    WHERE right(c.id::text, 2) <> ALL (%(unfit)s)
      AND NOT EXISTS (SELECT 1 FROM orders_order o WHERE o.customer_id = c.id AND o.state = 'cart')
    ORDER BY c.id LIMIT %(count)s
), carts AS (
    INSERT INTO orders_order (number, partner_id, customer_id, created_by_id, application_id, state, revision,
        created_at, expires_at, attempts, line_count, month_cents, due_cents)
    SELECT %(run)s || lpad(place::text, 8, '0'), partner_id, id, user_id, NULL, 'cart', 0,
        now(), now() + interval '7 days', 0, 0, 0, 0
    FROM fit RETURNING id, number, customer_id
), lines AS (
    INSERT INTO orders_orderline (order_id, offer_id, catalog_item_id, title, sku_title, friendly_name,
        partner_on_record, quantity, term, billing_cycle, unit_price_cents, outcome, cause)
    SELECT carts.id, o.id, o.product_id || ':' || o.sku_id || ':' || o.availability_id, o.title, o.sku_title, '', '',
        %(seats)s, 'P1Y', 'annual', o.price_cents, 'pending', ''
    FROM carts, orders_offer o WHERE o.string_id = ANY (%(skus)s)
    RETURNING order_id, quantity * unit_price_cents * 12 AS due
)
SELECT carts.number, carts.customer_id::text, (SELECT sum(due) FROM lines WHERE order_id = carts.id)::bigint FROM carts
"""

# The rows that a placed order leaves; each contestant must add the same number of each.
PLACED = """
SELECT 'orders', count(*) FROM orders_order WHERE state <> 'cart'
UNION ALL SELECT 'order lines', count(*) FROM orders_orderline l JOIN orders_order o ON o.id = l.order_id
    WHERE o.state <> 'cart'
UNION ALL SELECT 'e-mails', count(*) FROM gcc_portal_outboxmail o JOIN post_office_email e ON e.id = o.email_id
UNION ALL SELECT 'audit entries', count(*) FROM gcc_portal_auditentry
"""

# One more partner, with whom all customers have a relationship: its download holds all of them.
EVERYONES = """
INSERT INTO gcc_portal_user (password, is_superuser, email, name, is_reviewer, is_staff, is_active, date_joined)
VALUES ('!', false, 'everyone@bench.example', 'Eve Everyone', false, false, true, now());
INSERT INTO partners_partner (name, role, csp_enrolled, tenant_id, domain, mpn_id, web_domain, email, phone,
    address_line1, address_line2, city, state, postal_code, qualification, qualified_at, created_at)
SELECT 'Everyone', role, csp_enrolled, md5('everyone')::uuid, 'everyone.onmicrosoft.com', '5999999', 'everyone.example',
    email, phone, address_line1, address_line2, city, state, postal_code, qualification, qualified_at, created_at
FROM partners_partner ORDER BY id LIMIT 1;
INSERT INTO partners_agent (role, is_active, joined_at, user_id, partner_id)
SELECT 'admin_agent', true, now(), (SELECT id FROM gcc_portal_user WHERE email = 'everyone@bench.example'), max(id)
FROM partners_partner;
INSERT INTO customers_relationship (state, is_request, for_gcc, organization_name, contact_name, contact_email, token,
    message_subject, message, revision, created_at, sends, answered_by, decline_reason, customer_id, partner_id,
    answered_at)
SELECT 'active', false, true, name, '', '', 'all-' || id, '', '', 0, created_at, 0, '', '', id,
    (SELECT max(id) FROM partners_partner), created_at
FROM customers_customer;
"""

OWN = """
FROM customers_relationship r JOIN customers_customer c ON c.id = r.customer_id
WHERE r.partner_id = (SELECT min(id) FROM partners_partner) AND r.state = 'active'
"""
# What the pages must show: one text a row.
FIRST_CUSTOMERS = f"SELECT c.domain {OWN} ORDER BY r.customer_name, r.customer_id LIMIT {PAGE}"
LAST_BUT_ONE = f"""
SELECT c.domain {OWN} ORDER BY r.customer_name, r.customer_id LIMIT {PAGE}
OFFSET (SELECT count(*) - 2 * {PAGE} {OWN})
"""
BEFORE_LAST_BUT_ONE = f"""
SELECT r.customer_name, r.customer_id {OWN} ORDER BY r.customer_name, r.customer_id LIMIT 1
OFFSET (SELECT count(*) - 2 * {PAGE} - 1 {OWN})
"""
QUEUE = f"""
SELECT reference FROM gcc_portal_intakeform WHERE state IN ('submitted', 'in_review')
ORDER BY respond_by, id LIMIT {PAGE}
"""
CATALOG = f"""
SELECT sku_title FROM orders_offer WHERE segment = 'government' AND is_active
ORDER BY category <> 'Productivity suites' OR kind <> 'base', category, sku_title, id LIMIT {CATALOG_PAGE}
"""
LISTED = f"SELECT c.id {OWN} ORDER BY r.customer_name, r.customer_id LIMIT {API_PAGE}"


def own_customer(number: int) -> str:
    """Return the tenant ID of the first partner's customer of this number, from 1 on: every tenth row is its own."""
    return f"11111111-0000-4000-8000-{number * 10:012d}"


def fill(connection: Any, scale: int) -> None:
    """Fill a migrated database that has a catalogue; `connection` is psycopg2's, in autocommit."""
    sizes = {
        "words": list(WORDS), "customers": scale * 1000, "forms": scale * 500, "skus": list(SOLD),
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(PEOPLE)
        cursor.execute(CUSTOMERS, sizes)
        cursor.execute(FORMS, sizes)
        cursor.execute(ORDERS, sizes)
        cursor.execute(MAILS)
        cursor.execute(EVERYONES)
        cursor.execute("VACUUM ANALYZE")


def add_due_forms(connection: Any, forms: int) -> None:
    """Add forms that are due to a database that `fill` filled; `connection` is psycopg2's, in autocommit."""
    with connection.cursor() as cursor:
        cursor.execute(DUE_FORMS, {"words": list(WORDS), "forms": forms})
        cursor.execute("VACUUM ANALYZE")


def make_carts(count: int) -> list[dict[str, Any]]:
    """Return so many new carts of the agent, each for another customer: number, customer_id, due_cents and revision.

    Raises `ValueError` when customers run out.
    """
    values = {
        "agent": AGENT, "unfit": list(UNFIT), "count": count, "seats": SEATS, "skus": list(SKUS),
        "run": secrets.token_hex(3).upper(),
    }  # fmt: skip
    connect = contextlib.closing(psycopg2.connect(os.environ["DATABASE_URL"]))
    with connect as connection, connection, connection.cursor() as cursor:
        cursor.execute(CARTS, values)
        made = cursor.fetchall()
    if len(made) < count:
        raise ValueError(f"{count} carts are needed, and only {len(made)} customers can have one")
    names = ("number", "customer_id", "due_cents")
    return [{**dict(zip(names, row, strict=True)), "revision": 0} for row in made]


def counts(connection: Any, sql: str) -> dict[str, int]:
    """Return the rows of a statement that names what it counts."""
    with connection, connection.cursor() as cursor:
        cursor.execute(sql)
        return {str(name): int(count) for name, count in cursor.fetchall()}


def texts(connection: Any, sql: str) -> list[bytes]:
    """Return the first column of a statement as it stands in HTML."""
    with connection, connection.cursor() as cursor:
        cursor.execute(sql)
        return [escape(str(row[0])).encode() for row in cursor.fetchall()]
