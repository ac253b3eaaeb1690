"""Programs of Contoso and of a stranger; and a world that is built once for a file of tests."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings as portal_settings
from django.db import transaction

from gcc_portal.core.people.models import User
from partners.models import Partner
from tests.api.kit import Program, access_token, application
from tests.api.world import World, build
from tests.orders.conftest import bakery, county, e3, g3, g5, phone  # noqa: F401 - fixtures of the orders' room


@pytest.fixture
def program(contoso: Partner) -> Program:
    """Contoso's program that acts for itself."""
    return Program(access_token(application(contoso)))


@pytest.fixture
def person(contoso: Partner, admin: User) -> Program:
    """Contoso's program in the hands of its admin agent."""
    return Program(access_token(application(contoso, "app_user"), admin))


@pytest.fixture
def seller(contoso: Partner, sales: User) -> Program:
    """Contoso's program in the hands of its sales agent."""
    return Program(access_token(application(contoso, "app_user"), sales))


@pytest.fixture
def foreign(tailspin: Partner, stranger: User) -> Program:
    """Another partner's program in the hands of one of its agents."""
    return Program(access_token(application(tailspin, "app_user"), stranger))


@pytest.fixture(scope="module")
def built_world(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    """Build the world inside a transaction that ends with the file's last test."""
    outer = transaction.atomic()
    # As TestCase does: what insists on being outermost may run inside.
    outer._from_testcase = True  # type: ignore[attr-defined]
    with django_db_blocker.unblock():
        outer.__enter__()
        made = build()
    yield made
    with django_db_blocker.unblock():
        transaction.set_rollback(True)
        outer.__exit__(None, None, None)


@pytest.fixture
def api_world(built_world: World, db: None, settings: Any) -> World:
    """The world, at rates that are no limit; each test runs in a savepoint of it."""
    settings.API_RATES = dict.fromkeys(portal_settings.API_RATES, "1000000/minute")
    return built_world
