#!/usr/bin/env python3
"""Pins requirements/*.in to requirements/*.txt with hashes, for Python 3.11 and later on every system.

``lock.py --upgrade`` takes newer versions; without it only what the .in files ask for changes.
"""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
# Later ones are constrained by the ones before them.
GROUPS = ("base", "test", "check", "uv", "node", "bench")
# No index, no link and no path of this machine gets into the files.
FLAGS = (
    "--quiet", "--generate-hashes", "--universal", "--python-version=3.11",
    "--no-emit-index-url", "--no-emit-find-links", "--custom-compile-command=make lock",
)  # fmt: skip


def main() -> None:
    """Write every file anew."""
    uv = Path(sys.executable).with_name("uv")
    for group in GROUPS:
        command = [str(uv), "pip", "compile", f"{group}.in", *FLAGS, *sys.argv[1:], "-o", f"{group}.txt"]
        subprocess.run(command, cwd=ROOT / "requirements", check=True)


if __name__ == "__main__":
    main()
