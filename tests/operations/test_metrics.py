"""`/metrics`: who may read it, what it says, and that it says so when something is away."""

import tomllib
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError
from django.test import Client
from django.utils import timezone
from post_office.models import STATUS, Email
from prometheus_client.parser import text_string_to_metric_families
from redis.exceptions import ConnectionError as RedisGone

from gcc_portal.operations import metrics, workers
from gcc_portal.operations.queues import all_queues
from tests.intake import making

TOKEN = "a-token-of-more-than-twenty"
Key = tuple[str, tuple[tuple[str, str], ...]]


def figures(client: Client, **labels: str) -> dict[Key, float]:
    """Return what a scrape gives, by name and labels."""
    answer = client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
    assert answer.status_code == 200
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(answer.content.decode())
        for sample in family.samples
    }


def one(found: dict[Key, float], name: str, **labels: str) -> float:
    """Return one figure."""
    return found[(name, tuple(sorted(labels.items())))]


@pytest.fixture
def token(settings: Any) -> None:
    """A portal that others can reach, with a token."""
    settings.METRICS_TOKEN, settings.DEMO, settings.DEBUG = TOKEN, False, False


@pytest.mark.usefixtures("db")
class TestWhoMayRead:
    """The token; without one, only the demo's own machine."""

    @pytest.mark.parametrize(
        "sent", ["", "Bearer", "Bearer wrong", f"Basic {TOKEN}", f"Bearer {TOKEN}x", "Bearer é"]
    )
    def test_another_token_is_refused(self, client: Client, token: None, sent: str) -> None:
        answer = client.get("/metrics", headers={"Authorization": sent})
        assert answer.status_code == 401
        assert answer.headers["WWW-Authenticate"] == "Bearer"
        assert b"portal_" not in answer.content

    def test_the_token_opens(self, client: Client, token: None) -> None:
        answer = client.get("/metrics", headers={"Authorization": f"bearer {TOKEN}"})
        assert answer.status_code == 200
        assert answer.headers["Content-Type"].startswith("text/plain; version=")
        assert "no-store" in answer.headers["Cache-Control"]

    def test_no_token_set_is_closed_also_to_loopback(self, client: Client, settings: Any) -> None:
        settings.METRICS_TOKEN, settings.DEMO, settings.DEBUG = "", False, False
        assert client.get("/metrics", REMOTE_ADDR="127.0.0.1").status_code == 403

    @pytest.mark.parametrize(
        ("meta", "status"),
        [
            ({"REMOTE_ADDR": "127.0.0.1"}, 200),
            ({"REMOTE_ADDR": "::1"}, 200),
            ({"REMOTE_ADDR": "10.0.0.9"}, 403),
            ({"REMOTE_ADDR": ""}, 403),
            ({"REMOTE_ADDR": "127.0.0.1", "HTTP_X_FORWARDED_FOR": "10.0.0.9"}, 403),
            ({"REMOTE_ADDR": "127.0.0.1", "HTTP_VIA": "1.1 proxy"}, 403),
        ],
    )
    def test_the_demo_is_open_to_its_own_machine(
        self, client: Client, settings: Any, meta: dict[str, str], status: int
    ) -> None:
        settings.METRICS_TOKEN, settings.DEMO = "", True
        assert client.get("/metrics", **meta).status_code == status

    def test_a_demo_behind_proxies_is_closed(self, client: Client, settings: Any) -> None:
        settings.METRICS_TOKEN, settings.DEMO, settings.TRUSTED_PROXIES = "", True, 1
        assert client.get("/metrics", REMOTE_ADDR="127.0.0.1").status_code == 403

    def test_a_set_token_is_asked_for_in_the_demo_too(self, client: Client, settings: Any) -> None:
        settings.METRICS_TOKEN, settings.DEMO = TOKEN, True
        assert client.get("/metrics", REMOTE_ADDR="127.0.0.1").status_code == 401


@pytest.mark.usefixtures("db", "token")
def test_a_portal_at_rest(client: Client, at_work: None) -> None:
    found = figures(client)
    for queue in all_queues():
        assert one(found, "portal_queue_depth", queue=queue.key) == 0
        assert one(found, "portal_queue_lag_seconds", queue=queue.key) == 0
        assert one(found, "portal_queue_pace", queue=queue.key, pace="keeping_up") == 1
    assert one(found, "portal_database_up") == one(found, "portal_redis_up") == 1
    assert one(found, "portal_workers") == 1
    assert one(found, "portal_broker_tasks", state="waiting") == 0


@pytest.mark.usefixtures("db", "token")
def test_what_waits(client: Client, at_work: None) -> None:
    now = timezone.now()
    for minutes in (20, 10, 2):
        making.due_form(now - timedelta(minutes=minutes))
    for status, seconds in (
        (STATUS.queued, 0),
        (STATUS.requeued, -400),
        (STATUS.requeued, 500),
        (STATUS.failed, 0),
    ):
        moment = now + timedelta(seconds=seconds) if seconds else None
        Email.objects.create(
            from_email="a@b.example", to=["c@d.example"], status=status, scheduled_time=moment
        )
    found = figures(client)
    assert one(found, "portal_queue_depth", queue="answers") == 3
    assert 1195 < one(found, "portal_queue_lag_seconds", queue="answers") < 1300
    assert one(found, "portal_queue_pace", queue="answers", pace="behind") == 1
    assert one(found, "portal_queue_pace", queue="answers", pace="keeping_up") == 0
    assert one(found, "portal_queue_depth", queue="mails") == 2
    assert 395 < one(found, "portal_queue_lag_seconds", queue="mails") < 500
    assert one(found, "portal_queue_failed", queue="mails", kind="failed") == 1


@pytest.mark.usefixtures("db", "token")
def test_redis_away_is_a_figure(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(*_args: object) -> None:
        raise RedisGone("refused")

    monkeypatch.setattr(workers, "_ask", gone)
    monkeypatch.setattr(workers.cache, "get", lambda _key: None)
    found = figures(client)
    assert one(found, "portal_redis_up") == 0
    assert one(found, "portal_database_up") == 1
    assert one(found, "portal_queue_pace", queue="mails", pace="stopped") == 1
    assert not [key for key in found if key[0] == "portal_workers"]


@pytest.mark.usefixtures("db", "token", "at_work")
def test_a_database_away_is_a_figure_and_no_half_of_the_queues(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(*_args: object, **_more: object) -> None:
        raise DatabaseError("gone")

    monkeypatch.setattr(metrics, "queue_states", gone)
    found = figures(client)
    assert one(found, "portal_database_up") == 0
    assert one(found, "portal_redis_up") == 1
    assert not [key for key in found if key[0].startswith("portal_queue")]


def test_the_version_is_the_projects() -> None:
    project = tomllib.loads((Path(__file__).resolve().parents[2] / "pyproject.toml").read_text())
    assert project["project"]["version"] == metrics.VERSION
