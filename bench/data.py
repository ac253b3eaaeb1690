"""Rows for the measurements, made by the database itself: 1, 10 or 100 times a thousand customers.

At 100: 100,000 customers of which the first partner has 10,000; 50,000 intake forms that wait for an answer; 100,000
orders, each with an entry in the audit and a mail that was sent, and the subscriptions of every third.
"""

from typing import Any

SCALES = (1, 10, 100)
OWN = "11111111-0000-4000-8000-{:012d}"
ADMIN, REVIEWER = "admin@bench.example", "reviewer@bench.example"
PREFIX = "Harbor"
WORDS = (
    "Harbor", "Maple", "Cedar", "Summit", "Prairie", "Granite", "Willow", "Juniper", "Lakeside", "Orchard", "Canyon",
    "Meadow", "Aspen", "Bayview", "Copper", "Delta", "Eagle", "Fairview", "Glen", "Highland", "Iron", "Jasper",
    "Kingston", "Linden", "Mesa", "Northfield", "Oak", "Pine", "Quarry", "River",
)  # fmt: skip

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
    decision_text,
    error)
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
    object_label, from_state, to_state, reason, partner_id, customer_id, application_id, address, correlation_id)
SELECT r.submitted_at, u.id, u.name, a.role, 'page', 'submit', false, 'order', r.id::text, 'Order ' || r.number, 'cart',
    'submitted', '', r.partner_id, r.customer_id, '', '203.0.113.9', md5(r.number)
FROM orders_order r JOIN gcc_portal_user u ON u.id = r.created_by_id JOIN partners_agent a ON a.user_id = u.id
ORDER BY r.id;
"""

MAILS = """
CREATE TEMPORARY TABLE told AS
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
FROM told;
INSERT INTO post_office_log (email_id, date, status, exception_type, message) SELECT id, at, 0, '', '' FROM told;
INSERT INTO gcc_portal_outboxmail (email_id, kind, key, about_type, about_id, partner_id, created_at)
SELECT id, 'order_submitted', 'order:' || order_id || ':submitted', 'order', order_id::text, partner_id, at FROM told;
DROP TABLE told;
"""
SKUS = ["ENTERPRISEPACK_GOV", "VISIOCLIENT_GOV"]
"""What each of these orders holds: two bases."""


def own_customer(number: int) -> str:
    """Return the tenant ID of the first partner's customer of this number, from 1 on: every tenth row is its own."""
    return OWN.format(number * 10)


def fill(connection: Any, scale: int) -> None:
    """Fill a migrated database that has a catalogue; `connection` is psycopg2's, in autocommit."""
    sizes = {"words": list(WORDS), "customers": scale * 1000, "forms": scale * 500, "skus": SKUS}
    with connection.cursor() as cursor:
        cursor.execute(PEOPLE)
        cursor.execute(CUSTOMERS, sizes)
        cursor.execute(FORMS, sizes)
        cursor.execute(ORDERS, sizes)
        cursor.execute(MAILS)
        cursor.execute("VACUUM ANALYZE")
