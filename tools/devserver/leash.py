"""The last one to leave: ends what a supervisor started when the supervisor itself was killed.

Run by path, as a program of its own. Standard input is a pipe that only the supervisor holds; it carries
one line a change (``+ PID SIGNAL`` a process group begins, ``- PID`` it has ended, ``rm PATH`` a folder to
remove at the end). End of file means that the supervisor is gone, in whatever way: every group still listed
gets its stop signal, and is killed when it does not end. Works the same on Linux and macOS.
"""

import contextlib
import os
import shutil
import signal
import sys
import time

PATIENCE = 5.0  # seconds that they have to stop before they are killed


def alive(group: int) -> bool:
    """True while a process of the group is there."""
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    except PermissionError:  # macOS says this of a group of zombies
        return False
    return True


def end_groups(groups: dict[int, int]) -> None:
    """Send each group's leader its signal, wait up to PATIENCE seconds for all, then kill what is left."""
    for leader, how in reversed(groups.items()):
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.kill(leader, how)
    deadline = time.monotonic() + PATIENCE
    while any(alive(group) for group in groups) and time.monotonic() < deadline:
        time.sleep(0.05)
    for group in groups:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(group, signal.SIGKILL)


def main() -> None:
    """Read the pipe to its end, then clear up."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT):
        signal.signal(number, signal.SIG_IGN)
    groups: dict[int, int] = {}
    folders: list[str] = []
    for line in sys.stdin:
        verb, _, rest = line.rstrip("\n").partition(" ")
        if verb == "+":
            pid, how = rest.split()
            groups[int(pid)] = int(how)
        elif verb == "-":
            groups.pop(int(rest), None)
        elif verb == "rm":
            folders.append(rest)
    end_groups(groups)
    for folder in folders:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
