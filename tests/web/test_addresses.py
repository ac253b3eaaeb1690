"""Addresses without the resolver are the resolver's."""

from typing import Any
from uuid import UUID

import pytest
from django.urls import NoReverseMatch, reverse

from gcc_portal.web.addresses import address_of

PK = UUID("8a7f2c1e-0000-4000-8000-000000000001")
ASKED: list[tuple[str, tuple[Any, ...]]] = [
    ("home", ()),
    ("customers:list", ()),
    ("orders:subscriptions", (PK,)),
    ("orders:subscriptions", (str(PK),)),
    ("customers:account", (UUID(int=0),)),
    ("orders:order", ("GCC-2026-000123",)),
    ("orders:order", ("a b/ü?",)),
    ("orders:order", ("Stand-in_0for1a-word",)),
    ("review:form", ("F000000001",)),
    ("mail:resend", (7,)),
    ("mail:resend", (0,)),
    ("customers:creation", (12,)),
    ("customers:create-step", (12, "details")),
    ("relationships:answer", ("t0ken",)),
]


@pytest.mark.parametrize(("name", "args"), ASKED)
def test_an_address_is_what_reverse_gives(name: str, args: tuple[Any, ...]) -> None:
    try:
        wanted = reverse(name, args=args)
    except NoReverseMatch:
        with pytest.raises(NoReverseMatch):
            address_of(name, *args)
        return
    assert [address_of(name, *args) for _time in range(2)] == [wanted, wanted]


@pytest.mark.parametrize(
    ("name", "args"),
    [
        ("no:such", ()),
        ("orders:subscriptions", ()),
        ("orders:subscriptions", ("word",)),
        ("orders:subscriptions", (5,)),
        ("mail:resend", (-5,)),
        ("mail:resend", ("word",)),
        ("mail:resend", (None,)),
    ],
)
def test_what_reverse_refuses_is_refused(name: str, args: tuple[Any, ...]) -> None:
    with pytest.raises(NoReverseMatch):
        reverse(name, args=args)
    for _time in range(2):
        with pytest.raises(NoReverseMatch):
            address_of(name, *args)
