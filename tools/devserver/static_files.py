"""The static files of ``make run``: collected as a portal in production has them, when there is something new."""

import hashlib
import os
import sysconfig
from collections.abc import Iterator
from pathlib import Path

from .folders import ROOT

FOLDER, STAMP, MANIFEST = "static", "static.made", "staticfiles.json"
SOURCES = ("static", "build/assets")
SETTINGS = "gcc_portal/settings.py"


class StaticFiles:
    """The collected files in the data folder ``data``, and of what they were made."""

    def __init__(self, data: Path) -> None:
        self.root = data / FOLDER
        self._stamp = data / STAMP
        self._made_of = fingerprint()

    def stale(self) -> bool:
        """True when they must be collected: never made, not to the end, or of other files than there are now."""
        whole = self._stamp.is_file() and (self.root / MANIFEST).is_file()
        return not whole or self._stamp.read_text(encoding="ascii") != self._made_of

    def begin(self) -> None:
        """Make them count as not collected until `done`."""
        self._stamp.unlink(missing_ok=True)

    def done(self) -> None:
        """Remember of what they are made."""
        self._stamp.write_text(self._made_of, encoding="ascii")


def fingerprint() -> str:
    """What changes with any source of static files: its name, size or time, or a package's version."""
    return hashlib.sha256("\n".join(_facts()).encode(errors="surrogateescape")).hexdigest()


def _facts() -> Iterator[str]:
    # Packages bring files of their own (Django's admin, htmx); their folders are named by their versions.
    yield from sorted(path.name for path in Path(sysconfig.get_path("purelib")).glob("*.dist-info"))
    yield _fact(ROOT / SETTINGS)  # which applications, and how files are stored
    for source in SOURCES:
        for folder, folders, names in os.walk(ROOT / source):
            folders.sort()
            yield from (_fact(Path(folder, name)) for name in sorted(names))


def _fact(path: Path) -> str:
    found = path.stat()
    return f"{path} {found.st_size} {found.st_mtime_ns}"
