"""Processes that end with us: started, watched and stopped in order."""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

PR_SET_PDEATHSIG = 1
_LIBC = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


@dataclass
class Child:
    """A process of ours. ``stop_signal`` asks it to end, ``patience`` is the seconds it has before it is killed."""

    name: str
    process: subprocess.Popen[bytes]
    stop_signal: int
    patience: float
    own_group: bool
    log: Path | None

    def running(self) -> bool:
        """True while the process has not ended."""
        return self.process.poll() is None

    def send(self, number: int) -> None:
        """Send a signal to the process itself. Nothing happens when it is gone.

        Not to its group: gunicorn and Celery pass it on as they see fit, and a pool process that gets
        SIGTERM of its own drops the task in its hands.
        """
        with contextlib.suppress(ProcessLookupError, PermissionError):
            self.process.send_signal(number)

    def kill(self) -> None:
        """Kill what is left of the process and of all that it started."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            if self.own_group:
                os.killpg(self.process.pid, signal.SIGKILL)
            else:
                self.process.kill()

    def log_tail(self, lines: int = 15) -> str:
        """The last lines that it wrote, "" when it writes to the terminal."""
        if self.log is None or not self.log.exists():
            return ""
        return "\n".join(self.log.read_text(encoding="utf-8", errors="replace").splitlines()[-lines:])


def _die_with(parent_pid: int, number: int) -> Callable[[], None]:
    """Code for the child between fork and exec: ask the kernel for a signal when the parent ends (Linux)."""

    def prepare() -> None:
        if _LIBC is not None:
            _LIBC.prctl(PR_SET_PDEATHSIG, number)
            if os.getppid() != parent_pid:  # it ended before we asked
                os._exit(1)

    return prepare


@dataclass
class Children:
    """All the processes of one supervisor, and the leash that ends them when the supervisor is killed."""

    _children: list[Child] = field(default_factory=list)
    _leash: subprocess.Popen[bytes] | None = None

    def start(
        self,
        name: str,
        command: Sequence[str | Path],
        *,
        env: dict[str, str] | None = None,
        folder: Path | None = None,
        log: Path | None = None,
        stop_signal: int = signal.SIGTERM,
        orphan_signal: int | None = None,
        patience: float = 10.0,
        own_group: bool = True,
        keep_open: Sequence[int] = (),
    ) -> Child:
        """Start a process, in ``folder`` if given. With ``log`` its output goes to that file.

        The last run's output is kept beside it as ``.1``.
        ``orphan_signal`` is what it gets when the supervisor is killed, ``stop_signal`` unless given. A
        process with ``own_group`` does not see Ctrl-C: the supervisor stops all in order.
        """
        output: IO[bytes] | None = None
        if log is not None:
            with contextlib.suppress(FileNotFoundError):
                log.replace(log.with_name(log.name + ".1"))
            output = log.open("wb")
        try:
            process = subprocess.Popen(
                [str(part) for part in command],
                env=env,
                cwd=folder,
                stdin=subprocess.DEVNULL if own_group and log is not None else None,
                stdout=output,
                stderr=subprocess.STDOUT if output else None,
                start_new_session=own_group,
                pass_fds=tuple(keep_open),
                preexec_fn=_die_with(os.getpid(), orphan_signal or stop_signal),
            )
        finally:
            if output is not None:
                output.close()
        child = Child(name, process, stop_signal, patience, own_group, log)
        self._children.append(child)
        if own_group:
            self._tell_leash(f"+ {process.pid} {int(orphan_signal or stop_signal)}")
        return child

    def remove_when_killed(self, folder: Path) -> None:
        """Have the folder removed if the supervisor does not live to do it."""
        self._tell_leash(f"rm {folder}")

    def ended(self) -> Child | None:
        """The first child found to have ended, None while all run."""
        return next((child for child in self._children if not child.running()), None)

    def stop_all(self) -> None:
        """Stop every child, last started first, each within its patience; the leash goes last."""
        for child in reversed(self._children):
            self.stop(child)
        if self._leash is not None and self._leash.stdin is not None:
            with contextlib.suppress(OSError):
                self._leash.stdin.close()
            self._leash.wait()
            self._leash = None

    def stop_together(self, children: Sequence[Child]) -> None:
        """Ask all of them to stop at once, then wait for each: quicker than one after the other."""
        for child in children:
            if child.running():
                child.send(child.stop_signal)
        for child in children:
            self.stop(child, ask=False)

    def stop(self, child: Child, *, ask: bool = True) -> None:
        """Stop one child: asked, waited for, and killed with all it started when its patience is over."""
        if child not in self._children:
            return
        if ask and child.running():
            child.send(child.stop_signal)
        deadline = time.monotonic() + child.patience
        while child.running() and time.monotonic() < deadline:
            time.sleep(0.02)
        child.kill()
        child.process.wait()
        self._children.remove(child)
        if child.own_group:
            self._tell_leash(f"- {child.process.pid}")

    def _tell_leash(self, line: str) -> None:
        if self._leash is None:
            # -I -S: nothing of the environment, so that it starts in a few milliseconds and cannot fail.
            self._leash = subprocess.Popen(
                [sys.executable, "-I", "-S", str(Path(__file__).with_name("leash.py"))],
                stdin=subprocess.PIPE,
                start_new_session=True,
            )
        if self._leash.stdin is not None:
            with contextlib.suppress(BrokenPipeError):
                self._leash.stdin.write(line.encode() + b"\n")
                self._leash.stdin.flush()
