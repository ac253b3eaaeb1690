"""The terms that a signatory accepts: one plain text file a version, never changed once it was signed.

A file begins with its title (`# …`); below, `## …` opens a section, `- …` is an item, all else is a paragraph.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

FOLDER = Path(__file__).parent


@dataclass(frozen=True)
class Block:
    """One piece of the text: `heading`, `text` or `list`."""

    shape: str
    lines: tuple[str, ...]


@dataclass(frozen=True)
class Terms:
    """One version of the terms."""

    version: str
    title: str
    blocks: tuple[Block, ...]


def current_terms(name: str) -> Terms:
    """Return the newest terms of this name: `partner` finds the last of `partner-2026-11.md`, `partner-2027-02.md`.

    Raises LookupError when there are none.
    """
    versions = sorted(path.stem for path in FOLDER.glob(f"{name}-*.md"))
    if not versions:
        raise LookupError(f"No terms are kept under the name {name!r}")
    return terms_of(versions[-1])


@lru_cache(maxsize=32)
def terms_of(version: str) -> Terms:
    """Return the terms of a version. Raises LookupError when they are not kept here."""
    known = {path.stem: path for path in FOLDER.glob("*.md")}
    if version not in known:
        raise LookupError(f"No terms of the version {version!r}")
    title, *lines = known[version].read_text(encoding="utf-8").splitlines()
    return Terms(version, title.removeprefix("# ").strip(), tuple(_blocks(lines)))


def _blocks(lines: list[str]) -> Iterator[Block]:
    shape = ""
    held: list[str] = []
    for line in [*lines, ""]:
        text = line.strip()
        if text and held and shape == "list" and line.startswith("  "):
            # An item goes on in the next line.
            held[-1] = f"{held[-1]} {text}"
            continue
        here = (
            "heading"
            if text.startswith("## ")
            else "list"
            if text.startswith("- ")
            else "text"
            if text
            else ""
        )
        if held and (here != shape or here == "heading"):
            yield Block(shape, tuple(held) if shape == "list" else (" ".join(held),))
            held = []
        shape = here
        if text:
            held.append(text.removeprefix("## ").removeprefix("- "))
