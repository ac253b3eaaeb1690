"""Loading a catalogue."""

from dataclasses import dataclass
from pathlib import Path

from django.db import transaction
from django.utils.translation import gettext as _

from orders.catalog_import import BadCatalog, Row, read_catalog
from orders.models import Offer

FIELDS = (
    "availability_id", "title", "sku_title", "description", "category", "segment", "kind", "string_id", "sku_guid",
    "terms", "billing_cycles", "unit", "min_quantity", "max_quantity", "price_cents", "is_active",
)  # fmt: skip
SHIPPED = Path(__file__).resolve().parent.parent / "data" / "gcc-catalog.csv"


@dataclass(frozen=True)
class Counts:
    """What an import changed."""

    created: int
    updated: int
    unchanged: int
    withdrawn: int


@transaction.atomic
def import_catalog(path: Path) -> Counts:
    """Make the catalogue what the file says; return the counts.

    An offer that the file lacks is no longer sold; none is deleted, since orders tell of it. Raises `BadCatalog`,
    and then nothing is changed.
    """
    rows = read_catalog(path)
    # All of them: two imports at once follow each other.
    known = {
        (each.product_id, each.sku_id): each for each in Offer.objects.select_for_update().order_by("pk")
    }
    _keep_segments(rows, known)
    created = [
        Offer(product_id=row.product_id, sku_id=row.sku_id, **_values_of(row))
        for row in rows
        if row.key not in known
    ]
    updated = []
    for row in rows:
        offer = known.get(row.key)
        if offer is not None and any(
            getattr(offer, name) != value for name, value in _values_of(row).items()
        ):
            for name, value in _values_of(row).items():
                setattr(offer, name, value)
            updated.append(offer)
    Offer.objects.bulk_create(created)
    Offer.objects.bulk_update(updated, FIELDS)
    listed = {row.key for row in rows}
    gone = [offer.pk for key, offer in known.items() if key not in listed and offer.is_active]
    Offer.objects.filter(pk__in=gone).update(is_active=False)
    _set_prerequisites(
        rows, {(each.product_id, each.sku_id): each.pk for each in [*known.values(), *created]}
    )
    return Counts(len(created), len(updated), len(rows) - len(created) - len(updated), len(gone))


def _values_of(row: Row) -> dict[str, object]:
    return {name: getattr(row, name) for name in FIELDS}


def _keep_segments(rows: list[Row], known: dict[tuple[str, str], Offer]) -> None:
    """Refuse a file that moves an offer to another segment: what was sold as one thing would become another (O2)."""
    moved = [row for row in rows if row.key in known and known[row.key].segment != row.segment]
    if moved:
        text = _(
            "Line %(line)d, segment: this offer is a %(segment)s offer already; a new one needs a new ID."
        )
        raise BadCatalog([text % {"line": row.line, "segment": known[row.key].segment} for row in moved])


def _set_prerequisites(rows: list[Row], ids: dict[tuple[str, str], int]) -> None:
    """Make the prerequisites those of the file, with three statements however many there are."""
    through = Offer.prerequisites.through
    by_string_id = {row.string_id: ids[row.key] for row in rows if row.string_id}
    in_file = {(ids[row.key], by_string_id[name]) for row in rows for name in row.prerequisites}
    listed = [ids[row.key] for row in rows]
    stored = {
        (each.from_offer_id, each.to_offer_id): each.pk
        for each in through.objects.filter(from_offer_id__in=listed)
    }
    through.objects.filter(pk__in=[pk for pair, pk in stored.items() if pair not in in_file]).delete()
    through.objects.bulk_create(
        through(from_offer_id=addon, to_offer_id=base) for addon, base in sorted(in_file - stored.keys())
    )
