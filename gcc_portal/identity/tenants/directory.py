"""Asking which cloud a tenant lives in: one question, answered by discovery or by the demo's table."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Protocol

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from gcc_portal.identity.tenants.demo import DemoDirectory
from gcc_portal.identity.tenants.kinds import TenantAnswer
from gcc_portal.identity.tenants.live import LiveDirectory


class TenantDirectory(Protocol):
    """Whoever can tell about a tenant."""

    def find(self, identifier: str) -> TenantAnswer:
        """Return what is known of a tenant GUID or domain (P3, C1).

        Never raises for what was typed or for what a host does: malformed input, no answer
        and "not found" are kinds of answer. May wait for the network, so it is asked before
        a transaction begins, not inside one.
        """
        ...


class NotAskedYet(Exception):
    """A question that the directory has to be asked first, where nothing may wait for it."""

    def __init__(self, identifier: str) -> None:
        super().__init__(identifier)
        self.identifier = identifier


@dataclass(frozen=True)
class Remembered:
    """The answers that were given before, and nobody else to ask."""

    answers: Mapping[str, TenantAnswer]

    def find(self, identifier: str) -> TenantAnswer:
        """Return the answer that was given before. Raises `NotAskedYet`."""
        if identifier not in self.answers:
            raise NotAskedYet(identifier)
        return self.answers[identifier]


_instead: ContextVar[TenantDirectory | None] = ContextVar("tenant_directory", default=None)


@contextmanager
def nobody_asked(answers: Mapping[str, TenantAnswer]) -> Iterator[None]:
    """Let these answers be all that the directory knows while the context lasts: rows are locked, nothing waits."""
    before = _instead.set(Remembered(answers))
    try:
        yield
    finally:
        _instead.reset(before)


def tenant_directory() -> TenantDirectory:
    """Return the directory that the setting TENANT_DIRECTORY names: "live" or "demo"."""
    instead = _instead.get()
    if instead is not None:
        return instead
    match settings.TENANT_DIRECTORY:
        case "live":
            return LiveDirectory()
        case "demo":
            return DemoDirectory()
        case other:
            raise ImproperlyConfigured(f"TENANT_DIRECTORY must be 'live' or 'demo', not {other!r}")
