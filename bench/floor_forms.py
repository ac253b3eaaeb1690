"""The floor of answering due forms: batches in SQL written by hand, the product's checks and rows, fixed texts."""

import json
import secrets
from collections import defaultdict
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from django.conf import settings
from django.db import connection
from psycopg2.extras import execute_values

from bench.child import note, timed
from gcc_portal.core.business_time import respond_by

BATCH = 500
DUE = """
SELECT f.id, f.organization_name || ' (' || f.reference || ')', f.organization_name, f.contact_email, s.id, s.answers,
    s.signatory_name <> '' AND s.signatory_title <> '' AND s.terms_version <> '' AND s.signed_from <> '',
    p.id, coalesce(p.role <> 'indirect_reseller' AND p.qualification = 'qualified', false),
    COALESCE((SELECT array_agg(u.email::text ORDER BY a.id)
        FROM partners_agent a JOIN gcc_portal_user u ON u.id = a.user_id WHERE a.partner_id = p.id
        AND a.is_active AND u.is_active AND a.role = 'admin_agent'), ARRAY[p.email::text]),
    g.organization_name, EXISTS (SELECT 1 FROM gcc_portal_intakeform o WHERE upper(o.organization_name) =
        upper(f.organization_name) AND o.kind = f.kind AND o.id <> f.id AND o.state NOT IN ('draft', 'withdrawn'))
FROM gcc_portal_intakeform f
JOIN LATERAL (SELECT * FROM gcc_portal_submission s WHERE s.form_id = f.id ORDER BY number DESC LIMIT 1) s ON true
LEFT JOIN partners_partner p ON p.tenant_id = (s.answers ->> 'partner_tenant_id')::uuid
LEFT JOIN gcc_portal_govdomain g ON g.domain = s.answers ->> 'web_domain'
WHERE f.state = 'submitted' AND f.reviewer_id IS NULL AND f.error = '' AND f.auto_review_at <= now()
ORDER BY f.auto_review_at, f.id LIMIT %s FOR UPDATE OF f SKIP LOCKED
"""
LATE = """
SELECT f.id, f.organization_name || ' (' || f.reference || ')', f.contact_email, s.id, s.notices, f.respond_by
FROM gcc_portal_intakeform f
JOIN LATERAL (SELECT * FROM gcc_portal_submission s WHERE s.form_id = f.id ORDER BY number DESC LIMIT 1) s ON true
WHERE f.state IN ('submitted', 'in_review') AND f.respond_by <= now() + interval '15 minutes'
  AND NOT (f.state = 'submitted' AND f.reviewer_id IS NULL AND f.auto_review_at IS NOT NULL AND f.error = '')
ORDER BY f.respond_by, f.id LIMIT %s FOR UPDATE OF f SKIP LOCKED
"""
ISSUED = """
INSERT INTO customers_validationid (number, partner_id, form_id, organization_name, web_domain, max_creates, reserved,
    used, state, issued_at, expires_at) VALUES %s RETURNING id
"""
DECIDED = """
UPDATE gcc_portal_intakeform f SET state = v.state, reviewer_id = NULL, taken_at = now(), error = '',
    decided_at = CASE WHEN v.state = 'information_requested' THEN NULL ELSE now() END,
    respond_by = CASE WHEN v.state = 'information_requested' THEN NULL ELSE respond_by END,
    auto_review_at = CASE WHEN v.state = 'information_requested' THEN NULL ELSE auto_review_at END,
    decision_code = v.code, decision_text = v.text
FROM (VALUES %s) AS v (id, state, code, text) WHERE f.id = v.id
"""
NOTIFIED = """
UPDATE gcc_portal_intakeform f SET respond_by = v.by, escalated_at = now(), warned_at = NULL
FROM (VALUES %s) AS v (id, by) WHERE f.id = v.id
"""
MARKED = """
UPDATE gcc_portal_submission s SET answer = v.answer, answered_at = now(), notices = s.notices + v.notices
FROM (VALUES %s) AS v (id, answer, notices) WHERE s.id = v.id
"""
CHECKS = """
INSERT INTO gcc_portal_check (submission_id, code, outcome, field, forbids, question, label, asked, came_back, ran_at)
VALUES %s
"""
POINTS = "INSERT INTO gcc_portal_informationpoint (submission_id, field, text) VALUES %s"
AUDIT = """
INSERT INTO gcc_portal_auditentry (at, actor_label, role, channel, action, object_type, object_id, object_label,
    from_state, to_state, reason, partner_id, refused, data, application_id, address, correlation_id) VALUES %s
"""
EMAILS = """
INSERT INTO post_office_email (from_email, "to", cc, bcc, subject, message, html_message, status, priority, created,
    last_updated, backend_alias) VALUES %s RETURNING id
"""
OUTBOX = """
INSERT INTO gcc_portal_outboxmail (email_id, kind, key, about_type, about_id, partner_id, created_at) VALUES %s
"""
# As long as the product's.
LABEL, ASKED, QUESTION = (
    "The check’s label",
    "Is what the form says so? " * 2,
    "What shows that it is so? " * 7,
)
TEXT, HTML = "The answer to your form. " * 20, "<p>The answer to your form.</p>" * 35


