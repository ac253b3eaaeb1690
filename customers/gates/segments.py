"""What a customer may be sold (O2), and on what agreement (O3)."""

from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone
from django.utils.dateformat import format as format_date
from django.utils.translation import gettext as _

from customers.models import Customer, CustomerAgreement
from customers.models.customer import AGREEMENT_SINCE
from customers.states import GCC, QualificationKind
from gcc_portal.core.gates import Blocker

COMMERCIAL, GOVERNMENT, EDUCATION, NONPROFIT = "commercial", "government", "education", "nonprofit"
# What a qualification opens beside the commercial segment. Government closes all others, so it is not here.
OPENED_BY: dict[str, str] = {QualificationKind.EDUCATION: EDUCATION, QualificationKind.NONPROFIT: NONPROFIT}


@dataclass(frozen=True)
class Acceptance:
    """Who of the customer accepted the agreement, and on which day."""

    first_name: str
    last_name: str
    email: str
    agreed_on: date
    phone: str = ""
    # The exact moment, if it is known: later today is in the future, too.
    agreed_at: datetime | None = None


def allowed_segments(kinds: set[str]) -> frozenset[str]:
    """O2: return the catalogue segments that these special qualifications (kinds in force) allow.

    Government Community Cloud allows government and nothing else, whatever stands beside it.
    """
    if GCC in kinds:
        return frozenset({GOVERNMENT})
    return frozenset({COMMERCIAL} | {OPENED_BY[kind] for kind in kinds if kind in OPENED_BY})


def has_agreement(customer: Customer, *, agreed: bool | None = None) -> list[Blocker]:
    """O3: return a blocker unless the Microsoft Customer Agreement is in force; `agreed` where that is known."""
    if customer.is_agreed if agreed is None else agreed:
        return []
    return [
        Blocker(
            "O3.no_agreement",
            _("%(customer)s has not accepted the Microsoft Customer Agreement.")
            % {"customer": customer.name},
            _("State who of the customer accepted it and when, or ask the customer to accept it."),
            to=("customers:agreement", (customer.pk,)),
            url_label=_("Record the agreement"),
        )
    ]


def accepts_agreement(customer: Customer, *, accepted: bool) -> list[Blocker]:
    """O3: return a blocker when the customer accepts a request without the agreement, and none is in force."""
    if accepted or not has_agreement(customer):
        return []
    return [
        Blocker(
            "O3.accept",
            _("The Microsoft Customer Agreement has to be accepted: none is in force yet."),
            field="accept_agreement",
        )
    ]


def can_attest(agreed_on: date, agreed_at: datetime | None = None) -> list[Blocker]:
    """O3: return a blocker when the day of the acceptance (or the moment, if it is given) is in the future, or before
    there was an agreement.
    """
    if agreed_on < AGREEMENT_SINCE:
        return [
            Blocker(
                "O3.too_early",
                _("There was no Microsoft Customer Agreement before %(day)s.")
                % {"day": format_date(AGREEMENT_SINCE, "M j, Y")},
                _("Enter the day on which the customer accepted the agreement."),
                field="agreed_on",
            )
        ]
    if agreed_on <= timezone.localdate() and (agreed_at is None or agreed_at <= timezone.now()):
        return []
    return [
        Blocker(
            "O3.future",
            _("The date of the acceptance is in the future."),
            _("Enter the day on which the customer accepted the agreement: today or earlier."),
            field="agreed_on",
        )
    ]


def is_new_attestation(agreement: CustomerAgreement) -> list[Blocker]:
    """O3: return a blocker when the same partner recorded the same person for the same day before."""
    same = CustomerAgreement.objects.filter(
        customer_id=agreement.customer_id,
        partner_id=agreement.partner_id,
        first_name__iexact=agreement.first_name,
        last_name__iexact=agreement.last_name,
        email__iexact=agreement.email,
        phone=agreement.phone,
        agreed_on=agreement.agreed_on,
    )
    if not same.exists():
        return []
    return [
        Blocker(
            "O3.twice",
            _("This acceptance was recorded before, with the same person and the same day."),
            _("There is nothing more to do. For another acceptance, change the person or the day."),
        )
    ]
