"""Rows for the measurements, made by the database itself: 1, 10 or 100 times a thousand customers.

At 100: 100,000 customers of which the first partner has 10,000; 50,000 intake forms that wait for an answer.
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
    letter_subject, letter, revision, created_at, sends, answered_by, decline_reason, customer_id, partner_id,
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
    contact_email, created_at, submitted_at, respond_by, desk_at, reviewer_id, taken_at, decision_code, decision_text,
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


def own_customer(number: int) -> str:
    """Return the tenant ID of the first partner's customer of this number, from 1 on: every tenth row is its own."""
    return OWN.format(number * 10)


def fill(connection: Any, scale: int) -> None:
    """Fill a migrated database that has a catalogue; `connection` is psycopg2's, in autocommit."""
    sizes = {"words": list(WORDS), "customers": scale * 1000, "forms": scale * 500}
    with connection.cursor() as cursor:
        cursor.execute(PEOPLE)
        cursor.execute(CUSTOMERS, sizes)
        cursor.execute(FORMS, sizes)
        cursor.execute("VACUUM ANALYZE")
