#!/usr/bin/env python3
"""Builds build/assets: the files of USWDS that pages use, and portal.js bundled from assets/.

Taken: the prebuilt style sheet, every file it names, the icon sprite, the script of the head, and the
images that a template names. The whole distribution is fifty times as many files.
"""

import argparse
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
DIST = ROOT / "node_modules" / "@uswds" / "uswds" / "dist"
BUILD = ROOT / "build" / "assets"
ALWAYS = ("css/uswds.min.css", "img/sprite.svg", "js/uswds-init.min.js")
NAMED_IN_CSS = re.compile(r"url\(\s*[\"']?\.\./([^)\"'?#]+)")
NAMED_IN_TEMPLATE = re.compile(r"uswds/(img/[\w./-]+\.(?:svg|png|jpg|webp|gif))")
# A map that is not shipped makes the manifest of hashed names fail.
SOURCE_MAP = re.compile(r"^(?:/\*|//)# sourceMappingURL=.*$", re.MULTILINE)
OLDEST = "es2019"


def named_in_templates() -> list[str]:
    """The images of USWDS that templates and our own styles name, sorted."""
    found: set[str] = set()
    for folder, pattern in (("templates", "*.html"), ("templates", "*.txt"), ("static", "*.css")):
        for path in (ROOT / folder).rglob(pattern):
            found.update(NAMED_IN_TEMPLATE.findall(path.read_text(encoding="utf-8")))
    return sorted(found)


def copy_uswds(target: Path) -> int:
    """Copy the files that pages use below ``target``. Returns how many; raises SystemExit when one does not exist."""
    css = (DIST / "css" / "uswds.min.css").read_text(encoding="utf-8")
    names = sorted({*ALWAYS, *NAMED_IN_CSS.findall(css), *named_in_templates()})
    for name in names:
        source, copy = DIST / name, target / name
        if not source.is_file():
            raise SystemExit(f"USWDS has no {name}, which a template or a style sheet names.")
        copy.parent.mkdir(parents=True, exist_ok=True)
        if source.suffix in {".css", ".js"}:
            copy.write_text(SOURCE_MAP.sub("", source.read_text(encoding="utf-8")), encoding="utf-8")
        else:
            shutil.copyfile(source, copy)
    return len(names)


def bundle(node: str, target: Path) -> None:
    """Bundle tools/frontend/portal.js into ``target``."""
    esbuild = ROOT / "node_modules" / "esbuild" / "bin" / "esbuild"
    entry = ROOT / "tools" / "frontend" / "portal.js"
    flags = ["--bundle", "--minify", "--legal-comments=none", "--log-level=warning", f"--target={OLDEST}"]
    command = [node, str(esbuild), str(entry), *flags, f"--outfile={target}"]
    subprocess.run(command, cwd=ROOT, check=True)


def main() -> int:
    """Build, or with --named only say what templates name. Returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--node", default="node")
    parser.add_argument("--named", action="store_true")
    given = parser.parse_args()
    if given.named:
        print("\n".join(named_in_templates()))
        return 0
    # Built in another folder and renamed, so that a running portal never serves half of it.
    fresh = BUILD.with_name("assets.new")
    shutil.rmtree(fresh, ignore_errors=True)
    copy_uswds(fresh / "uswds")
    bundle(given.node, fresh / "portal.js")
    shutil.rmtree(BUILD, ignore_errors=True)
    fresh.rename(BUILD)
    return 0


if __name__ == "__main__":
    sys.exit(main())
