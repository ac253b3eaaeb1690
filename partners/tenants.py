"""What the tenant directory said of a tenant ID: asked while the person is on the page, remembered for the gate."""

from typing import TYPE_CHECKING, Any

from django.core.cache import cache

from gcc_portal.tenants.directory import tenant_directory

if TYPE_CHECKING:
    from partners.models import PartnerForm

REMEMBERED = 3600  # seconds: longer than it takes to sign, shorter than a tenant is likely to move


def ask(tenant_id: str) -> dict[str, Any]:
    """Ask the directory now and return its answer as plain values, with the ID that was asked (`asked`).

    May wait for the network: never called with a row locked. The answer is remembered for the gate (P3).
    """
    answer = {"asked": tenant_id, **tenant_directory().find(tenant_id).as_record()}
    cache.set(_key(tenant_id), answer, REMEMBERED)
    return answer


def answer_for(form: "PartnerForm", tenant_id: str) -> dict[str, Any]:
    """Return what is known of the form's tenant ID without asking anybody; {} when nothing is."""
    if form.tenant_answer.get("asked") == tenant_id:
        return dict(form.tenant_answer)
    return cache.get(_key(tenant_id)) or {}


def _key(tenant_id: str) -> str:
    return f"partner-tenant:{tenant_id.lower()}"
