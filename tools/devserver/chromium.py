"""The browser of the browser tests: found on PATH, or Debian's installed where that is allowed."""

import os
import shutil
import subprocess

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
WAIT_FOR_OTHERS = ("-o", "DPkg::Lock::Timeout=120")  # seconds, for another apt-get under way
HOW_TO_GET_IT = "no Chromium on PATH: install one (Debian: apt-get install chromium) and run make test again"


def find() -> str | None:
    """The path of a Chromium on PATH (or the one named in CHROMIUM), None when there is none."""
    named = os.environ.get("CHROMIUM")
    return next(filter(None, map(shutil.which, [named, *NAMES] if named else NAMES)), None)


def install_debian() -> str | None:
    """Install Debian's Chromium when we are root and there is an apt-get. Returns find() afterwards."""
    if os.geteuid() == 0 and shutil.which("apt-get"):
        environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
        print("Installing Debian's Chromium for the browser tests ...", flush=True)
        for command in (
            ["apt-get", "update", "-qq"],
            ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *WAIT_FOR_OTHERS, "chromium"],
        ):
            done = subprocess.run(
                command,
                env=environment,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                check=False,
            )
            if done.returncode and "install" in command:
                print(f"It could not be installed: {(done.stderr or done.stdout).strip()[-400:]}", flush=True)
    return find()


def main(*, install: bool) -> int:
    """Print where Chromium is, or how to get it. Returns 0 either way: the tests are skipped without it."""
    found = find() or (install_debian() if install else None)
    print(
        f"Browser tests: {found}" if found else f"Browser tests will be skipped: {HOW_TO_GET_IT}.", flush=True
    )
    return 0
