"""Command line of the embedded services: run, exec, manage, reset, chromium."""

import argparse
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

from . import chromium, execute, run
from .folders import FolderLock, InUse, data_folder
from .services import ServiceError
from .supervisor import Stop, say, stop_on_signals


def main(arguments: Sequence[str] | None = None) -> int:
    """Do what the arguments say. Returns the exit code."""
    given = parse(arguments)
    stop_on_signals()
    try:
        code: int = given.do(given)
    except InUse as busy:
        print(f"Already in use: {busy}", file=sys.stderr)
        return 1
    except ServiceError as error:
        print(error, file=sys.stderr)
        return 1
    except Stop as stop:
        return stop.code
    return code


def parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    """The arguments; ``do`` is the function of the command named."""
    parser = argparse.ArgumentParser(prog="python -m tools.devserver", description=__doc__)
    commands = parser.add_subparsers(required=True)
    sub = commands.add_parser("run", help="the whole portal: services, web server, worker, beat")
    sub.set_defaults(do=lambda given: run.run())
    sub = commands.add_parser("reset", help="remove the data of run")
    sub.set_defaults(do=lambda given: reset(data_folder()))
    sub = commands.add_parser("chromium", help="say where Chromium is")
    sub.add_argument("--install", action="store_true", help="install Debian's when it may")
    sub.set_defaults(do=lambda given: chromium.main(install=given.install))
    sub = commands.add_parser("exec", help="run CMD on fresh temporary servers")
    sub.add_argument("--redis-for", default="", metavar="A,B", help="also a Redis each, in REDIS_URL_A ...")
    sub.add_argument(
        "--durable", action="store_true", help="a server that keeps what it commits, as make run's"
    )
    sub.add_argument("cmd", nargs=argparse.REMAINDER, metavar="-- CMD ...")
    sub.set_defaults(
        do=lambda given: execute.in_fresh_services(
            given.cmd, list(filter(None, given.redis_for.split(","))), quick=not given.durable
        )
    )
    sub = commands.add_parser("manage", help="run CMD on the data of run")
    sub.add_argument("cmd", nargs=argparse.REMAINDER, metavar="-- CMD ...")
    sub.set_defaults(do=lambda given: execute.on_lasting_data(given.cmd))
    given = parser.parse_args(arguments)
    if "cmd" in given:
        given.cmd = given.cmd[1:] if given.cmd[:1] == ["--"] else given.cmd
        if not given.cmd:
            parser.error("name the command to run")
    return given


def reset(data: Path) -> int:
    """Remove everything that make run keeps. Returns 0; raises InUse while the portal runs."""
    lock = FolderLock(data)
    try:
        lock.acquire("make reset")
        for path in data.iterdir():
            if path.name in {"lock", "lock.services"}:
                continue
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path)
            else:
                path.unlink()
    finally:
        lock.release()
    say(f"Removed the data in {data}. The next make run starts the story over.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
