"""The catalogue as one customer has it (O2)."""

from django.db.models import Case, Q, QuerySet, When
from django.http import Http404

from customers.gates import allowed_segments
from customers.models import Customer
from orders.models import Kind, Offer

WORDS_READ = 8
SUITES_FIRST = Case(When(category="Productivity suites", kind=Kind.BASE, then=0), default=1)


def offers_for(customer: Customer) -> QuerySet[Offer]:
    """O2: return the offers for sale in the segments that the customer's special qualification allows.

    What most begin with comes first, the suites; then the other categories, each by title.
    """
    segments = allowed_segments(customer.granted_kinds)
    return Offer.objects.filter(is_active=True, segment__in=segments).order_by(
        SUITES_FIRST, "category", "sku_title", "pk"
    )


def searched(offers: QuerySet[Offer], text: str) -> QuerySet[Offer]:
    """Return the offers in which each word of the text occurs: in titles, description, category or string ID."""
    for word in text.split()[:WORDS_READ]:
        offers = offers.filter(
            Q(title__icontains=word)
            | Q(sku_title__icontains=word)
            | Q(description__icontains=word)
            | Q(category__icontains=word)
            | Q(string_id__icontains=word)
        )
    return offers


def with_term(offers: QuerySet[Offer], term: str) -> QuerySet[Offer]:
    """Return the offers that are sold with the term."""
    return offers.filter(terms__contains=[term])


def categories_of(offers: QuerySet[Offer]) -> list[str]:
    """Return the categories that these offers are in, sorted."""
    named = offers.exclude(category="").order_by("category")
    return list(named.values_list("category", flat=True).distinct())


def segments_of(customer: Customer) -> list[str]:
    """Return the segments that the customer may be sold (O2), sorted."""
    return sorted(allowed_segments(customer.granted_kinds))


def offer_or_404(pk: int) -> Offer:
    """Return an offer of any segment, for sale or not: what may be done with it the gates say. Raises `Http404`."""
    offer = Offer.objects.prefetch_related("prerequisites").filter(pk=pk).first() if 0 < pk < 2**63 else None
    if offer is None:
        raise Http404
    return offer
