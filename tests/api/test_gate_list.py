"""Every rule of the product is in the gate table, or it is said here why not."""

import re
from pathlib import Path

from tests.api.test_gate_table import CUSTOMERS, ORDERS, SUBSCRIPTIONS

ROOT = Path(__file__).resolve().parents[2]
RESOURCES = ("partners", "customers", "orders")
LITERAL = re.compile(r'Blocker\(\s*f?"([A-Za-z]\w*\.[a-z_{}]+)"|code="([A-Z]\d\.\w+)"')
MADE = {
    re.compile(r'_a2\(\s*"(\w+)"'): "A2",
    re.compile(r'_wrong_tenant\(\s*"(\w+)"'): "P3",
    re.compile(r'_a3\(\s*"A3\.(\w+)"'): "A3",
    re.compile(r'_blocker\(\s*"O4\.(\w+)"'): "O4",
    re.compile(r'_blocker\(\s*"O2\.(\w+)"'): "O2",
    re.compile(r'_blocker\(\s*"O1\.(\w+)"'): "O1",
}
# Rules of what no program does: whole rules, and single reasons.
FORMS = "the intake forms are filled in and signed on pages alone"
PEOPLE = "agents and applications are managed on pages alone"
LINK = "the customer answers by its personal link, and the partner writes the letter on a page"
TASKS = "asked by the portal's own tasks"
PAGE_ALONE: dict[str, str] = {
    "P1": FORMS, "P3": FORMS, "P4": FORMS, "P5": FORMS, "C1": FORMS, "C2": FORMS, "SC": FORMS, "AG": PEOPLE,
    "AP": PEOPLE, "R1": LINK, "R2": LINK, "P2.indirect_reseller": FORMS, "A2.none": "the wizard's list of codes",
    "A2.incomplete": "the wizard's steps", "O1.full": "a cart of the page grows line by line; a list is bounded",
    "O1.lines_open": TASKS, "O1.nothing_failed": "a failed line is ordered anew", "O4.period_runs": TASKS,
    "O4.renews": TASKS, "O4.unchanged": "a program sends back what it read: no change is no refusal",
    "O3.accept": LINK,
    "O1.no_relationship": "without a relationship there is no such customer, by either channel",
}  # fmt: skip
# What only a program can ask for. Its own tests hold these.
API_ALONE = "no page has a field for it"
PROGRAMS_ALONE: dict[str, str] = {
    "A2.missing": "the page does not send a validation step without a number",
    "A2.name_fixed": API_ALONE, "A3.kind": "A3: the API alone changes it", "A3.already": "A3: the API alone changes it",
    "A3.no_validation": "stands behind A2.missing: the transition asks again",
    "O1.cart_expired": "a page's cart is cleared",
    "O1.cart_ordered": API_ALONE, "O1.no_parent": API_ALONE, "O1.wrong_parent": API_ALONE,
    "O1.parent_inactive": API_ALONE,
    "O1.unknown_offer": API_ALONE, "P2.own_mpn": API_ALONE, "P2.unknown_mpn": API_ALONE, "P2.not_reseller": API_ALONE,
    "P2.not_your_reseller": API_ALONE, "country.not_served": API_ALONE, "registration.not_asked": API_ALONE,
    "domain.malformed": "the page asks for the first part alone", "sandbox.only": API_ALONE,
}  # fmt: skip
# The fields of an address stand for one another.
ADDRESS = "address.{field}"


def codes() -> set[str]:
    """Return the codes of all blockers that the rooms make."""
    found: set[str] = set()
    for room in RESOURCES:
        for path in sorted((ROOT / room).rglob("*.py")):
            text = path.read_text()
            found |= {one or other for one, other in LITERAL.findall(text)}
            for pattern, rule in MADE.items():
                found |= {f"{rule}.{each}" for each in pattern.findall(text)}
    return {each for each in found if "{" not in each or each == ADDRESS}


def in_table() -> set[str]:
    """Return the codes that the table's rows meet."""
    rows = [*CUSTOMERS, *ORDERS, *SUBSCRIPTIONS]
    return {code for row in rows for code in row.codes.split()} | {"O1.twice"}


def test_every_rule_that_both_channels_can_meet_is_in_the_table() -> None:
    table = {ADDRESS if each.startswith("address.") else each for each in in_table()}
    said = {**PAGE_ALONE, **PROGRAMS_ALONE}
    open_ones = {each for each in codes() - table if each not in said and each.partition(".")[0] not in said}
    assert sorted(open_ones) == [], (
        "put these into the gate table, or say why they can't be met by both channels"
    )


def test_what_is_said_here_is_still_so() -> None:
    known = codes()
    rules = {each.partition(".")[0] for each in known}
    said = {**PAGE_ALONE, **PROGRAMS_ALONE}
    assert sorted(each for each in said if each not in known and each not in rules) == []
    assert sorted(in_table() & set(said)) == []
    assert len(known) > 60
