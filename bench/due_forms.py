"""Due intake forms for the measurements, made by the database itself, and what must stand there once they are answered.

Of twenty customers' forms sixteen are clear (approved), two have a domain that the .gov registry does not know (asked
for information), one is an international entity's (declined), and one is held by a reviewer at its deadline (told that
it is still under review).
"""

import contextlib
from typing import Any

# A form is made of its number n: which of the four it is, and what is signed.
NUMBERED = """
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
"""

FORMS = """
INSERT INTO gcc_portal_govdomain (domain, domain_type, category, organization_name, suborganization_name, name_key,
    city, state, listed_on)
SELECT domain, 'City', 'local', name, '', lower(name), 'Springfield', 'IL', date '2026-08-22'
FROM due WHERE what <> 'ask';
INSERT INTO gcc_portal_intakeform (id, kind, reference, state, answers, revision, organization_name, contact_name,
    contact_email, created_at, submitted_at, respond_by, auto_review_at, reviewer_id, taken_at, decision_code,
    decision_text,
    error)
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

# Everything that an answer writes, counted by kind; every contestant must leave the same.
LEFT = """
SELECT 'forms ' || state, count(*) FROM gcc_portal_intakeform WHERE reference LIKE 'D%%' GROUP BY state
UNION ALL SELECT 'answers ' || answer || ' ' || notices, count(*) FROM gcc_portal_submission s
    JOIN gcc_portal_intakeform f ON f.id = s.form_id WHERE f.reference LIKE 'D%%' GROUP BY answer, notices
UNION ALL SELECT 'audit ' || object_type || ' ' || action || ' ' || from_state || '>' || to_state, count(*)
    FROM gcc_portal_auditentry GROUP BY object_type, action, from_state, to_state
UNION ALL SELECT 'checks ' || code || ' ' || outcome, count(*) FROM gcc_portal_check GROUP BY code, outcome
UNION ALL SELECT 'points ' || field, count(*) FROM gcc_portal_informationpoint GROUP BY field
UNION ALL SELECT 'validation IDs', count(*) FROM customers_validationid
UNION ALL SELECT 'mail ' || o.kind, count(*) FROM gcc_portal_outboxmail o JOIN post_office_email e ON e.id = o.email_id
    GROUP BY o.kind
UNION ALL SELECT 'text of mails, kB', sum(length(e.message) + length(e.html_message)) / 1000 FROM post_office_email e
ORDER BY 1
"""


def fill(connection: Any, words: list[str], forms: int) -> None:
    """Add due forms to a database that `data.fill` filled; `connection` is psycopg2's, in autocommit."""
    with connection.cursor() as cursor:
        cursor.execute(NUMBERED, {"words": words, "forms": forms})
        cursor.execute(FORMS)
        cursor.execute("VACUUM ANALYZE")


def left(connection: Any) -> dict[str, int]:
    """Return what stands there of the answers, counted by kind."""
    with contextlib.closing(connection.cursor()) as cursor:
        cursor.execute(LEFT)
        return {str(name): int(count) for name, count in cursor.fetchall()}
