"""Where the embedded services keep their data, and who may use it at a time."""

import contextlib
import fcntl
import os
import shutil
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
# sun_path ends at 108 bytes on Linux and 104 on macOS, with the NUL.
LONGEST_SOCKET = 103 if sys.platform == "darwin" else 107
LONGEST_NAME = "/.s.PGSQL.5432.lock"


class InUse(Exception):
    """Another supervisor holds the folder. The text says what it wrote about itself."""


@dataclass(frozen=True)
class Folders:
    """``data`` holds everything that lasts, ``run`` the sockets, ``log`` what the processes write."""

    data: Path
    run: Path
    log: Path

    @classmethod
    def make(cls, data: Path) -> "Folders":
        """Make the folders, private to this user. ``run`` moves to a temporary folder when the path is long."""
        data.mkdir(parents=True, exist_ok=True)
        run = data / "run"
        if len(os.fsencode(f"{run}{LONGEST_NAME}")) > LONGEST_SOCKET:
            run = Path(tempfile.mkdtemp(prefix="gcc-portal-"))
        log = data / "log"
        for folder in (run, log):
            folder.mkdir(exist_ok=True)
            folder.chmod(0o700)
        return cls(data, run, log)

    def clear_run(self) -> None:
        """Remove the sockets' folder."""
        shutil.rmtree(self.run, ignore_errors=True)


def data_folder() -> Path:
    """The folder of ``make run``: ``var`` in the checkout, or what PORTAL_DATA_DIR says."""
    return Path(os.environ.get("PORTAL_DATA_DIR") or ROOT / "var").absolute()


class FolderLock:
    """One supervisor a folder. Two locks: one ends with the supervisor, one with the last of its processes.

    A supervisor that was killed frees the first at once; the next one then waits on the second until the
    processes it left are gone, so that two servers never share one folder.
    """

    def __init__(self, data: Path) -> None:
        data.mkdir(parents=True, exist_ok=True)
        self._mine = os.open(data / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        self.inherited = os.open(data / "lock.services", os.O_RDWR | os.O_CREAT, 0o600)

    def acquire(self, about: str, patience: float = 20.0) -> None:
        """Take both locks and leave ``about`` for who comes second.

        Raises InUse when another supervisor runs, or when the processes of a killed one are still there
        after ``patience`` seconds.
        """
        try:
            fcntl.flock(self._mine, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise InUse(os.pread(self._mine, 500, 0).decode(errors="replace").strip()) from None
        deadline = time.monotonic() + patience
        while True:
            with contextlib.suppress(OSError):
                fcntl.flock(self.inherited, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            if time.monotonic() > deadline:
                raise InUse("processes of an earlier run have not ended yet")
            time.sleep(0.05)
        os.ftruncate(self._mine, 0)
        os.pwrite(self._mine, about.encode(), 0)

    def release(self) -> None:
        """Give both locks back."""
        for descriptor in (self._mine, self.inherited):
            with contextlib.suppress(OSError):
                os.close(descriptor)
