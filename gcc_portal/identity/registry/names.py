"""Compares names of organisations as people write them, on forms (A2) and in the .gov registry."""

import re
import unicodedata

from gcc_portal.identity.us_states import TERRITORIES, US_STATES

LONGEST_NAME = 300
LONGEST_KEY = 600

# Codes by name, both in lower case as names are compared.
STATES = {name.lower(): code.lower() for code, name in (US_STATES | TERRITORIES).items()}
SHORT_FORMS = {"saint": "st", "mount": "mt", "fort": "ft", "dept": "department", "twp": "township"}

APOSTROPHES = str.maketrans("", "", "'’‘`´ʻʼ′")
# Dots of initials (U.S., L.L.C.) are removed; any other dot separates words.
INITIAL_DOT = re.compile(r"(?<=\b\w)\.(?=\w\b)")
# All but letters, digits, and the comma and brackets that separate a name from its state or kind.
NOT_STRUCTURE = re.compile(r"[^\w,()]|_")
STATE_NAMES = "|".join(sorted(STATES, key=len, reverse=True))
STATE_AFTER_MARK = re.compile(rf"(.+?) ?[,(] ?({STATE_NAMES}|{'|'.join(STATES.values())}) ?\)?")
STATE_AFTER_PLACE = re.compile(
    rf"((?:city|town|township|village|borough|county|parish) of \w.*?) ({STATE_NAMES})"
)
TURNED_ROUND = re.compile(r"([^,(]+?) ?[,(] ?([^,()]* ?\bof) ?\)?")
KIND_OF_PLACE = re.compile(r"((?:charter )?(?:county|parish|township|borough)) of (.+)")


def name_key(text: str) -> str:
    """Return `text` in the form in which names are compared; '' when it has no letter or digit.

    Equal for names that differ in case, punctuation, accents, "the", "&" and "and", in
    "City of X" and "X, City of", and in "County of X" and "X County". A state named at the
    end stands as its two letters.
    """
    base, state = _parts(text)
    return f"{base} {state}".strip()[:LONGEST_KEY]


def names_agree(one: str, other: str) -> bool:
    """Return whether two names can be the same organisation's (A2, C2).

    Where only one of the two names its state, the state does not count; two different
    states do not agree.
    """
    (first, first_state), (second, second_state) = _parts(one), _parts(other)
    if not first or first != second:
        return name_key(one) == name_key(other) != ""
    return not first_state or not second_state or first_state == second_state


def _parts(text: str) -> tuple[str, str]:
    """Return the name without the state at its end, and the state's two letters or ''."""
    name = _plain(text[:LONGEST_NAME])
    state = ""
    found = STATE_AFTER_MARK.fullmatch(name) or STATE_AFTER_PLACE.fullmatch(name)
    if found:
        name, state = found.group(1), STATES.get(found.group(2), found.group(2))
    turned = TURNED_ROUND.fullmatch(name)
    if turned:
        name = f"{turned.group(2)} {turned.group(1)}"
    words = re.findall(r"\w+", name)
    kept = [SHORT_FORMS.get(word, word) for word in words if word != "the"] or words
    name = " ".join(kept)
    place = KIND_OF_PLACE.fullmatch(name)
    if place:
        name = f"{place.group(2)} {place.group(1)}"
    return name, state


def _plain(text: str) -> str:
    """Return `text` in lower case without accents, with single blanks between words."""
    bare = "".join(
        character
        for character in unicodedata.normalize("NFKD", text)
        if unicodedata.category(character) not in {"Mn", "Cf"}
    )
    bare = INITIAL_DOT.sub("", bare.casefold().translate(APOSTROPHES))
    bare = bare.replace("&", " and ").replace("+", " and ")
    return " ".join(NOT_STRUCTURE.sub(" ", bare).split())
