"""pytest plugin for runs in parallel: a Redis for each worker, and the demanding tests all in one of them.

Loaded by ``-p`` before the settings are read. pytest-django gives each worker a database of its own.
"""

import os

import pytest

ALONE = ("slow", "browser", "concurrency")

_worker = os.environ.get("PYTEST_XDIST_WORKER", "")
if _own := os.environ.get(f"REDIS_URL_{_worker.upper()}"):
    os.environ["REDIS_URL"] = _own


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the tests that start processes or time things in one group: never two of them at once.

    xdist reads the group before a folder's conftest may have marked its tests, so a folder counts by name.
    """
    for item in items:
        if item.path.parent.name in ALONE or any(item.get_closest_marker(name) for name in ALONE):
            item.add_marker(pytest.mark.xdist_group("alone"))
