"""Text that people type: cleaned once, refused with a sentence, wherever it comes from."""

import unicodedata

from django.utils.translation import gettext as _

# These turn the direction of the text after them, so that a name can be made to read as another.
BIDI_OVERRIDES = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
LINE_ENDS = ("\r\n", "\r", "\u2028", "\u2029", "\x85", "\x0b", "\x0c")


def clean_text(text: str, *, multiline: bool = False) -> str:
    """Return `text` trimmed; with one kind of line end when `multiline`. Text of blanks alone gives ''."""
    if multiline:
        for line_end in LINE_ENDS:
            text = text.replace(line_end, "\n")
    text = text.strip()
    return text if any(_is_visible(letter) for letter in text) else _only_refusable(text)


def text_problem(text: str, *, multiline: bool = False) -> str | None:
    """Return a sentence on what in `text` can't be kept, or None.

    Refused: control characters (line breaks and tabs too, unless `multiline`), characters
    that turn the direction of the text, and halves of characters. Text of any script,
    right-to-left or not, and emoji are fine.
    """
    allowed = "\n\t" if multiline else ""
    for letter in text:
        if letter in allowed:
            continue
        category = unicodedata.category(letter)
        if letter in "\n\r\t" or category in {"Zl", "Zp"}:
            return _("Write this on one line, without line breaks or tabs.")
        if category == "Cc":
            return _("Remove the invisible control character (code %(code)s) and try again.") % {
                "code": f"U+{ord(letter):04X}"
            }
        if letter in BIDI_OVERRIDES:
            return _(
                "Remove the invisible character that turns the direction of the text (code %(code)s)."
            ) % {"code": f"U+{ord(letter):04X}"}
        if category == "Cs":
            return _("A character in this text is damaged. Type it again.")
    return None


def _is_visible(letter: str) -> bool:
    return unicodedata.category(letter)[0] not in "CZ"


def _only_refusable(text: str) -> str:
    """Return the invisible text if it holds what must be refused aloud, else ''."""
    return text if text_problem(text, multiline=True) else ""
