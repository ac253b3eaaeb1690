"""Who may order for whom: the partner, the relationship, the customer (O1, O2, P2)."""

from collections.abc import Sequence
from dataclasses import replace

from django.utils.translation import gettext as _

from customers.gates.segments import allowed_segments, has_agreement
from customers.models import Customer
from customers.states import QualificationKind
from gcc_portal.core.gates import Blocker
from orders.gates.context import OrderContext
from orders.models import Offer
from partners.gates.qualification import holds_qualification, transacting
from partners.models import Partner

GCC = QualificationKind.GOVERNMENT_COMMUNITY_CLOUD


def may_order(partner: Partner, customer: Customer, context: OrderContext) -> list[Blocker]:
    """O1, O3, P2 without the lines: return what stands between this partner and any order for this customer."""
    return [
        *partner_transacts(partner),
        *partner_is_qualified(partner),
        *relationship_is_active(customer, context),
        *customer_is_gcc(customer),
        *has_agreement(customer, agreed=context.has_agreed),
    ]


def partner_transacts(partner: Partner) -> list[Blocker]:
    """P2: return a blocker for an indirect reseller, whose indirect provider places its orders."""
    if not transacting(partner):
        return []
    provider = partner.provider.name if partner.provider else _("its indirect provider")
    return [
        Blocker(
            "P2.reseller_orders",
            _("%(partner)s is an indirect reseller and does not place orders itself.") % {"partner": partner},
            _("Ask %(provider)s to place the order for this customer.") % {"provider": provider},
            ("partners:profile", ()),
            _("Organization profile"),
        )
    ]


def partner_is_qualified(partner: Partner) -> list[Blocker]:
    """O1: return a blocker unless the partner holds the reseller qualification. A reseller is answered by P2."""
    if transacting(partner):
        return []
    return [replace(each, code="O1.partner_not_qualified") for each in holds_qualification(partner)]


def relationship_is_active(customer: Customer, context: OrderContext) -> list[Blocker]:
    """O1: return a blocker unless a reseller relationship is in force with the customer."""
    if context.is_related:
        return []
    return [
        Blocker(
            "O1.no_relationship",
            _("There is no active reseller relationship with %(customer)s.") % {"customer": customer},
            _("Request one; when the customer has accepted it you can order."),
            ("relationships:new", ()),
            _("Request a relationship"),
        )
    ]


def may_be_on_record(partner: Partner, mpn_id: str) -> list[Blocker]:
    """P2: return a blocker unless the MPN ID is that of an indirect reseller of the partner. Empty, it names nobody."""
    return may_all_be_on_record(partner, [mpn_id])[0]


def may_all_be_on_record(partner: Partner, mpn_ids: Sequence[str]) -> list[list[Blocker]]:
    """P2: return for each MPN ID what `may_be_on_record` says of it, with one query for all."""
    named: dict[str, set[int | None]] = {}
    named_ids = {each for each in mpn_ids if each}
    if named_ids:
        for mpn_id, provider in Partner.objects.filter(mpn_id__in=named_ids).values_list(
            "mpn_id", "provider_id"
        ):
            named.setdefault(mpn_id, set()).add(provider)
    return [_on_record(partner, each, named.get(each, set())) if each else [] for each in mpn_ids]


def _on_record(partner: Partner, mpn_id: str, providers: set[int | None]) -> list[Blocker]:
    if partner.pk in providers:
        return []
    way_out = _("Name the MPN ID of one of your indirect resellers, or none.")
    if mpn_id == partner.mpn_id:
        return [Blocker("P2.own_mpn", _("%(mpn)s is your own MPN ID.") % {"mpn": mpn_id}, way_out)]
    if providers:
        text = _("The partner with the MPN ID %(mpn)s is no indirect reseller of yours.")
        return [Blocker("P2.not_reseller", text % {"mpn": mpn_id}, way_out)]
    text = _("There is no partner with the MPN ID %(mpn)s.")
    return [Blocker("P2.unknown_mpn", text % {"mpn": mpn_id}, way_out)]


def customer_is_gcc(customer: Customer) -> list[Blocker]:
    """O1: return a blocker unless Government Community Cloud is among the customer's special qualifications."""
    kinds = customer.granted_kinds
    if GCC in kinds:
        return []
    held = ", ".join(str(QualificationKind(kind).label) for kind in sorted(kinds)) or _("None")
    return [
        Blocker(
            "O1.customer_not_gcc",
            _(
                "The special qualification of %(customer)s is %(held)s. An order here needs "
                "Government Community Cloud."
            )
            % {"customer": customer, "held": held},
            _(
                "If this organization is a government entity, ask it to fill in the customer eligibility form. With "
                "the validation ID that it gets, add it as a new customer; a program can also qualify this one, "
                "while it holds no commercial subscriptions. A tenant that holds some does not turn into a "
                "government one."
            ),
            ("customers:account", (customer.pk,)),
            _("See the account page"),
        )
    ]


def may_be_sold(offer: Offer, customer: Customer, line: int | None = None) -> list[Blocker]:
    """O2: return a blocker unless the customer's special qualifications allow the offer's segment."""
    allowed = allowed_segments(customer.granted_kinds)
    if offer.segment in allowed:
        return []
    return [
        Blocker(
            "O2.segment",
            _("%(offer)s is a %(segment)s offer, and %(customer)s can't be sold one.")
            % {"offer": offer, "segment": offer.get_segment_display().lower(), "customer": customer},
            _("Choose from this customer's catalog: it shows what its special qualification allows."),
            ("orders:catalog", (customer.pk,)),
            _("Open the catalog"),
            line=line,
        )
    ]
