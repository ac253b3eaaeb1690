"""The customers' part of the demo story. `docs/demo.md` lists the same names and IDs."""

from customers.demo import customers, story
from gcc_portal.identity.tenants.models import DirectoryTenant


def load() -> None:
    """Load the demo's tenants, forms, request and customers. Idempotent."""
    if DirectoryTenant.objects.filter(pk=story.TENANTS[0][0]).exists():
        return
    story.load()
    customers.load()
