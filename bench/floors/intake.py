"""Answering due forms with SQL written by hand: batches of 500, same checks, same rows. A worker's functions."""

import json
import secrets
import time
from datetime import UTC, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection
from psycopg2.extras import execute_values

from bench.floors import intake_words as words
from gcc_portal.core.business_time import respond_by

# A worker that has run for a while has the holidays loaded.
respond_by(datetime.now(UTC))
BATCH = 500
BLANK = ("", "", "")
DUE = """
SELECT f.id, f.reference, f.organization_name, f.contact_name, f.contact_email, c.access_token, s.id, s.answers,
    s.signatory_name <> '' AND s.signatory_title <> '' AND s.terms_version <> '' AND s.signed_from <> '',
    p.id, p.name, p.role <> 'indirect_reseller' AND p.qualification = 'qualified',
    COALESCE((SELECT array_agg(u.email::text ORDER BY a.id)
        FROM partners_agent a JOIN gcc_portal_user u ON u.id = a.user_id WHERE a.partner_id = p.id
        AND a.is_active AND u.is_active AND a.role = 'admin_agent'), ARRAY[p.email::text]),
    g.domain, g.organization_name, g.domain_type, g.category, g.city, g.state,
    EXISTS (SELECT 1 FROM gcc_portal_intakeform o WHERE upper(o.organization_name) = upper(f.organization_name)
        AND o.kind = f.kind AND o.id <> f.id AND o.state NOT IN ('draft', 'withdrawn')),
    EXISTS (SELECT 1 FROM gcc_portal_check k WHERE k.submission_id = s.id)
FROM gcc_portal_intakeform f
JOIN customers_customerform c ON c.intakeform_ptr_id = f.id
JOIN LATERAL (SELECT * FROM gcc_portal_submission s WHERE s.form_id = f.id ORDER BY number DESC LIMIT 1) s ON true
LEFT JOIN partners_partner p ON p.tenant_id = (s.answers ->> 'partner_tenant_id')::uuid
LEFT JOIN gcc_portal_govdomain g ON g.domain = s.answers ->> 'web_domain'
WHERE f.state = 'submitted' AND f.reviewer_id IS NULL AND f.error = '' AND f.auto_review_at <= now()
ORDER BY f.auto_review_at, f.id LIMIT %s FOR UPDATE OF f SKIP LOCKED
"""
LATE = """
SELECT f.id, f.reference, f.organization_name, f.contact_name, f.contact_email, c.access_token, s.id, s.notices,
    f.respond_by, u.name
FROM gcc_portal_intakeform f
JOIN customers_customerform c ON c.intakeform_ptr_id = f.id
JOIN LATERAL (SELECT * FROM gcc_portal_submission s WHERE s.form_id = f.id ORDER BY number DESC LIMIT 1) s ON true
LEFT JOIN gcc_portal_user u ON u.id = f.reviewer_id
WHERE f.state IN ('submitted', 'in_review') AND f.respond_by <= now() + interval '15 minutes'
  AND NOT (f.state = 'submitted' AND f.reviewer_id IS NULL AND f.auto_review_at IS NOT NULL AND f.error = '')
ORDER BY f.respond_by, f.id LIMIT %s FOR UPDATE OF f SKIP LOCKED
"""
DECIDED = """
UPDATE gcc_portal_intakeform f SET state = v.state, reviewer_id = NULL, taken_at = now(), error = '',
    decided_at = CASE WHEN v.state = 'information_requested' THEN NULL ELSE now() END,
    respond_by = CASE WHEN v.state = 'information_requested' THEN NULL ELSE respond_by END,
    auto_review_at = CASE WHEN v.state = 'information_requested' THEN NULL ELSE auto_review_at END,
    decision_code = v.code, decision_text = v.said
FROM (VALUES %s) AS v (id, state, code, said) WHERE f.id = v.id
"""
MARKED = """
UPDATE gcc_portal_submission s SET answer = v.answer, answered_at = now(), notices = s.notices + v.notices
FROM (VALUES %s) AS v (id, answer, notices) WHERE s.id = v.id
"""
TOLD = """
UPDATE gcc_portal_intakeform f SET respond_by = v.by, escalated_at = now(), warned_at = NULL
FROM (VALUES %s) AS v (id, by) WHERE f.id = v.id
"""
CHECKS = """INSERT INTO gcc_portal_check (submission_id, code, label, asked, came_back, outcome, field, question,
    forbids, ran_at) VALUES %s"""
