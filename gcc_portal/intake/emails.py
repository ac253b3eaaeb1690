"""The e-mails of the intake: one function each. The e-mails of an approval are written by the app of the form."""

from collections.abc import Sequence
from datetime import datetime

from django.urls import reverse
from django.utils import timezone
from django.utils.dateformat import format as format_date
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from gcc_portal.core.business_time import describe_time_left, office_zone
from gcc_portal.core.gates import Text
from gcc_portal.core.mail.emails import EmailContent, absolute
from gcc_portal.intake.kinds import IntakeKind, decline_reason, field_label
from gcc_portal.intake.models import InformationPoint, IntakeForm, Submission

LISTED_AT_MOST = 50


def in_office_time(moment: datetime) -> str:
    """Return a moment in the office's time zone: Tuesday, November 24, 2026, 4:00 PM EST."""
    return format_date(timezone.localtime(moment, office_zone()), "l, F j, Y, g:i A T")


def receipt(form: IntakeForm, submission: Submission, kind: IntakeKind) -> EmailContent:
    """Return the receipt of a signed form."""
    return EmailContent(
        subject=_("We received your eligibility form %(reference)s") % {"reference": form.reference},
        greeting=_greeting(form),
        paragraphs=[
            _("The eligibility form of %(organization)s was signed by %(name)s and is with us now.")
            % {"organization": form.organization_name, "name": submission.signatory_name},
            _("You will have our answer by e-mail by %(when)s. You do not need to do anything until then.")
            % {"when": in_office_time(submission.respond_by)},
        ],
        facts=[*_facts(form), (_("Terms accepted"), submission.terms_version)],
        action_label=_("Follow the form"),
        action_url=absolute(kind.status_path(form)),
    )


def declined(form: IntakeForm, kind: IntakeKind, code: str, text: str) -> EmailContent:
    """Return the answer "declined": why, in plain words, and what can be done about it."""
    reason = decline_reason(kind, code)
    why = [str(reason.sentence)] if reason else []
    return EmailContent(
        subject=_("Your eligibility form %(reference)s was declined") % {"reference": form.reference},
        greeting=_greeting(form),
        paragraphs=[
            _("We looked at the eligibility form of %(organization)s and can't approve it.")
            % {"organization": form.organization_name},
            *why,
            *([text] if text else []),
            _(
                "The form is closed. If this changes, or if we had it wrong, send a new form that says so and "
                "attach what shows it."
            ),
        ],
        facts=_facts(form),
        action_label=_("See the decision"),
        action_url=absolute(kind.status_path(form)),
    )


def information_wanted(
    form: IntakeForm, kind: IntakeKind, points: Sequence[InformationPoint]
) -> EmailContent:
    """Return the answer "information wanted": the points, each with the link to its field."""
    lines = [
        f"{field_label(kind, point.field)}: {point.text} {absolute(kind.edit_path(form, point.field))}"
        for point in points
    ]
    return EmailContent(
        subject=_("We need more information for your eligibility form %(reference)s")
        % {"reference": form.reference},
        greeting=_greeting(form),
        paragraphs=[
            ngettext(
                "We looked at the eligibility form of %(organization)s. Before we can decide, one point is open:",
                "We looked at the eligibility form of %(organization)s. Before we can decide, these points are open:",
                len(lines),
            )
            % {"organization": form.organization_name}
        ],
        points=lines,
        after_points=[
            _(
                "Change or add what is asked for, then sign the form again. Everything that you entered is still "
                "there. We answer within two business days of your signature."
            )
        ],
        facts=_facts(form),
        action_label=_("Open the form"),
        action_url=absolute(kind.status_path(form)),
    )


def under_review(form: IntakeForm, kind: IntakeKind, by: datetime) -> EmailContent:
    """Return the answer "still under review, and by when"."""
    return EmailContent(
        subject=_("Your eligibility form %(reference)s is still under review")
        % {"reference": form.reference},
        greeting=_greeting(form),
        paragraphs=[
            _("The eligibility form of %(organization)s needs more time than two business days.")
            % {"organization": form.organization_name},
            _("You will hear from us again by %(when)s. You do not need to do anything until then.")
            % {"when": in_office_time(by)},
        ],
        facts=_facts(form),
        action_label=_("Follow the form"),
        action_url=absolute(kind.status_path(form)),
    )


def escalation(form: IntakeForm, missed: datetime, by: datetime) -> EmailContent:
    """Return the reviewers' mail on a form that was not decided in time."""
    holder = str(form.reviewer) if form.reviewer else _("nobody")
    return EmailContent(
        subject=_("Escalated: %(organization)s (%(reference)s) was not decided in time") % _names(form),
        paragraphs=[
            _(
                "This form was due on %(due)s. The applicant was told that it is still under review until %(by)s."
            )
            % {"due": in_office_time(missed), "by": in_office_time(by)},
            _("It is held by %(holder)s. Any reviewer may take it over.") % {"holder": holder},
        ],
        facts=_facts(form),
        action_label=_("Open the form"),
        action_url=absolute(reverse("review:form", args=[form.reference])),
    )


def late_warning(forms: Sequence[IntakeForm], now: datetime) -> EmailContent:
    """Return the reviewers' mail on what is about to be late."""
    lines = [
        _("%(organization)s (%(reference)s): due %(due)s, %(left)s")
        % {
            **_names(form),
            "due": in_office_time(form.respond_by or now),
            "left": describe_time_left(now, form.respond_by or now),
        }
        for form in forms[:LISTED_AT_MOST]
    ]
    more = len(forms) - len(lines)
    return EmailContent(
        subject=ngettext(
            "%(count)d intake form is about to be late",
            "%(count)d intake forms are about to be late",
            len(forms),
        )
        % {"count": len(forms)},
        paragraphs=[_("These forms wait for a reviewer, and their answer is due soon:")],
        points=lines,
        after_points=[_("And %(count)d more.") % {"count": more}] if more else [],
        action_label=_("Open the review queue"),
        action_url=absolute(reverse("review:queue")),
    )


def returned(form: IntakeForm, by: datetime) -> EmailContent:
    """Return the mail to the reviewer whose request for information was answered."""
    return EmailContent(
        subject=_("%(organization)s (%(reference)s) has answered your request for information")
        % _names(form),
        paragraphs=[
            _("The form was changed and signed again. It waits for you; the answer is due on %(when)s.")
            % {"when": in_office_time(by)}
        ],
        facts=_facts(form),
        action_label=_("See what changed"),
        action_url=absolute(reverse("review:form", args=[form.reference])),
    )


def _greeting(form: IntakeForm) -> str:
    return _("Hello %(name)s,") % {"name": form.contact_name} if form.contact_name else _("Hello,")


def _names(form: IntakeForm) -> dict[str, str]:
    return {"organization": form.organization_name, "reference": form.reference}


def _facts(form: IntakeForm) -> list[tuple[Text, object]]:
    return [(_("Reference"), form.reference), (_("Organization"), form.organization_name)]
