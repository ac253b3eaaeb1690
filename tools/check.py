#!/usr/bin/env python3
"""Lint, format, types, missing migrations and Django's deploy checks. All are run; each says how it went."""

import os
import secrets
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PYTHON = sys.executable
# Settings of a production portal, for Django's deploy checks; the servers' addresses come from the environment.
PRODUCTION = {
    "PORTAL_DEMO": "0",
    "DEBUG": "0",
    "SECRET_KEY": secrets.token_urlsafe(60),
    "PORTAL_URL": "https://portal.example/",
    "ALLOWED_HOSTS": "portal.example",
    "EMAIL_URL": "smtp://mail.example:25",
    "DJANGO_SETTINGS_MODULE": "gcc_portal.settings",
}
CHECKS = {
    "lint": ["-m", "ruff", "check", "."],
    "format": ["-m", "ruff", "format", "--check", "."],
    "types": ["-m", "mypy"],
    "migrations": ["manage.py", "makemigrations", "--check", "--dry-run"],
    "deploy": ["manage.py", "check", "--deploy", "--fail-level", "WARNING"],
}


def main() -> int:
    """Run every check, the output of those that fail included. Returns 1 when one failed."""
    failed = []
    for name, arguments in CHECKS.items():
        began = time.monotonic()
        done = subprocess.run(
            [PYTHON, *arguments],
            cwd=ROOT,
            env=os.environ | PRODUCTION,
            capture_output=True,
            text=True,
            check=False,
        )
        outcome = "ok" if done.returncode == 0 else "FAILED"
        print(f"{name}: {outcome} ({time.monotonic() - began:.1f} s)", flush=True)
        if done.returncode:
            failed.append(name)
            print(f"{done.stdout}{done.stderr}", flush=True)
    print(f"Failed: {', '.join(failed)}." if failed else "All checks passed.", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
