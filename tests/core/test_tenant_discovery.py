"""Finding the cloud of a tenant, with hosts that answer as the documented ones do (P3)."""

import json
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.cache import cache
from django.core.exceptions import ImproperlyConfigured

from gcc_portal.identity.tenants.directory import tenant_directory
from gcc_portal.identity.tenants.kinds import TenantAnswer, TenantKind
from gcc_portal.identity.tenants.live import LiveDirectory
from tests.core.sign_in_hosts import (
    CHINA,
    US_GOVERNMENT,
    SignInHost,
    as_json,
    document,
    dripping,
    nobody_listens,
    raw,
    refusal,
    serving,
    silence,
    tenant,
)

TENANT = "11111111-aaaa-4bbb-8ccc-000000000001"
OTHER = "22222222-aaaa-4bbb-8ccc-000000000002"
DOMAIN = "harborview.onmicrosoft.com"

pytestmark = pytest.mark.django_db


@pytest.fixture
def hosts(settings, monkeypatch) -> Iterator[tuple[SignInHost, SignInHost]]:
    """The worldwide and the US Government host. They answer "no such tenant" unless a test sets another answer."""
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    cache.clear()
    with serving() as worldwide, serving() as government:
        settings.TENANT_DISCOVERY_HOSTS = [worldwide.url, government.url]
        settings.TENANT_DISCOVERY_TIMEOUT = 5
        yield worldwide, government
    cache.clear()


@pytest.fixture
def released() -> Iterator[threading.Event]:
    event = threading.Event()
    yield event
    event.set()


def find(identifier: str = TENANT) -> TenantAnswer:
    return LiveDirectory().find(identifier)


@pytest.mark.parametrize(
    ("fields", "kind"),
    [
        pytest.param({}, TenantKind.COMMERCIAL, id="commercial"),
        pytest.param({"region": "EU"}, TenantKind.COMMERCIAL, id="commercial in Europe"),
        pytest.param({"region": "WW"}, TenantKind.COMMERCIAL, id="commercial worldwide"),
        pytest.param({"sub_region": ""}, TenantKind.COMMERCIAL, id="empty sub scope"),
        pytest.param({"sub_region": "GCC"}, TenantKind.GCC, id="GCC"),
        pytest.param({"cloud": CHINA, "region": "CN"}, TenantKind.CHINA, id="China"),
        pytest.param(
            {"sub_region": "DODCON"}, TenantKind.UNKNOWN_CLOUD, id="a GCC High mark in the worldwide cloud"
        ),
        pytest.param({"sub_region": "NEW"}, TenantKind.UNKNOWN_CLOUD, id="a sub scope not known"),
        pytest.param(
            {"cloud": "sovcloud-identity.fr", "region": "FG"}, TenantKind.UNKNOWN_CLOUD, id="a new cloud"
        ),
        pytest.param(
            {"cloud": CHINA, "region": "USGov"}, TenantKind.UNKNOWN_CLOUD, id="fields that contradict"
        ),
        pytest.param({"region": None}, TenantKind.UNKNOWN_CLOUD, id="no region"),
        pytest.param({"cloud_instance_name": ""}, TenantKind.UNKNOWN_CLOUD, id="no cloud"),
        pytest.param({"cloud_instance_name": 7}, TenantKind.UNKNOWN_CLOUD, id="a cloud that is no text"),
        pytest.param(
            {"tenant_region_sub_scope": ["GCC"]}, TenantKind.UNKNOWN_CLOUD, id="a sub scope that is no text"
        ),
    ],
)
def test_the_worldwide_host_alone_is_asked_unless_it_is_government(
    hosts, fields: dict[str, Any], kind
) -> None:
    worldwide, government = hosts
    worldwide.answers[TENANT] = tenant(TENANT, **fields)
    answer = find()
    assert answer.kind is kind
    assert answer.tenant_id == TENANT
    assert answer.source == "discovery"
    assert worldwide.paths == [f"/{TENANT}/v2.0/.well-known/openid-configuration"]
    assert government.requested == []


