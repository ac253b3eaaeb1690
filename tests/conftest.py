"""Fixtures of all tests: partners and their agents, a reviewer, actors, signed-in clients."""

import itertools
import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client

from gcc_portal.celery import app
from gcc_portal.core.limits import limiter
from gcc_portal.core.people.actors import Actor
from gcc_portal.core.people.models import User
from partners.models import Partner
from tests import factories

# Parts of a test's name that differ from process to process: a moment, an address in memory, a random GUID.
UNSTABLE = re.compile(
    r"datetime\(|0x[0-9a-f]{6,}|[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Refuse tests whose names differ from run to run: pytest-xdist needs the same names in all workers."""
    unstable = [
        item.nodeid
        for item in items
        for found in UNSTABLE.findall(item.nodeid)
        if "-0000-4000-8000-" not in found and found not in item.path.read_text()
    ]
    if unstable:
        raise pytest.UsageError(f"name these by ids= that stay the same: {unstable[:5]}")


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> None:
    """Let the flush between transactional tests empty the audit table; `test_audit` tests the trigger against it."""
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute("ALTER TABLE gcc_portal_auditentry DISABLE TRIGGER audit_not_emptied")


@pytest.fixture(scope="session")
def media_folders(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Return names of folders, each made when a test first writes to it: making one for each test takes seconds."""
    base = tmp_path_factory.mktemp("media")
    return (base / str(number) for number in itertools.count())


@pytest.fixture(autouse=True)
def isolated(settings: Any, media_folders: Iterator[Path]) -> Iterator[None]:
    """Give each test an empty cache, fresh rate limits, and its own folder for files."""
    settings.MEDIA_ROOT = next(media_folders)
    cache.clear()
    limiter().storage.reset()
    yield
    cache.clear()


@pytest.fixture
def eager() -> Iterator[None]:
    """Run Celery tasks at once, in this process."""
    app.conf.update(task_always_eager=True, task_eager_propagates=True)
    yield
    app.conf.update(task_always_eager=False, task_eager_propagates=False)


@pytest.fixture
def commits(
    django_capture_on_commit_callbacks: Callable[..., AbstractContextManager[Any]],
) -> Callable[[], AbstractContextManager[Any]]:
    """Return a context at whose end the on-commit callbacks run: `with commits(): ...`."""
    return lambda: django_capture_on_commit_callbacks(execute=True)


@pytest.fixture
def contoso(db: None) -> Partner:
    """A qualified direct bill partner."""
    return factories.partner("Contoso Cloud", qualification="qualified")


@pytest.fixture
def tailspin(db: None) -> Partner:
    """Another qualified partner, which must not see what is Contoso's."""
    return factories.partner("Tailspin Gov Services", qualification="qualified")


@pytest.fixture
def fabrikam(db: None) -> Partner:
    """An indirect provider that is not qualified."""
    return factories.partner("Fabrikam Distribution", role="indirect_provider")


@pytest.fixture
def northwind(fabrikam: Partner) -> Partner:
    """Fabrikam's indirect reseller."""
    return factories.partner("Northwind Resale", role="indirect_reseller", provider=fabrikam)


@pytest.fixture
def admin(contoso: Partner) -> User:
    """Contoso's admin agent."""
    return factories.agent(contoso, "admin_agent").user


@pytest.fixture
def sales(contoso: Partner) -> User:
    """Contoso's sales agent."""
    return factories.agent(contoso, "sales_agent").user


@pytest.fixture
def stranger(tailspin: Partner) -> User:
    """Tailspin's admin agent."""
    return factories.agent(tailspin, "admin_agent").user


@pytest.fixture
def reviewer(db: None) -> User:
    """A reviewer."""
    return factories.reviewer()


@pytest.fixture
def admin_actor(admin: User) -> Actor:
    """Contoso's admin agent as an actor on a page."""
    return factories.actor(admin)


@pytest.fixture
def sales_actor(sales: User) -> Actor:
    """Contoso's sales agent as an actor on a page."""
    return factories.actor(sales)


@pytest.fixture
def stranger_actor(stranger: User) -> Actor:
    """Tailspin's admin agent as an actor on a page."""
    return factories.actor(stranger)


@pytest.fixture
def reviewer_actor(reviewer: User) -> Actor:
    """The reviewer as an actor on a page."""
    return factories.actor(reviewer)


@pytest.fixture
def client_of() -> Callable[[User], Client]:
    """Return a signed-in client for a person."""

    def sign_in(user: User) -> Client:
        client = Client()
        client.force_login(user)
        return client

    return sign_in
