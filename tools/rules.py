#!/usr/bin/env python3
"""Writes docs/rules.md from the gates: every rule with its sentence, the gates that hold it, and their codes.

`python tools/rules.py` writes the page; a test fails when the page is not what this makes.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "rules.md"
CODE = re.compile(r"[A-Z][0-9]\.[a-z_]+")
RULES = {
    "P1": "Only an organization that is enrolled in the Cloud Solution Provider (CSP) program may apply.",
    "P2": "An indirect reseller neither applies nor orders: it works through its indirect provider.",
    "P3": "The tenant ID on the partner's form is its own commercial tenant, never one of Azure Government.",
    "P4": "One open form an organization at a time; a qualified partner need not apply.",
    "P5": "A form is a contract: a named signatory accepts a version of the terms; a signed form never changes.",
    "C1": "A customer's form names the validation option and the tenant ID of a qualified, transacting partner.",
    "C2": "The customer is a US government entity, or a commercial entity that holds regulated data.",
    "C3": "P5 holds for the customer's form, too.",
    "A1": "To add a GCC customer the partner holds the qualification.",
    "A2": "A GCC customer is added with a validation ID of this partner, for this organization, with creates left.",
    "A3": "After the creation only the API changes a special qualification, to GCC only with a validation ID.",
    "O1": "An order needs a qualified partner, an active relationship, a GCC customer, and lines that can be sold.",
    "O2": "A customer is sold only what its special qualification allows, by any channel.",
    "O3": "No order without the Microsoft Customer Agreement.",
    "O4": "Seats can be added at any time; taken off, or all cancelled, within seven days of purchase or renewal.",
    "R1": "A request for a GCC relationship needs the qualification; its link is personal, accepted once, and expires.",
    "R2": "The customer's administrator accepts by naming its tenant, and is no agent of the partner.",
    "T1": "Every submission is answered by e-mail within two business days, exactly once.",
}
ELSEWHERE = {
    "A3": "`customers/services/qualification.py` (the channel), A2 and O2 for the validation ID",
    "T1": "`gcc_portal/intake/auto_review/sweep.py`; the deadline is `gcc_portal/core/business_time.py:respond_by`",
}
HEAD = """# The rules
Each rule is one gate, or a few with one subject; pages, API and state machines ask the same functions. A refusal
carries a code, `RULE.what`, by which tests, the audit and API clients know it. Made by `python tools/rules.py`.
"""


def gates() -> Iterator[tuple[str, str, set[str]]]:
    """Yield file, function and codes of every function in a gates module that makes blockers of a rule."""
    for path in sorted(ROOT.glob("*/gates/*.py")) + sorted((ROOT / "gcc_portal").glob("*/gates.py")):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.FunctionDef) and (codes := set(_codes(node))):
                yield str(path.relative_to(ROOT)), node.name, codes


def _codes(node: ast.AST) -> Iterator[str]:
    for each in ast.walk(node):
        if isinstance(each, ast.Constant) and isinstance(each.value, str) and CODE.fullmatch(each.value):
            yield each.value
        elif isinstance(each, ast.JoinedStr):
            yield from _made_codes(ast.unparse(each)[2:-1])


def _made_codes(text: str) -> Iterator[str]:
    """Yield the codes of an f-string: `P3.{why}`, or `{kind.rule}.unsigned` of both kinds of form."""
    if re.fullmatch(r"[A-Z][0-9]\.\{\w+\}", text):
        yield text
    elif text.startswith("{kind.rule}."):
        yield from (text.replace("{kind.rule}", rule) for rule in ("P5", "C3"))


def page() -> str:
    """Return the page. Raises `KeyError` for a code of a rule that has no sentence here."""
    held: dict[str, list[str]] = {rule: [] for rule in RULES}
    for path, function, codes in gates():
        for rule in sorted({code.partition(".")[0] for code in codes}):
            own = ", ".join(f"`{code}`" for code in sorted(codes) if code.startswith(f"{rule}."))
            held[rule].append(f"- `{path}:{function}`: {own}")
    parts = [HEAD]
    for rule, sentence in RULES.items():
        lines = held[rule] or [f"- {ELSEWHERE[rule]}"]
        if held[rule] and rule in ELSEWHERE:
            lines = [*lines, f"- {ELSEWHERE[rule]}"]
        parts.append(f"\n## {rule}\n{sentence}\n\n" + "\n".join(lines) + "\n")
    return "".join(parts)


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
