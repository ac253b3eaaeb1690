"""The portal's own directory: the demo's tenants, and in live mode those that the portal made."""

import pytest

from gcc_portal.identity.tenants.demo import DemoDirectory
from gcc_portal.identity.tenants.kinds import TenantKind
from gcc_portal.identity.tenants.live import LiveDirectory
from gcc_portal.identity.tenants.models import DirectoryTenant
from tests.core.sign_in_hosts import nobody_listens

TENANT = "11111111-aaaa-4bbb-8ccc-000000000001"
DOMAIN = "harborview.onmicrosoft.com"

pytestmark = pytest.mark.django_db


def tenant(**changes: object) -> DirectoryTenant:
    fields = {"tenant_id": TENANT, "domain": DOMAIN, "kind": "gcc", "organization_name": "City of Harborview"}
    return DirectoryTenant.objects.create(**{**fields, **changes})


@pytest.mark.parametrize("kind", ["commercial", "gcc", "azure_government", "dod", "china"])
def test_a_tenant_is_found_by_its_guid_and_by_its_domain(kind: str) -> None:
    tenant(kind=kind, special_qualifications=["government_community_cloud"])
    for asked in (TENANT, f"{{{TENANT.upper()}}}", DOMAIN, " HARBORVIEW.onmicrosoft.com "):
        answer = DemoDirectory().find(asked)
        assert answer.kind == TenantKind(kind)
        assert (answer.tenant_id, answer.domain) == (TENANT, DOMAIN)
        assert answer.organization_name == "City of Harborview"
        assert answer.special_qualifications == ("government_community_cloud",)


def test_unknown_is_not_found_and_malformed_is_malformed() -> None:
    answer = DemoDirectory().find(TENANT)
    assert (answer.kind, answer.tenant_id) == (TenantKind.NOT_FOUND, TENANT)
    answer = DemoDirectory().find("nobody.example")
    assert (answer.kind, answer.tenant_id, answer.domain) == (TenantKind.NOT_FOUND, None, "nobody.example")
    for typed in ("", "\x00", "contoso", "00000000-0000-0000-0000-000000000000", "'; drop table"):
        assert DemoDirectory().find(typed).kind is TenantKind.MALFORMED


def test_a_tenant_marked_unreachable_could_not_be_checked() -> None:
    tenant(unreachable=True)
    answer = DemoDirectory().find(TENANT)
    assert answer.kind is TenantKind.UNCHECKED
    assert answer.organization_name is None


def test_live_knows_the_portals_own_tenants_without_asking_a_host(settings) -> None:
    settings.TENANT_DISCOVERY_HOSTS = [nobody_listens()]
    settings.TENANT_DISCOVERY_TIMEOUT = 1
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}}
    tenant()
    assert LiveDirectory().find(TENANT).kind is TenantKind.GCC
    assert LiveDirectory().find("another.onmicrosoft.com").kind is TenantKind.UNCHECKED
