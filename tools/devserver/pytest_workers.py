"""pytest plugin for runs in parallel: a Redis for each worker, and which tests go to one worker together.

Loaded by ``-p`` before the settings are read. pytest-django gives each worker a database of its own.
"""

import os

import pytest

# Tests that start processes or time things: never two of them at once.
ALONE = ("slow", "browser", "concurrency")
# Folders whose tests share fixtures that take long to make.
TOGETHER = ("security",)

_worker = os.environ.get("PYTEST_XDIST_WORKER", "")
if _own := os.environ.get(f"REDIS_URL_{_worker.upper()}"):
    os.environ["REDIS_URL"] = _own


def group_of(item: pytest.Item) -> str:
    """Return the name of the group that a test belongs to: a group is run by one worker.

    xdist reads the group before a folder's conftest may have marked its tests, so a folder counts by name.
    """
    folder = item.path.parent.name
    if folder in ALONE or any(item.get_closest_marker(name) for name in ALONE):
        return "alone"
    return folder if folder in TOGETHER else f"{folder}/{item.path.stem}"


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Give each test its group. With xdist, groups start in the order of their first tests."""
    for item in items:
        item.add_marker(pytest.mark.xdist_group(group_of(item)))


class LongestFirst:
    """Starts the groups that take longest first, so that the workers end at about the same time."""

    @staticmethod
    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
        """Sort the tests; those of one group stay in their order."""
        first = ("alone", *TOGETHER)
        items.sort(key=lambda item: first.index(group) if (group := group_of(item)) in first else len(first))


def pytest_configure(config: pytest.Config) -> None:
    """Sort after everybody else has."""
    config.pluginmanager.register(LongestFirst(), "longest-first")
