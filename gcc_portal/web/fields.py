"""Form fields for text that people type: cleaned once, refused with a sentence, the same on every form."""

import unicodedata
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gcc_portal.core.hosts import parse_domain, web_domain
from gcc_portal.identity.tenants.kinds import ZERO_TENANT_ID, parse_tenant_id

# These turn the direction of the text after them, so that a name can be made to read as another.
BIDI_OVERRIDES = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
LINE_ENDS = ("\r\n", "\r", "\u2028", "\u2029", "\x85", "\x0b", "\x0c")
PERSON_NAME_MAX = 50

ENTRA_HELP = gettext_lazy(
    "A tenant ID looks like 11111111-aaaa-4bbb-8ccc-000000000001: 32 digits and letters from a to f in five "
    "groups. A partner finds it in Partner Center under Account settings > Organization profile, as "
    "“Microsoft ID”; any organization in the Microsoft Entra admin center on the Overview page."
)


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


class PlainTextField(forms.CharField):
    """Text that is kept as typed: trimmed, without control or direction-turning characters.

    `multiline=True` gives a text area and allows line breaks, kept as one kind.
    """

    def __init__(self, *, multiline: bool = False, **options: Any) -> None:
        self.multiline = multiline
        if multiline:
            options.setdefault("widget", forms.Textarea)
        super().__init__(strip=False, **options)

    def to_python(self, value: Any) -> str | None:
        text = super().to_python(value)
        if not text:
            return text
        return clean_text(text, multiline=self.multiline) or self.empty_value

    def run_validators(self, value: Any) -> None:
        # Asked before Django's own validators, so that one character gives one message.
        problem = text_problem(value or "", multiline=self.multiline)
        if problem is not None:
            raise ValidationError(problem, code="characters")
        super().run_validators(value)


def person_name(**options: Any) -> PlainTextField:
    """Return a field for a person's first, middle or last name (1 to 50 characters)."""
    options.setdefault("max_length", PERSON_NAME_MAX)
    return PlainTextField(**options)


class DomainField(forms.CharField):
    """A domain name; gives it in lower case, in its ASCII form."""

    default_error_messages = {
        "domain": gettext_lazy(
            "Enter a domain name, such as harborview.gov, without http:// and without spaces."
        )
    }

    def to_python(self, value: Any) -> str | None:
        text = super().to_python(value)
        if not text:
            return text
        domain = self.read(text)
        if domain is None:
            raise ValidationError(self.error_messages["domain"], code="domain")
        return domain

    def read(self, text: str) -> str | None:
        return parse_domain(text)


class WebDomainField(DomainField):
    """An organisation's web site: a web address or a domain name; gives the domain, without `www.`."""

    default_error_messages = {
        "domain": gettext_lazy(
            "Enter the web site's address, such as harborview.gov or https://harborview.gov."
        )
    }

    def read(self, text: str) -> str | None:
        return None if "@" in text else web_domain(text)


class TenantIdField(forms.CharField):
    """A tenant ID; gives the GUID in lower case with hyphens, however it was pasted."""

    default_error_messages = {
        "tenant_id": ENTRA_HELP,
        "zero": gettext_lazy("An ID of zeros is no tenant's. Copy your organization's own tenant ID."),
    }

    def to_python(self, value: Any) -> str | None:
        text = super().to_python(value)
        if not text:
            return text
        tenant_id = parse_tenant_id(text)
        if tenant_id is None:
            code = "zero" if ZERO_TENANT_ID in text else "tenant_id"
            raise ValidationError(self.error_messages[code], code=code)
        return tenant_id


def _is_visible(letter: str) -> bool:
    return unicodedata.category(letter)[0] not in "CZ"


def _only_refusable(text: str) -> str:
    """Return the invisible text if it holds what must be refused aloud, else ''."""
    return text if text_problem(text, multiline=True) else ""
