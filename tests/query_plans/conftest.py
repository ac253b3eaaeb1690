"""A database of its own with 100,000 rows, made once for all plans."""

import contextlib
from collections.abc import Iterator
from typing import Any

import psycopg2
import pytest
from django.db import connection

from gcc_portal.core.people.actors import Actor
from gcc_portal.core.people.models import User
from tests import factories
from tests.query_plans import rows


@pytest.fixture(scope="package")
def many_rows(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """Work on a copy of the test database that holds 100,000 rows of each kind; take it away in the end."""
    test = str(connection.settings_dict["NAME"])
    many = f"{test}_many"
    with django_db_blocker.unblock():
        connection.close()  # a database in use can't be copied
        _manage(
            f'DROP DATABASE IF EXISTS "{many}" WITH (FORCE)', f'CREATE DATABASE "{many}" TEMPLATE "{test}"'
        )
        try:
            rows.fill(many)
            connection.settings_dict["NAME"] = many
            yield
        finally:
            connection.close()
            connection.settings_dict["NAME"] = test
            _manage(f'DROP DATABASE "{many}" WITH (FORCE)')


def _manage(*statements: str) -> None:
    settings = connection.settings_dict
    raw = psycopg2.connect(
        dbname="postgres", user=settings["USER"], host=settings["HOST"], port=settings["PORT"] or None
    )
    raw.autocommit = True
    with contextlib.closing(raw), raw.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


@pytest.fixture
def agent(many_rows: None, db: None) -> Actor:
    """The first partner's admin agent."""
    return factories.actor(User.objects.get(email="admin@bench.example"))


@pytest.fixture
def reader(many_rows: None, db: None) -> Actor:
    """The reviewer."""
    return factories.actor(User.objects.get(email="reviewer@bench.example"))
