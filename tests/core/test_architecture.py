"""The house's own rules: who may import whom, states only by transitions, no inline script, every text translatable."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
STAIR = ["gcc_portal", "partners", "customers", "orders"]
LONGEST = 400
# The channel to everything: these name the apps without using them.
WIRING = {"gcc_portal/settings.py", "gcc_portal/urls.py"}
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))


def sources() -> Iterator[Path]:
    """Yield the product's Python files."""
    for room in STAIR:
        yield from sorted((ROOT / room).rglob("*.py"))


def imported(path: Path) -> Iterator[str]:
    """Yield the first part of every module that a file imports."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            yield (node.module or "").partition(".")[0]


@pytest.mark.parametrize("room", STAIR)
def test_nobody_imports_one_above(room: str) -> None:
    above = set(STAIR[STAIR.index(room) + 1 :])
    broken = [
        f"{path.relative_to(ROOT)} imports {name}"
        for path in sorted((ROOT / room).rglob("*.py"))
        if str(path.relative_to(ROOT)) not in WIRING
        for name in imported(path)
        if name in above
    ]
    assert broken == []


def test_files_are_short() -> None:
    long = {
        str(path.relative_to(ROOT)): lines
        for path in sources()
        if "migrations" not in path.parts and (lines := len(path.read_text().splitlines())) > LONGEST
    }
    assert long == {}


def test_no_state_is_written_round_its_transitions() -> None:
    """`update(state=...)` would change a state that no transition declares, unseen by the audit.

    What stands after `.state = ` in a condition of SQL is a parameter or is quoted once.
    """
    pattern = re.compile(r"\.update\([^)]*\b(state|qualification)=|__setattr__|\.state = (?!['%]|ANY\()")
    broken = [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()}"
        for path in sources()
        if "migrations" not in path.parts
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if pattern.search(line) and "use.state" not in line
    ]
    assert broken == []


def test_nothing_is_swallowed() -> None:
    """A handler of everything raises again, writes the failure down with its trace, or keeps it for who does."""
    broken = [
        f"{path.relative_to(ROOT)}:{handler.lineno}"
        for path in sources()
        for handler in ast.walk(ast.parse(path.read_text()))
        if isinstance(handler, ast.ExceptHandler) and catches_all(handler)
        if not any(
            isinstance(node, ast.Raise) or is_trace(node) or keeps(node, handler.name)
            for node in ast.walk(handler)
        )
    ]
    assert broken == []


def catches_all(handler: ast.ExceptHandler) -> bool:
    """Return whether a handler takes every exception."""
    return handler.type is None or (
        isinstance(handler.type, ast.Name) and handler.type.id in {"Exception", "BaseException"}
    )


def is_trace(node: ast.AST) -> bool:
    """Return whether this is `logger.exception(...)`."""
    return isinstance(node, ast.Attribute) and node.attr == "exception"


def keeps(node: ast.AST, name: str | None) -> bool:
    """Return whether this puts the failure itself by: `self.failed[form.pk] = problem`."""
    return isinstance(node, ast.Assign) and isinstance(node.value, ast.Name) and node.value.id == name


INLINE = re.compile(
    r"<style\b|\sstyle=|\son[a-z]+=\"|javascript:|hx-on|hx-vals=['\"]js:|<script(?![^>]*\bsrc=)", re.I
)


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT / "templates")))
def test_no_inline_script_or_style(template: Path) -> None:
    assert INLINE.findall(template.read_text()) == []


ONE_TAG = re.compile(r"\s*{% include [^}]*%}\s*")


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT / "templates")))
def test_template_lines_are_short(template: Path) -> None:
    """At most 120 characters, but for an include by itself: Django lets no tag run over lines."""
    lines = template.read_text().splitlines()
    assert [line for line in lines if len(line) > 120 and not ONE_TAG.fullmatch(line)] == []


MARKED = re.compile(
    r"{%\s*blocktrans.*?%}.*?{%\s*endblocktrans\w*\s*%}|{%\s*comment.*?endcomment\s*%}"
    r"|{%\s*block page_class\s*%}.*?{%\s*endblock\s*%}",
    re.S,
)
CODE = re.compile(r"{%.*?%}|{{.*?}}|{#.*?#}|<!--.*?-->|<(?:script|style)\b.*?</(?:script|style)>", re.S)
ATTRIBUTE = re.compile(r"""\b(?:title|alt|placeholder|aria-label|content)=(["'])(.*?)\1""", re.S)
TAG = re.compile(r"<[^>]*>", re.S)
WORD = re.compile(r"[A-Za-z]{2,}")
ENTITY = re.compile(r"&\w+;")
# Proper names and the clock's own: the same in every language.
NAMES = re.compile(r"GCC Portal|Government_Community_Cloud|\bUTC\b|\bTOTP\b")


def unmarked(text: str) -> Iterator[str]:
    """Yield what a person would read that is not marked for translation."""
    bare = CODE.sub(" ", MARKED.sub(" ", text))
    pieces = [
        value
        for tag in TAG.findall(bare)
        if not tag.startswith("<meta")
        for _q, value in ATTRIBUTE.findall(tag)
    ]
    pieces += TAG.sub("\n", bare).splitlines()
    for piece in pieces:
        words = NAMES.sub(" ", ENTITY.sub(" ", piece)).strip()
        if WORD.search(words):
            yield words


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT / "templates")))
def test_every_text_is_marked_for_translation(template: Path) -> None:
    if template.name == "styleguide.html":
        pytest.skip("the style guide is for developers")
    assert list(unmarked(template.read_text())) == []
