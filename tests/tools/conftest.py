"""A small checkout for the tests of tools/devserver."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from .checkout import Checkout


@pytest.fixture
def checkout(tmp_path: Path) -> Iterator[Checkout]:
    """A checkout in a folder with a space and a percent sign in its name; all it started is ended after."""
    made = Checkout.make(tmp_path / "a 100%20 checkout")
    yield made
    made.end()