POINTS = "INSERT INTO gcc_portal_informationpoint (submission_id, field, text) VALUES %s"
ISSUED = """INSERT INTO customers_validationid (number, partner_id, form_id, organization_name, web_domain,
    max_creates, reserved, used, state, issued_at, expires_at) VALUES %s RETURNING id"""
AUDIT = """INSERT INTO gcc_portal_auditentry (at, actor_label, role, channel, action, refused, object_type, object_id,
    object_label, from_state, to_state, reason, partner_id, application_id, address, correlation_id) VALUES %s"""
MAILS = """INSERT INTO post_office_email (from_email, "to", cc, bcc, subject, message, html_message, status, priority,
    created, last_updated, backend_alias) VALUES %s RETURNING id"""
OUTBOX = """INSERT INTO gcc_portal_outboxmail (email_id, kind, key, about_type, about_id, partner_id, created_at)
    VALUES %s"""


class Batch:
    """The rows of one batch."""

    def __init__(self) -> None:
        self.now = datetime.now(UTC)
        self.decided: list[tuple[Any, ...]] = []
        self.marked: list[tuple[Any, ...]] = []
        self.told: list[tuple[Any, ...]] = []
        self.checks: list[tuple[Any, ...]] = []
        self.points: list[tuple[Any, ...]] = []
        self.issued: list[tuple[Any, ...]] = []
        self.audit: list[tuple[Any, ...]] = []
        self.mails: list[tuple[Any, ...]] = []
        self.outbox: list[tuple[Any, ...]] = []

    def note(
        self,
        actor: str,
        action: str,
        kind: str,
        pk: int,
        label: str,
        was: str,
        now: str,
        why: str,
        of: Any = None,
    ) -> None:
        """Add an audit entry."""
        self.audit.append(
            (self.now, actor, "system", "task", action, False, kind, str(pk), label[:250], was, now, why, of, *BLANK)
        )  # fmt: skip

    def mail(
        self, kind: str, key: str, to: str, letter: words.Email, about: str, pk: int, of: Any = None
    ) -> None:
        """Add a mail and its outbox row."""
        subject, text, html = letter
        self.mails.append(
            (settings.DEFAULT_FROM_EMAIL, to, "", "", subject, text, html, 2, 1, self.now, self.now, "")
        )
        self.outbox.append((kind, key, about, str(pk), of, self.now))

    def write(self, cursor: Any) -> None:
        """Write all of it, a statement for each table."""
        for sql, rows in (
            (DECIDED, self.decided),
            (TOLD, self.told),
            (MARKED, self.marked),
            (CHECKS, self.checks),
            (POINTS, self.points),
            (AUDIT, self.audit),
        ):
            if rows:
                execute_values(cursor, sql, rows, page_size=len(rows))
        keys = execute_values(cursor, MAILS, self.mails, page_size=len(self.mails), fetch=True)
        rows = [(key, *row) for (key,), row in zip(keys, self.outbox, strict=True)]
        execute_values(cursor, OUTBOX, rows, page_size=len(rows))


def answer_all() -> list[float]:
    """Answer all that is due; return when that began and when it ended, in seconds of the machine's own clock."""
    connection.set_autocommit(False)
    began = time.monotonic()
    for work in (tell, decide):
        while work():
            pass
    return [began, time.monotonic()]


def decide() -> int:
    """Answer a batch as the desk does, in one transaction; return how many forms it was."""
    raw = connection.connection
    with raw, raw.cursor() as cursor:
        cursor.execute(DUE, [BATCH])
        rows = cursor.fetchall()
        if rows:
            batch = Batch()
            cleared = [each for row in rows if (each := judged(batch, row))]
            issue(cursor, batch, cleared)
            batch.write(cursor)
    return len(rows)