@pytest.mark.parametrize(
    ("fields", "kind"),
    [
        pytest.param({"sub_region": "DODCON"}, TenantKind.AZURE_GOVERNMENT, id="GCC High"),
        pytest.param({}, TenantKind.AZURE_GOVERNMENT, id="Azure Government without sub scope"),
        pytest.param({"region": "USG"}, TenantKind.AZURE_GOVERNMENT, id="an old tenant"),
        pytest.param({"sub_region": "DOD"}, TenantKind.DOD, id="DoD"),
        pytest.param({"region": "DOD"}, TenantKind.DOD, id="an old DoD tenant"),
        pytest.param(
            {"sub_region": "GCC"}, TenantKind.UNKNOWN_CLOUD, id="a GCC mark in the US Government cloud"
        ),
        pytest.param({"cloud": "microsoftonline.com"}, TenantKind.AZURE_GOVERNMENT, id="by the region alone"),
    ],
)
@pytest.mark.parametrize("worldwide_says", ["the same", "not found", "another cloud"])
def test_a_government_tenant_is_told_by_its_fields_whichever_host_answers(
    hosts, fields: dict[str, Any], kind, worldwide_says: str
) -> None:
    worldwide, government = hosts
    answer = tenant(TENANT, **{"cloud": US_GOVERNMENT, "region": "USGov", **fields})
    government.answers[TENANT] = answer
    worldwide.answers[TENANT] = {
        "the same": answer,
        "not found": refusal(90002),
        "another cloud": refusal(90038),
    }[worldwide_says]
    assert find().kind is kind


def test_the_worldwide_host_can_tell_of_a_government_tenant_that_the_other_cannot(hosts) -> None:
    worldwide, government = hosts
    worldwide.answers[TENANT] = tenant(TENANT, US_GOVERNMENT, "USGov", "DODCON")
    government.answers[TENANT] = raw(503, b"")
    assert find().kind is TenantKind.AZURE_GOVERNMENT
    assert government.requested == [TENANT]


def test_a_domain_gives_the_tenants_guid(hosts) -> None:
    worldwide, _government = hosts
    worldwide.answers[DOMAIN] = tenant(TENANT.upper())
    answer = find("  HarborView.OnMicrosoft.com ")
    assert (answer.kind, answer.tenant_id, answer.domain) == (TenantKind.COMMERCIAL, TENANT, DOMAIN)


def test_two_tenants_of_one_name_are_left_to_a_reviewer(hosts) -> None:
    worldwide, government = hosts
    worldwide.answers[DOMAIN] = tenant(TENANT, US_GOVERNMENT, "USGov", "DODCON")
    government.answers[DOMAIN] = tenant(OTHER, US_GOVERNMENT, "USGov", "DODCON")
    answer = find(DOMAIN)
    assert answer.kind is TenantKind.AMBIGUOUS
    assert answer.tenant_id is None


@pytest.mark.parametrize("first", [tenant(TENANT, US_GOVERNMENT, "USGov"), refusal(90002), refusal(90038)])
def test_hosts_that_contradict_each_other_are_left_to_a_reviewer(hosts, first) -> None:
    worldwide, government = hosts
    worldwide.answers[TENANT] = first
    government.answers[TENANT] = tenant(TENANT)
    assert find().kind is TenantKind.AMBIGUOUS


def test_not_found_needs_both_hosts(hosts) -> None:
    worldwide, government = hosts
    worldwide.answers[TENANT] = refusal(90002, error="invalid_request")
    answer = find()
    assert answer.kind is TenantKind.NOT_FOUND
    assert answer.tenant_id == TENANT
    assert worldwide.requested == government.requested == [TENANT]
    assert "90002" in answer.detail


def test_a_tenant_of_another_national_cloud_is_never_called_missing(hosts) -> None:
    worldwide, government = hosts
    worldwide.answers[TENANT] = refusal(90038)
    assert find().kind is TenantKind.UNKNOWN_CLOUD
    assert government.requested == [TENANT]


