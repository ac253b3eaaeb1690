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
    parser = argparse.ArgumentParser(prog="python -m gcc_portal.embedded", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("run", help="the whole portal: services, web server, worker, beat")
    commands.add_parser("reset", help="remove the data of run")
    chromium_parser = commands.add_parser("chromium", help="say where Chromium is")
    chromium_parser.add_argument("--install", action="store_true", help="install Debian's when it may")
    for name, text in (("exec", "run CMD on fresh temporary servers"), ("manage", "run CMD on the data of run")):
        sub = commands.add_parser(name, help=text)
        sub.add_argument("cmd", nargs=argparse.REMAINDER, metavar="-- CMD ...")
    given = parser.parse_args(arguments)

    stop_on_signals()
    try:
        if given.command == "run":
            return run.run()
        if given.command == "reset":
            return reset(data_folder())
        if given.command == "chromium":
            return chromium.main(install=given.install)
        words = given.cmd[1:] if given.cmd[:1] == ["--"] else given.cmd
        if not words:
            parser.error("name the command to run")
        return execute.in_fresh_services(words) if given.command == "exec" else execute.on_lasting_data(words)
    except InUse as busy:
        print(f"Already in use: {busy}", file=sys.stderr)
        return 1
    except ServiceError as error:
        print(error, file=sys.stderr)
        return 1
    except Stop as stop:
        return stop.code


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
