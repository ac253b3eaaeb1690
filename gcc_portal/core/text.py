"""Cleans text that people type, and says what in it can't be kept; for forms, API and imports alike."""

import unicodedata

from django.utils.translation import gettext as _

# These reverse the direction of the text after them, so that a name can be made to read as another.
BIDI_OVERRIDES = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
LINE_ENDS = ("\r\n", "\r", "\u2028", "\u2029", "\x85", "\x0b", "\x0c")


def clean_text(text: str, *, multiline: bool = False) -> str:
    """Return `text` trimmed; with one kind of line end when `multiline`. Text of blanks alone gives ''."""
    if multiline:
        for line_end in LINE_ENDS:
            text = text.replace(line_end, "\n")
    text = text.strip()
    return text if any(_is_visible(character) for character in text) else _only_refusable(text)


def text_problem(text: str, *, multiline: bool = False) -> str | None:
    """Return a sentence on what in `text` can't be kept, or None.

    Refused: control characters (line breaks and tabs too, unless `multiline`), characters
    that turn the direction of the text, and halves of characters. Text of any script,
    right-to-left or not, and emoji are fine.
    """
    allowed = "\n\t" if multiline else ""
    for character in text:
        if character in allowed:
            continue
        category = unicodedata.category(character)
        if character in "\n\r\t" or category in {"Zl", "Zp"}:
            return _("Write this on one line, without line breaks or tabs.")
        if category == "Cc":
            return _("Remove the invisible control character (code %(code)s) and try again.") % {
                "code": f"U+{ord(character):04X}"
            }
        if character in BIDI_OVERRIDES:
            return _(
                "Remove the invisible character that turns the direction of the text (code %(code)s)."
            ) % {"code": f"U+{ord(character):04X}"}
        if category == "Cs":
            return _("A character in this text is damaged. Type it again.")
    return None


def _is_visible(character: str) -> bool:
    return unicodedata.category(character)[0] not in "CZ"


def _only_refusable(text: str) -> str:
    """Return the invisible text if it holds characters that `text_problem` must report, else ''."""
    return text if text_problem(text, multiline=True) else ""


def money(cents: int | str | None) -> str:
    """Return a number of US cents as dollars: 123450 -> $1,234.50. None gives an empty string."""
    if cents is None or cents == "":
        return ""
    whole = int(cents)
    sign = "-" if whole < 0 else ""
    return f"{sign}${abs(whole) // 100:,}.{abs(whole) % 100:02d}"