@pytest.mark.parametrize("code", [900021, 900023])
def test_what_the_host_calls_malformed_is_malformed(hosts, code: int) -> None:
    worldwide, _government = hosts
    worldwide.answers[TENANT] = refusal(code)
    assert find().kind is TenantKind.MALFORMED


TELLS_NOTHING = [
    pytest.param(refusal(50059), id="a code about something else"),
    pytest.param(refusal(900382), id="a cross-cloud client"),
    pytest.param(refusal(700016), id="an application problem"),
    pytest.param(refusal(90002, 50059), id="not found and something else"),
    pytest.param(refusal("90002"), id="a code that is no number"),
    pytest.param(refusal(), id="no code"),
    pytest.param(as_json(400, ["no object"]), id="a refusal that is a list"),
    pytest.param(as_json(400, {"error": "invalid_tenant"}), id="a refusal without codes"),
    pytest.param(raw(429, b"{}", **{"Retry-After": "10"}), id="too many requests"),
    pytest.param(raw(500, b'{"error_codes": [90002]}'), id="a server error"),
    pytest.param(raw(404, b'{"error_codes": [90002]}'), id="not there"),
    pytest.param(raw(200, b"<html>Sign in to the hotel's network</html>"), id="a captive portal"),
    pytest.param(raw(200, b'{"issuer": '), id="JSON cut short"),
    pytest.param(raw(200, b"\xff\xfe{}"), id="not UTF-8"),
    pytest.param(raw(200, b"[" * 60_000), id="JSON nested too deeply"),
    pytest.param(as_json(200, ["no object"]), id="a list"),
    pytest.param(as_json(200, {}), id="an empty document"),
    pytest.param(as_json(200, {"issuer": 7}), id="an issuer that is no text"),
    pytest.param(tenant(OTHER), id="another tenant's document"),
    pytest.param(as_json(200, {**document(TENANT), "padding": "x" * 70_000}), id="too long"),
]


@pytest.mark.parametrize("nothing", TELLS_NOTHING)
def test_no_clear_answer_is_could_not_check(hosts, nothing) -> None:
    worldwide, government = hosts
    worldwide.answers[TENANT] = nothing
    answer = find()
    assert answer.kind is TenantKind.UNCHECKED
    assert answer.tenant_id == TENANT
    assert government.requested == []


@pytest.mark.parametrize("nothing", TELLS_NOTHING)
def test_not_found_on_one_host_and_no_clear_answer_of_the_other_is_not_not_found(hosts, nothing) -> None:
    _worldwide, government = hosts
    government.answers[TENANT] = nothing
    assert find().kind is TenantKind.UNCHECKED


def test_a_redirect_is_not_followed(hosts) -> None:
    worldwide, government = hosts
    government.answers[TENANT] = tenant(TENANT)
    target = f"{government.url}/{TENANT}/v2.0/.well-known/openid-configuration"
    worldwide.answers[TENANT] = raw(302, b"", Location=target)
    assert find().kind is TenantKind.UNCHECKED
    assert government.requested == []


def test_a_host_that_is_silent_could_not_be_checked(hosts, settings, released) -> None:
    worldwide, _government = hosts
    settings.TENANT_DISCOVERY_TIMEOUT = 0.2
    worldwide.answers[TENANT] = silence(released)
    answer = find()
    assert answer.kind is TenantKind.UNCHECKED
    assert "in time" in answer.detail


def test_a_host_that_drips_is_left_at_the_deadline(hosts, settings, released) -> None:
    worldwide, _government = hosts
    settings.TENANT_DISCOVERY_TIMEOUT = 0.2
    worldwide.answers[TENANT] = dripping(released)
    assert find().kind is TenantKind.UNCHECKED


def test_a_host_that_is_down_could_not_be_checked(hosts, settings) -> None:
    settings.TENANT_DISCOVERY_HOSTS = [nobody_listens(), hosts[1].url]
    answer = find()
    assert answer.kind is TenantKind.UNCHECKED
    assert "could not be reached" in answer.detail


