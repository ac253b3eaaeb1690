"""Probes: the process, and each thing it stands on."""

from typing import Any

import pytest
from django.db import DatabaseError
from django.test import Client
from kombu.exceptions import OperationalError

from gcc_portal.operations import health


def test_healthz_asks_nothing(client: Client) -> None:
    assert client.get("/healthz").json() == {"status": "ok"}


@pytest.fixture
def well(monkeypatch: pytest.MonkeyPatch) -> None:
    """A worker that answers: none runs in this test."""
    monkeypatch.setattr(health.app.control, "ping", lambda **_options: [{"worker@here": {"ok": "pong"}}])


def test_readyz_is_well(client: Client, db: None, well: None) -> None:
    answer = client.get("/readyz")
    assert answer.status_code == 200
    assert set(answer.json()["parts"].values()) == {"ok"}


def test_no_worker(client: Client, db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health.app.control, "ping", lambda **_options: [])
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["parts"]["worker"].startswith("none answered")
    assert answer.json()["parts"]["database"] == "ok"


def test_no_broker(client: Client, db: None, well: None, monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(**_options: Any) -> None:
        raise OperationalError("connection refused")

    monkeypatch.setattr(health.app, "connection_for_write", gone)
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["parts"]["broker"] == "does not answer: OperationalError"


def test_no_database(client: Client, db: None, well: None, monkeypatch: pytest.MonkeyPatch) -> None:
    class Gone:
        def cursor(self) -> None:
            raise DatabaseError("gone")

    monkeypatch.setattr(health, "connection", Gone())
    monkeypatch.setitem(health.PROBES, "migrations", lambda: "")
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["parts"]["database"] == "does not answer: DatabaseError"


def test_pending_migrations(client: Client, db: None, well: None, monkeypatch: pytest.MonkeyPatch) -> None:
    class Migration:
        app_label, name = "orders", "0099_later"

    monkeypatch.setattr(health.MigrationExecutor, "migration_plan", lambda *_args: [(Migration, False)])
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["parts"]["migrations"] == "orders.0099_later"
