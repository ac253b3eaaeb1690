"""Does whoever started this process still want it to run? Standard library only: set-up uses it as well."""

import os
import signal
from pathlib import Path


class Parent:
    """The process that started this one, remembered at construction."""

    def __init__(self) -> None:
        self._pid = os.getppid()
        self._is_make = self._status_field("Name") in {"make", "gmake"}
        self._caught_interrupt = self._catches_interrupt()

    def gone(self) -> bool:
        """True once the parent has ended by whatever means, or is a make that is waiting for us to stop.

        A SIGINT sent to make alone (not by the terminal to all) makes it wait for its children without
        telling them; Linux shows that as make no longer catching the signal.
        """
        if os.getppid() != self._pid:
            return True
        return self._is_make and self._caught_interrupt and not self._catches_interrupt()

    def _catches_interrupt(self) -> bool:
        caught = self._status_field("SigCgt")
        return bool(caught) and bool(int(caught, 16) >> (signal.SIGINT - 1) & 1)

    def _status_field(self, field: str) -> str:
        """The value of a line of /proc/PID/status, or "" where there is none (macOS, or not ours to read)."""
        try:
            status = Path(f"/proc/{self._pid}/status").read_text(encoding="utf-8", errors="replace")
        except OSError:
            return ""
        for line in status.splitlines():
            name, _, value = line.partition(":")
            if name == field:
                return value.strip()
        return ""
