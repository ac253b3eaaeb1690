"""The partner's rules P1 to P5. No writes, no network."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from gcc_portal.core.gates import Blocker, gate_of
from gcc_portal.identity.tenants.kinds import TenantKind
from gcc_portal.intake.context import FormContext
from gcc_portal.intake.models import OPEN_STATES
from partners.criteria import claimed_criteria
from partners.models import Partner, PartnerForm
from partners.states import QualificationState

LEGAL_INFO: tuple[str, tuple[Any, ...]] = ("partners:legal-info", ())
REQUIRED_ANSWERS = (
    "contact_name",
    "contact_title",
    "contact_email",
    "contact_phone",
    "organization_name",
    "address_line1",
    "city",
    "state",
    "postal_code",
    "web_domain",
    "tenant_id",
    "criteria",
    "description",
)


@dataclass
class PartnerContext(FormContext):
    """A partner's form with its partner, which `prepare_approval` reads anew under its lock."""

    partner: Partner = field(init=False)

    def __post_init__(self) -> None:
        self.partner = self.form.partner


def enrolled(partner: Partner) -> list[Blocker]:
    """P1: only an organization enrolled in CSP may apply."""
    if partner.csp_enrolled:
        return []
    return [
        Blocker(
            "P1.not_enrolled",
            _("%(name)s is not enrolled in the Cloud Solution Provider (CSP) program.")
            % {"name": partner.name},
            _(
                "Enroll first: sign in at partner.microsoft.com, open Membership and choose Cloud Solution "
                "Provider. Apply here once the enrollment is active."
            ),
            to=("partners:profile", ()),
            url_label=_("Organization profile"),
        )
    ]


def transacting(partner: Partner) -> list[Blocker]:
    """P2: an indirect reseller works through its indirect provider, which the blocker names if there is one."""
    if partner.is_transacting:
        return []
    if partner.provider is None:
        way = _("Work through your indirect provider: it applies, has its customers validated and orders.")
    else:
        way = _(
            "Work through your indirect provider, %(provider)s: it applies, has its customers validated and orders."
        ) % {"provider": partner.provider.name}
    return [
        Blocker(
            "P2.indirect_reseller",
            _("%(name)s is an indirect reseller. An indirect reseller does not apply or order itself.")
            % {"name": partner.name},
            way,
            to=("partners:profile", ()),
            url_label=_("Organization profile"),
        )
    ]


def commercial_tenant(
    partner: Partner, tenant_id: str, answer: Mapping[str, Any], *, field: str = "tenant_id"
) -> list[Blocker]:
    """P3: the tenant ID is the organization's own commercial tenant ID.

    `answer` is the tenant directory's, which the caller got before any transaction (`ask_directory`); one about
    another ID counts as none. Without an answer the ID passes: the form's checks record that, and a reviewer decides.
    """
    if not tenant_id:
        return [_wrong_tenant("missing", _("The form names no tenant ID."), partner, field)]
    kind = TenantKind(answer["kind"]) if answer.get("asked") == tenant_id else TenantKind.UNCHECKED
    cloud = {
        TenantKind.AZURE_GOVERNMENT: _("This is a tenant of Azure Government, not of the commercial cloud."),
        TenantKind.DOD: _("This is a tenant of Azure Government for the Department of Defense."),
        TenantKind.GCC: _(
            "This is a tenant of the Government Community Cloud. A partner applies with its commercial tenant."
        ),
        TenantKind.CHINA: _("This is a tenant of the China cloud (21Vianet)."),
        TenantKind.NOT_FOUND: _("No cloud knows a tenant with this ID."),
        TenantKind.MALFORMED: _("This is not a tenant ID."),
    }.get(kind)
    if cloud is not None:
        return [_wrong_tenant(kind.value, cloud, partner, field)]
    return own_tenant(partner, tenant_id, field=field)


def own_tenant(partner: Partner, tenant_id: str, *, field: str = "tenant_id") -> list[Blocker]:
    """P3 without the cloud: the tenant ID is the one that the organization is enrolled with."""
    if tenant_id == str(partner.tenant_id):
        return []
    sentence = _("This is not the tenant that %(name)s is enrolled with.") % {"name": partner.name}
    return [_wrong_tenant("not_yours", sentence, partner, field)]


def _wrong_tenant(why: str, sentence: str, partner: Partner, field: str) -> Blocker:
    return Blocker(
        f"P3.{why}",
        sentence,
        _(
            "Use your commercial tenant ID, %(tenant_id)s: it stands on the Organization profile as Microsoft ID."
        )
        % {"tenant_id": partner.tenant_id},
        to=("partners:profile", ()),
        url_label=_("Organization profile"),
        field=field,
    )


