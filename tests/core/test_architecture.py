"""Rules that every file keeps: short, states by transitions alone, gates in their place, texts translatable.

Who may import whom is held by test_layers.py.
"""

import ast
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
APPS = ["gcc_portal", "partners", "customers", "orders"]
LONGEST = 400
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))


def sources() -> Iterator[Path]:
    """Yield the product's Python files."""
    for app in APPS:
        yield from sorted((ROOT / app).rglob("*.py"))


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


def found_in(
    matches: Callable[[ast.AST], object], allowed: Callable[[Path], bool] = lambda _path: False
) -> list[str]:
    """Return `file:line: code` of every node that matches, migrations and what is allowed left out."""
    return [
        f"{path.relative_to(ROOT)}:{node.lineno}: {ast.unparse(node).splitlines()[0][:100]}"  # type: ignore[attr-defined]
        for path in sources()
        if "migrations" not in path.parts and not allowed(path.relative_to(ROOT))
        for node in ast.walk(ast.parse(path.read_text()))
        if matches(node)
    ]


def calls(node: ast.AST, *names: str) -> bool:
    """Return whether this calls a function or a method of one of these names."""
    if not isinstance(node, ast.Call):
        return False
    return (node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")) in names


def in_gates(path: Path) -> bool:
    """Return whether the file is a gates module."""
    return "gates" in path.parts or path.name == "gates.py"


def test_blockers_are_made_in_gates_alone() -> None:
    assert found_in(lambda node: calls(node, "Blocker"), in_gates) == []


def state_words() -> set[str]:
    """Return the values of the enums in the states modules."""
    return {
        node.value.value if isinstance(node.value, ast.Constant) else node.value.elts[0].value  # type: ignore[attr-defined]
        for path in ROOT.glob("*/**/states.py")
        if path.relative_to(ROOT).parts[0] in APPS
        for enum in ast.walk(ast.parse(path.read_text()))
        if isinstance(enum, ast.ClassDef)
        for node in enum.body
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant | ast.Tuple)
    }


def test_state_words_stand_in_states_alone() -> None:
    """No literal is compared with or assigned to something named a state: the enum's member stands there."""
    words = state_words()
    assert words

    def quotes(node: ast.AST) -> bool:
        values: list[ast.AST] = []
        if isinstance(node, ast.Compare) and ast.unparse(node.left).endswith(("state", "qualification")):
            values = [each for part in node.comparators for each in ast.walk(part)]
        if isinstance(node, ast.keyword) and re.fullmatch(
            r"(\w+__)?(state|qualification)(__in)?", node.arg or ""
        ):
            values = list(ast.walk(node.value))
        return any(isinstance(each, ast.Constant) and each.value in words for each in values)

    assert found_in(quotes, lambda path: path.name == "states.py" or "models" in str(path)) == []


PRIVATE = {"_state", "_prefetched_objects_cache", "_result_cache", "__new__"}


def test_names_that_django_keeps_to_itself_are_not_used() -> None:
    def private(node: ast.AST) -> bool:
        quoted = isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value in PRIVATE
        return quoted or (isinstance(node, ast.Attribute) and node.attr in PRIVATE)

    assert found_in(private) == []


# Files that may use SQL which the ORM can't express, each with its reason.
SQL = {
    "gcc_portal/core/locks.py",  # advisory locks
    "gcc_portal/identity/registry/importing.py",  # COPY into a temporary table
    "gcc_portal/operations/health.py",  # whether the database answers
    "gcc_portal/operations/replica.py",  # how far a standby is behind
    "gcc_portal/web/csv_copy.py",  # COPY to a file that streams
}


def test_sql_is_written_where_the_orm_cannot_say_it() -> None:
    found = found_in(lambda node: calls(node, "cursor", "raw", "RawSQL"), lambda path: str(path) in SQL)
    assert found == []


def test_imports_stand_at_the_top() -> None:
    """An import inside a function hides a circle. Only `AppConfig.ready` needs them: models load before it."""

    def imports_inside(node: ast.AST) -> bool:
        return isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and any(
            isinstance(each, ast.Import | ast.ImportFrom) for each in ast.walk(node)
        )

    assert found_in(imports_inside, lambda path: path.name == "apps.py") == []


def test_nothing_is_swallowed() -> None:
    """A handler of every exception raises it again, logs it with its trace, or stores it for code that does."""
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
    """Return whether this stores the exception itself: `self.failed[form.pk] = problem`."""
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