class Finding(NamedTuple):
    """What a check found."""

    code: str
    outcome: str
    field: str
    forbids: bool
    question: str


def findings(
    answers: dict[str, Any], *, signed: bool, qualified: bool, registrant: str | None, earlier: bool
) -> list[Finding]:
    """Return the checks of a customer's form: its signature, addresses, partner, category and .gov registry."""
    name, web, host = (
        answers["organization_name"],
        answers["web_domain"],
        answers["contact_email"].split("@")[-1],
    )
    government = answers["category"] in ("federal", "state", "local", "tribal", "regional", "ffrdc")
    listed = registrant is not None
    agrees = (registrant or "").lower() == name.lower()
    found = [
        ("signature", signed, ""),
        ("email_domain", host == web or host.endswith(f".{web}") or web.endswith(f".{host}"), "explanation"),
        ("free_mail", host not in ("gmail.com", "outlook.com", "yahoo.com", "aol.com"), "explanation"),
        ("earlier_form", not earlier, "explanation"),
        ("validation_option", answers["validation_option"] == "o365_gcc_csp_customer", "validation_option"),
        ("transacting_partner", qualified, "partner_tenant_id"),
        ("category", government, "category"),
    ]
    if government:
        found += [
            ("gov_registry", listed, "explanation"),
            ("gov_registrant", agrees, "organization_name" if agrees else "explanation"),
        ]
    return [
        Finding(
            code, "pass" if passed else "fail" if code == "category" else "warn", field,
            code == "category" and answers["category"] == "international", "" if passed else QUESTION,
        )
        for code, passed, field in found
    ]  # fmt: skip


def decision(found: list[Finding]) -> tuple[str, dict[str, str]]:
    """Return the state that the findings lead to, and the points about which information is requested."""
    if any(each.forbids for each in found):
        return "declined", {}
    points = {each.field: each.question for each in found if each.outcome != "pass"}
    return "information_requested" if points else "approved", points


def warm_up() -> None:
    """Load the holidays."""
    respond_by(datetime.now(UTC))
    connection.ensure_connection()


def answer_forms() -> list[float]:
    """Answer all due forms; return the seconds."""
    return timed(_answer_all, [(notify, decide)])


def _answer_all(steps: Any) -> None:
    for step in steps:
        while step():
            pass


class Batch:
    """The rows that a batch writes, by statement."""

    def __init__(self, cursor: Any) -> None:
        self.cursor, self.now = cursor, datetime.now(UTC)
        self.rows: dict[str, list[tuple[Any, ...]]] = defaultdict(list)

    def audit(
        self,
        action: str,
        about: tuple[str, int, str],
        change: tuple[str, str] = ("", ""),
        partner: Any = None,
    ) -> None:
        """Add an audit entry about an object: its type, key and label."""
        kind, pk, label = about
        row = (
            self.now,
            "Automatic review",
            "system",
            "task",
            action,
            kind,
            str(pk),
            label,
            *change,
            "",
            partner,
        )
        self.rows[AUDIT].append((*row, False, "{}", "", "", ""))

    def email(self, kind: str, key: str, to: str, about: tuple[str, int, str], partner: Any = None) -> None:
        """Add an e-mail and its outbox row."""
        sender = settings.DEFAULT_FROM_EMAIL
        self.rows[EMAILS].append((sender, to, "", "", about[2], TEXT, HTML, 2, 1, self.now, self.now, ""))
        self.rows[OUTBOX].append((kind, key, about[0], str(about[1]), partner, self.now))

    def write(self) -> None:
        """Write all rows, a statement for each table."""
        for sql in (DECIDED, NOTIFIED, MARKED, CHECKS, POINTS, AUDIT):
            if self.rows[sql]:
                self.execute(sql, self.rows[sql])
        keys = self.execute(EMAILS, self.rows[EMAILS], fetch=True)
        self.execute(OUTBOX, [(*key, *row) for key, row in zip(keys, self.rows[OUTBOX], strict=True)])

    def execute(self, sql: str, values: list[tuple[Any, ...]], *, fetch: bool = False) -> Any:
        """Send a statement with many rows."""
        note(sql)
        return execute_values(self.cursor, sql, values, page_size=len(values), fetch=fetch)