def test_a_byte_order_mark_does_no_harm(hosts) -> None:
    worldwide, _government = hosts
    body = raw(200, b"\xef\xbb\xbf" + json.dumps(document(TENANT, sub_region="GCC")).encode())
    worldwide.answers[TENANT] = body
    assert find().kind is TenantKind.GCC


def test_a_document_that_names_no_tenant_is_an_unknown_cloud(hosts) -> None:
    worldwide, _government = hosts
    worldwide.answers[DOMAIN] = tenant("{tenantid}")
    answer = find(DOMAIN)
    assert (answer.kind, answer.tenant_id) == (TenantKind.UNKNOWN_CLOUD, None)


@pytest.mark.parametrize(
    "typed",
    ["", "contoso", "../common", "a/b.example", "a\\b.example", "two words.example", "https://contoso.example",
     "00000000-0000-0000-0000-000000000000", "x" * 3000, "\x00", "common?x=1"],
)  # fmt: skip
def test_malformed_input_is_told_without_asking_anybody(hosts, typed: str) -> None:
    answer = find(typed)
    assert answer.kind is TenantKind.MALFORMED
    assert hosts[0].requested == hosts[1].requested == []


def test_the_record_says_what_was_asked_and_what_came_back(hosts) -> None:
    worldwide, _government = hosts
    worldwide.answers[TENANT] = refusal(90002)
    hosts[1].answers[TENANT] = tenant(TENANT, US_GOVERNMENT, "USGov", "DODCON")
    record = find().as_record()
    for said in (
        TENANT,
        worldwide.url.removeprefix("http://"),
        "90002",
        "microsoftonline.us",
        "USGov",
        "DODCON",
    ):
        assert said in record["detail"]
    assert record["kind"] == "azure_government"
    assert record["asked_at"].endswith("+00:00")


def test_what_was_found_is_kept_for_a_day(hosts, time_machine) -> None:
    worldwide, _government = hosts
    time_machine.move_to("2026-03-02T10:00:00+00:00")
    worldwide.answers[TENANT] = tenant(TENANT)
    first = find()
    time_machine.move_to("2026-03-03T09:59:00+00:00")
    assert find() == first
    assert worldwide.requested == [TENANT]
    time_machine.move_to("2026-03-03T10:01:00+00:00")
    assert find().asked_at > first.asked_at
    assert worldwide.requested == [TENANT, TENANT]


def test_not_found_is_kept_for_minutes_and_no_answer_not_at_all(hosts, time_machine) -> None:
    worldwide, _government = hosts
    time_machine.move_to("2026-03-02T10:00:00+00:00")
    worldwide.answers[TENANT] = raw(500, b"")
    assert find().kind is TenantKind.UNCHECKED
    worldwide.answers[TENANT] = refusal(90002)
    assert find().kind is TenantKind.NOT_FOUND
    worldwide.answers[TENANT] = tenant(TENANT)
    assert find().kind is TenantKind.NOT_FOUND
    time_machine.move_to("2026-03-02T10:06:00+00:00")
    assert find().kind is TenantKind.COMMERCIAL


def test_a_host_of_another_scheme_is_a_configuration_error(hosts, settings) -> None:
    settings.TENANT_DISCOVERY_HOSTS = ["file:///etc"]
    with pytest.raises(ImproperlyConfigured, match="TENANT_DISCOVERY_HOSTS"):
        find()


def test_the_setting_chooses_the_directory(settings) -> None:
    settings.TENANT_DIRECTORY = "live"
    assert type(tenant_directory()).__name__ == "LiveDirectory"
    settings.TENANT_DIRECTORY = "demo"
    assert type(tenant_directory()).__name__ == "DemoDirectory"
    settings.TENANT_DIRECTORY = "neither"
    with pytest.raises(ImproperlyConfigured, match="TENANT_DIRECTORY"):
        tenant_directory()
