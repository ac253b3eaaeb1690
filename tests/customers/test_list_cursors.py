"""A page's cursor stands in the address: whatever is put there is the first page, never an error."""

import base64
import json
from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from gcc_portal.core.people.models import User
from partners.models import Partner
from tests import factories

pytestmark = pytest.mark.django_db
SOMEBODY = str(UUID(int=7))


def packed(value: Any) -> str:
    return base64.urlsafe_b64encode(
        value if isinstance(value, bytes) else json.dumps(value).encode()
    ).decode()


@pytest.mark.parametrize("sort", ["name", "-name", "since", "-since"])
@pytest.mark.parametrize("way", ["after", "before"])
@pytest.mark.parametrize(
    "cursor",
    [
        b"[" * 1400,
        b'{"a":' * 280,
        ["2026-01-01T00:00:00+00:00:00.500000", SOMEBODY],
        ["2026-01-01T00:00:00+00:00:30", SOMEBODY],
        ["0001-01-01T00:00:00+23:59", SOMEBODY],
        ["9999-12-31T23:59:59-23:59", SOMEBODY],
        ["2026-01-01", SOMEBODY],
        ["\ud800", SOMEBODY],
        ["\x00", SOMEBODY],
        ["A%_\\'", SOMEBODY],
        [1, SOMEBODY],
        [None, None],
        ["A"],
        {"A": 1, SOMEBODY: 2},
        ["A", "not an id"],
        ["A", {"int": 7}],
        b"\xff\xfe",
        1e400,
    ],
    ids=lambda each: repr(each)[:25],
)
def test_a_cursor_that_makes_no_sense(
    client: Client, sales: User, contoso: Partner, sort: str, way: str, cursor: Any
) -> None:
    factories.customer(contoso, "Harbor County")
    client.force_login(sales)
    answer = client.get("/customers/", {"sort": sort, way: packed(cursor)})
    assert answer.status_code == 200