def decide() -> int:
    """Answer a batch of due forms in one transaction; return how many it was."""
    raw = connection.connection
    with raw, raw.cursor() as cursor:
        note(DUE)
        cursor.execute(DUE, [BATCH])
        due = cursor.fetchall()
        if due:
            batch = Batch(cursor)
            issue(batch, [row for row in due if _decided(batch, row) == "approved"])
            batch.write()
    return len(due)


def _decided(batch: Batch, row: tuple[Any, ...]) -> str:
    """Add what the decision on a form writes, but for a validation ID and its e-mails; return the form's state."""
    (
        pk,
        label,
        _name,
        email,
        submission,
        answers,
        signed,
        _partner,
        qualified,
        _admins,
        registrant,
        earlier,
    ) = row
    answers = json.loads(answers)
    found = findings(answers, signed=signed, qualified=qualified, registrant=registrant, earlier=earlier)
    state, points = decision(found)
    batch.rows[CHECKS] += [(submission, *each, LABEL, ASKED, ASKED, batch.now) for each in found]
    batch.rows[POINTS] += [(submission, field, text) for field, text in points.items()]
    batch.rows[DECIDED].append((pk, state, "category" if state == "declined" else "", ""))
    batch.rows[MARKED].append((submission, state, 0))
    about = ("intakeform", pk, label)
    batch.audit("take", about, ("submitted", "in_review"))
    batch.audit(ACTIONS[state], about, ("in_review", state))
    if state != "approved":
        batch.email(KINDS[state], f"answer:{submission}:0", email, about)
    return state


ACTIONS = {"approved": "approve", "declined": "decline", "information_requested": "ask_information"}
KINDS = {"declined": "intake.declined", "information_requested": "intake.information"}


def issue(batch: Batch, approved: list[tuple[Any, ...]]) -> None:
    """Write the validation IDs of approved forms, and add their e-mails and audit entries."""
    if not approved:
        return
    until, creates = batch.now + timedelta(days=settings.VALIDATION_ID_DAYS), settings.VALIDATION_ID_CREATES
    values = [
        (str(100_000_000 + secrets.randbelow(900_000_000)), row[7], row[0], row[2], json.loads(row[5])["web_domain"],
         creates, 0, 0, "issued", batch.now, until)
        for row in approved
    ]  # fmt: skip
    for (key,), row in zip(batch.execute(ISSUED, values, fetch=True), approved, strict=True):
        pk, label, name, email, submission, partner, admins = *row[:5], row[7], row[9]
        about = ("validationid", key, name)
        batch.audit("issue", about, ("", "issued"), partner)
        for at, address in enumerate(admins):
            batch.email("validation_issued", f"validation-issued:{key}:{at}", address, about, partner)
        batch.email("intake.approved", f"answer:{submission}:0:customer-0", email, ("intakeform", pk, label))


def notify() -> int:
    """Notify a batch of applicants that their forms are still under review, in one transaction; return how many."""
    raw = connection.connection
    with raw, raw.cursor() as cursor:
        note(LATE)
        cursor.execute(LATE, [BATCH])
        late = cursor.fetchall()
        if not late:
            return 0
        batch = Batch(cursor)
        cursor.execute("SELECT id, email FROM gcc_portal_user WHERE is_reviewer AND is_active ORDER BY id")
        reviewers = cursor.fetchall()
        for pk, label, email, submission, notices, missed in late:
            about = ("intakeform", pk, label)
            batch.rows[NOTIFIED].append((pk, respond_by(max(batch.now, missed))))
            batch.rows[MARKED].append((submission, "under_review", 1))
            batch.audit("notify_under_review", about)
            batch.email("intake.under_review", f"answer:{submission}:{notices}", email, about)
            for person, address in reviewers:
                batch.email(
                    "intake.escalation", f"escalation:{submission}:{notices}:{person}", address, about
                )
        batch.write()
    return len(late)