def not_qualified_yet(partner: Partner) -> list[Blocker]:
    """P4: a qualified partner need not apply; one whose qualification was revoked writes an e-mail first."""
    if partner.is_qualified:
        return [
            Blocker(
                "P4.qualified",
                _("%(name)s holds Government_Community_Cloud already.") % {"name": partner.name},
                _("You need not apply again."),
                to=LEGAL_INFO,
                url_label=_("Legal info"),
            )
        ]
    if partner.qualification == QualificationState.REVOKED:
        return [
            Blocker(
                "P4.revoked",
                _("The qualification of %(name)s was revoked.") % {"name": partner.name},
                _("Write to US Government Cloud Eligibility (%(address)s) before you apply again.")
                % {"address": settings.ELIGIBILITY_ADDRESS},
                to=LEGAL_INFO,
                url_label=_("Legal info"),
            )
        ]
    return []


def no_other_form(partner: Partner, form: PartnerForm | None = None) -> list[Blocker]:
    """P4: one open form an organization at a time."""
    others = partner.intake_forms.filter(state__in=OPEN_STATES)
    if form is not None:
        others = others.exclude(pk=form.pk)
    other = others.order_by("pk").first()
    if other is None:
        return []
    return [
        Blocker(
            "P4.open_form",
            _("%(name)s has an open intake form: %(reference)s.")
            % {"name": partner.name, "reference": other.reference},
            _("Go on with that one. A second form can be started when it is answered or withdrawn."),
            to=("partners:intake-status", (other.reference,)),
            url_label=_("Open the form"),
        )
    ]


def complete(form: PartnerForm) -> list[Blocker]:
    """P5: what is signed is complete."""
    answers = form.answers
    missing = [name for name in REQUIRED_ANSWERS if not answers.get(name)]
    if not missing:
        return []
    return [
        Blocker(
            "P5.incomplete",
            _("The form is not complete."),
            _("Fill in every step before you sign."),
            to=("partners:intake-start", ()),
            url_label=_("Go to the form"),
            field=missing[0],
        )
    ]


def holds_qualification(partner: Partner) -> list[Blocker]:
    """Return a blocker unless the partner holds Government_Community_Cloud (used by A1, C1, O1, R1).

    The blocker names the provider to an indirect reseller (P2), and to everybody else the way to apply.
    """
    if partner.is_qualified:
        return []
    if not partner.is_transacting:
        return transacting(partner)
    if partner.qualification == QualificationState.PENDING:
        way = _("Your intake form is being reviewed; the answer comes by e-mail.")
    elif partner.qualification == QualificationState.REVOKED:
        way = _("It was revoked. Write to US Government Cloud Eligibility (%(address)s).") % {
            "address": settings.ELIGIBILITY_ADDRESS
        }
    else:
        way = _("An admin agent applies for it with the partner intake form.")
    return [
        Blocker(
            "P4.not_qualified",
            _("%(name)s does not hold the reseller qualification Government_Community_Cloud.")
            % {"name": partner.name},
            way,
            to=LEGAL_INFO,
            url_label=_("Legal info"),
        )
    ]


def a_criterion(answers: Mapping[str, Any]) -> list[Blocker]:
    """Return a blocker where the answers claim none of the criteria (self-check and automatic review)."""
    if claimed_criteria(answers):
        return []
    return [
        Blocker(
            "SC.no_criterion",
            _("None of the criteria holds."),
            _(
                "One of the three is needed: without business with US government customers there is no approval."
            ),
            field="criteria",
        )
    ]


def can_apply(partner: Partner) -> list[Blocker]:
    """P1, P2, P4: enrolled, transacting, not qualified, no open form."""
    return [*can_be_pending(partner), *no_other_form(partner)]


@gate_of(Partner, "apply")
def can_be_pending(partner: Partner) -> list[Blocker]:
    """P1, P2, P4 without the open form: at this transition the partner's own form is open."""
    return [*enrolled(partner), *transacting(partner), *not_qualified_yet(partner)]


@gate_of(PartnerForm, "submit")
def can_submit(form: PartnerForm) -> list[Blocker]:
    """P1 to P5 at the signing."""
    partner = form.partner
    tenant_id = str(form.answers.get("tenant_id") or "")
    return [
        *can_be_pending(partner),
        *no_other_form(partner, form),
        *commercial_tenant(partner, tenant_id, form.kept_tenant_answer(tenant_id)),
        *complete(form),
    ]


@gate_of(PartnerForm, "approve")
def can_approve(form: PartnerForm, *, context: PartnerContext) -> list[Blocker]:
    """P1 to P3 at the approval, of what was signed last and of the partner as it is under the lock."""
    tenant_id = str(context.answers.get("tenant_id") or "")
    return [
        *can_be_qualified(context.partner),
        *commercial_tenant(context.partner, tenant_id, form.kept_tenant_answer(tenant_id)),
    ]


@gate_of(Partner, "qualify")
def can_be_qualified(partner: Partner) -> list[Blocker]:
    """P1, P2 of the partner alone."""
    return [*enrolled(partner), *transacting(partner)]
