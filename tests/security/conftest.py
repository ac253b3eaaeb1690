"""Fixtures of the security tests: the data are written once, and each test runs in a savepoint that is rolled back."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import transaction
from django.test import override_settings

from tests.security.pages import Form
from tests.security.sending import all_forms, undone
from tests.security.world import World, build

# Rates so high that no test reaches them by accident.
RATES = dict.fromkeys(settings.ACCOUNT_RATE_LIMITS, "1000000/m/ip")


@pytest.fixture(scope="package")
def seeded(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[World, Path]]:
    """Write the data inside a transaction that ends with the folder's last test."""
    media = tmp_path_factory.mktemp("media")
    outer = transaction.atomic()
    # As Django's TestCase does: lets code with `durable=True` run inside.
    outer._from_testcase = True  # type: ignore[attr-defined]
    with django_db_blocker.unblock():
        outer.__enter__()
        with override_settings(MEDIA_ROOT=media):
            made = build()
    yield made, media
    with django_db_blocker.unblock():
        transaction.set_rollback(True)
        outer.__exit__(None, None, None)


@pytest.fixture
def world(seeded: tuple[World, Path], db: None, isolated: None, settings: Any) -> World:
    """The data, with rate limits that no test reaches."""
    made, settings.MEDIA_ROOT = seeded
    settings.ACCOUNT_RATE_LIMITS = RATES
    return made


@pytest.fixture(scope="package")
def forms(seeded: tuple[World, Path], django_db_blocker: Any) -> dict[str, Form]:
    """Every form of the product, by the path that it is sent to."""
    made, media = seeded
    with (
        django_db_blocker.unblock(),
        override_settings(ACCOUNT_RATE_LIMITS=RATES, MEDIA_ROOT=media),
        undone(),
    ):
        return all_forms(made)
