"""docs/rules.md names every rule with the gates that hold it, as they are in the code."""

import re

from tools import rules


def test_the_page_is_made_from_the_code() -> None:
    assert rules.PAGE.read_text() == rules.page(), "run python tools/rules.py"


def test_every_rule_names_a_gate_or_where_it_is_held() -> None:
    sections = rules.page().split("\n## ")[1:]
    assert [section.partition("\n")[0] for section in sections] == list(rules.RULES)
    assert all(re.search(r"^- `[\w/]+\.py", section, re.M) for section in sections)


def test_every_file_that_the_page_names_is_there() -> None:
    for path, function in re.findall(r"`([\w/]+\.py)(?::(\w+))?`", rules.PAGE.read_text()):
        text = (rules.ROOT / path).read_text()
        assert not function or f"def {function}(" in text, f"{path}:{function}"
