"""C1, C2 as the desk's checks, and T1's consequences for a customer: what the desk does with which form."""

from collections.abc import Callable
from typing import Any

import pytest
from post_office.models import Email

from customers import checks
from customers.models import CustomerForm, ValidationId
from gcc_portal.core.people.models import User
from gcc_portal.identity.registry.models import GovDomain
from gcc_portal.intake.auto_review import sweep
from gcc_portal.intake.auto_review.decide import Decision, verdict
from gcc_portal.intake.checks import gather
from gcc_portal.intake.kinds import kind_of
from gcc_portal.intake.models import Check
from partners.models import Partner
from tests.intake import making

from .conftest import COMMERCIAL

Filler = Callable[..., CustomerForm]
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def at_once(settings: Any) -> None:
    """Let the desk answer at once."""
    settings.INTAKE_DESK_PACE = "0"


def outcome(form: CustomerForm, code: str) -> str:
    """Return the outcome of one check."""
    assert form.latest is not None
    return next(each.outcome for each in gather(making.context_with(form)) if each.code == code)


def answered(form: CustomerForm) -> str:
    """Let the desk answer; return the form's state."""
    sweep.sweep()
    form.refresh_from_db()
    return str(form.state)


def test_the_desk_approves_what_is_clear(signed: Filler, harborview: GovDomain, admin: User) -> None:
    form = signed()
    assert answered(form) == "approved"
    issued = ValidationId.objects.get(form=form)
    assert sorted(mail.to[0] for mail in Email.objects.filter(message__contains=issued.number)) == sorted(
        [form.contact_email, admin.email]
    )


def test_answering_twice_issues_one_validation_id(signed: Filler, harborview: GovDomain) -> None:
    form = signed()
    answered(form)
    mails = Email.objects.count()
    assert answered(form) == "approved"
    assert ValidationId.objects.count() == 1
    assert Email.objects.count() == mails


def test_the_desk_asks_when_the_registry_does_not_know_the_domain(signed: Filler) -> None:
    form = signed()
    assert outcome(form, "gov_registry") == Check.Outcome.WARN
    assert answered(form) == "information_requested"
    assert form.latest.points.filter(field="explanation").exists()
    assert not ValidationId.objects.exists()


def test_the_desk_asks_when_the_registrant_is_another(signed: Filler, harborview: GovDomain) -> None:
    form = signed(organization_name="City of Elsewhere")
    assert outcome(form, "gov_registrant") == Check.Outcome.FAIL
    assert answered(form) == "information_requested"
    assert form.latest.points.filter(field="organization_name").exists()


def test_the_desk_asks_when_the_registrants_kind_is_another(signed: Filler, harborview: GovDomain) -> None:
    GovDomain.objects.update(category="state", domain_type="State or territory")
    form = signed()
    assert outcome(form, "gov_registrant") == Check.Outcome.WARN
    assert answered(form) == "information_requested"


@pytest.mark.parametrize("kind", ["local", "special_district", "school"])
def test_local_government_is_also_a_district(signed: Filler, harborview: GovDomain, kind: str) -> None:
    GovDomain.objects.update(category=kind)
    assert outcome(signed(), "gov_registrant") == Check.Outcome.PASS


def test_a_commercial_entity_is_left_to_a_reviewer(signed: Filler) -> None:
    form = signed(**COMMERCIAL)
    assert {each.outcome for each in gather(making.context_with(form))} == {Check.Outcome.PASS}
    assert answered(form) == "submitted"
    assert form.auto_review_at is None
    assert not ValidationId.objects.exists()


def unsigned_checks(form: CustomerForm, **changes: Any) -> dict[str, tuple[str, bool]]:
    """Return outcome and prohibition of each check of answers that no page would have let be signed."""
    found = checks.run(making.context_with(form, **changes))
    return {each.code: (each.outcome, each.forbids) for each in found}


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"category": "international"}, "category"),
        ({**COMMERCIAL, "us_presence": "no"}, "us_presence"),
    ],
)
def test_what_a_rule_forbids_outright_is_declined(filled: Filler, changes: dict[str, Any], code: str) -> None:
    form = filled()
    found = checks.run(making.context_with(form, **changes))
    assert unsigned_checks(form, **changes)[code] == (Check.Outcome.FAIL, True)
    decided = verdict(found, {**form.answers, **changes}, kind_of(form))
    assert (decided.decision, decided.code) == (Decision.DECLINE, code)
    assert code in [reason.code for reason in kind_of(form).decline_reasons]


def test_a_category_that_is_none_is_not_declined_outright(filled: Filler) -> None:
    assert unsigned_checks(filled(), category="other")["category"] == (Check.Outcome.FAIL, False)


def test_the_partner_check_says_what_came_back(signed: Filler, contoso: Partner) -> None:
    form = signed()
    assert outcome(form, "transacting_partner") == Check.Outcome.PASS
    Partner.objects.filter(pk=contoso.pk).update(qualification="revoked")
    assert outcome(form, "transacting_partner") == Check.Outcome.FAIL
    assert answered(form) == "information_requested"


def test_a_tribe_is_shown_by_a_document(filled: Filler) -> None:
    form = filled()
    assert unsigned_checks(form, category="tribal")["category_evidence"][0] == Check.Outcome.FAIL
    given = {"category": "tribal", "category_evidence": "Federal Register of 2026"}
    assert unsigned_checks(form, **given)["category_evidence"][0] == Check.Outcome.PASS
