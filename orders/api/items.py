"""What orders and subscriptions are of: an item of the catalogue, by the three parts of its ID."""

from dataclasses import dataclass

from gcc_portal.api.schema import Link, link
from gcc_portal.identity.postal import COUNTRY


@dataclass(frozen=True)
class SoldItem:
    """A catalogue item ID in its parts, and where each of them stands."""

    product_id: str
    sku_id: str
    availability_id: str

    @property
    def product(self) -> Link:
        """Return the link to the product."""
        return link(f"/products/{self.product_id}", country=COUNTRY)

    @property
    def sku(self) -> Link:
        """Return the link to the SKU."""
        return link(f"/products/{self.product_id}/skus/{self.sku_id}", country=COUNTRY)

    @property
    def availability(self) -> Link:
        """Return the link to the availability."""
        here = f"/products/{self.product_id}/skus/{self.sku_id}/availabilities/{self.availability_id}"
        return link(here, country=COUNTRY)


def item_of(catalog_item_id: str) -> SoldItem:
    """Return the item that an ID of the form `product:SKU:availability` names."""
    return SoldItem(*catalog_item_id.split(":"))