def judged(batch: Batch, row: tuple[Any, ...]) -> tuple[Any, ...] | None:
    """Decide on one form from its checks; return the row again when it is approved: its ID is still to be made."""
    pk, reference, name, contact, email, token, submission, answers = row[:8]
    answers = json.loads(answers) if isinstance(answers, str) else answers
    checks = words.checks(answers, row)
    batch.checks += [(submission, *check[:7], check[7], batch.now) for check in checks]
    label = f"{name} ({reference})"
    batch.note("Eligibility desk", "take", "intakeform", pk, label, "submitted", "in_review", "")
    forbidden = [check for check in checks if check[7]]
    open_points = [check for check in checks if check[4] != "pass"]
    form = words.Form(reference, name, contact, token)
    if forbidden:
        said = "\n".join(check[3] for check in forbidden)
        why = f"{words.INTERNATIONAL[0]}: {said}"
        batch.decided.append((pk, "declined", forbidden[0][0], said))
        batch.marked.append((submission, "declined", 0))
        batch.note("Eligibility desk", "decline", "intakeform", pk, label, "in_review", "declined", why)
        batch.mail(
            "intake.declined", f"answer:{submission}:0", email, words.declined(form, said), "intakeform", pk
        )
        return None
    if open_points:
        points: dict[str, dict[str, None]] = {}
        for check in open_points:
            points.setdefault(check[5], {})[check[6]] = None
        asked = [(field, " ".join(questions)) for field, questions in points.items()]
        why = "\n".join(text for _field, text in asked)
        batch.decided.append((pk, "information_requested", "", ""))
        batch.marked.append((submission, "information_requested", 0))
        batch.points += [(submission, field, text) for field, text in asked]
        batch.note(
            "Eligibility desk",
            "ask_information",
            "intakeform",
            pk,
            label,
            "in_review",
            "information_requested",
            why,
        )
        letter = words.information(form, asked)
        batch.mail("intake.information", f"answer:{submission}:0", email, letter, "intakeform", pk)
        return None
    batch.decided.append((pk, "approved", "", ""))
    batch.marked.append((submission, "approved", 0))
    batch.note(
        "Eligibility desk", "approve", "intakeform", pk, label, "in_review", "approved", "Every check passed."
    )
    return row


def issue(cursor: Any, batch: Batch, rows: list[tuple[Any, ...]]) -> None:
    """Write the validation IDs, and add their mails and audit entries."""
    if not rows:
        return
    days = settings.VALIDATION_ID_DAYS
    until = batch.now + timedelta(days=days)
    numbers = [str(100_000_000 + secrets.randbelow(900_000_000)) for _row in rows]
    values = [
        (
            number,
            row[9],
            row[0],
            row[2],
            row[13],
            settings.VALIDATION_ID_CREATES,
            0,
            0,
            "issued",
            batch.now,
            until,
        )
        for number, row in zip(numbers, rows, strict=True)
    ]
    keys = execute_values(cursor, ISSUED, values, page_size=len(values), fetch=True)
    for (key,), number, row in zip(keys, numbers, rows, strict=True):
        pk, _reference, name, _contact, email, token, submission = row[:7]
        good = f"Good for {days} days."
        batch.note(
            "Eligibility desk", "issue", "validationid", key, f"{number} ({name})", "", "issued", good, row[9]
        )
        facts = words.facts(number, name, row[10], settings.VALIDATION_ID_CREATES, until)
        for at, address in enumerate(row[12]):
            letter = words.to_partner(number, name, facts)
            batch.mail(
                "validation_issued",
                f"validation-issued:{key}:{at}",
                address,
                letter,
                "validationid",
                key,
                row[9],
            )
        letter = words.to_customer(number, name, row[10], token, facts)
        batch.mail("intake.approved", f"answer:{submission}:0:customer-0", email, letter, "intakeform", pk)


def tell() -> int:
    """Tell a batch that it is still under review, in one transaction; return how many forms it was."""
    raw = connection.connection
    with raw, raw.cursor() as cursor:
        cursor.execute(LATE, [BATCH])
        rows = cursor.fetchall()
        if not rows:
            return 0
        cursor.execute("SELECT id, email FROM gcc_portal_user WHERE is_reviewer AND is_active ORDER BY id")
        reviewers = cursor.fetchall()
        batch = Batch()
        for pk, reference, name, contact, email, token, submission, notices, missed, holder in rows:
            by = respond_by(max(batch.now, missed))
            form = words.Form(reference, name, contact, token)
            batch.told.append((pk, by))
            batch.marked.append((submission, "under_review", 1))
            until = words.in_desk_time(by)
            batch.note(
                "GCC Portal",
                "notify_under_review",
                "intakeform",
                pk,
                f"{name} ({reference})",
                "",
                "",
                f"Until {until}.",
            )
            letter = words.under_review(form, until)
            batch.mail(
                "intake.under_review", f"answer:{submission}:{notices}", email, letter, "intakeform", pk
            )
            letter = words.escalation(form, words.in_desk_time(missed), until, holder)
            for person, address in reviewers:
                key = f"escalation:{submission}:{notices}:{person}"
                batch.mail("intake.escalation", key, address, letter, "intakeform", pk)
        batch.write(cursor)
    return len(rows)
