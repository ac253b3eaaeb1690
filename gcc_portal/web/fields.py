"""Form fields for text, domains and tenant IDs, cleaned and refused in the same way on every form."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy

from gcc_portal.core.hosts import parse_domain, web_domain
from gcc_portal.core.text import clean_text, text_problem
from gcc_portal.identity.tenants.kinds import ZERO_TENANT_ID, parse_tenant_id

PERSON_NAME_MAX = 50

ENTRA_HELP = gettext_lazy(
    "A tenant ID looks like 11111111-aaaa-4bbb-8ccc-000000000001: 32 digits and letters from a to f in five "
    "groups. A partner finds it in Partner Center under Account settings > Organization profile, as "
    "“Microsoft ID”; any organization in the Microsoft Entra admin center on the Overview page."
)


class PlainTextField(forms.CharField):
    """Text that is kept as typed but trimmed; control characters and direction overrides are refused.

    `multiline=True` gives a text area and allows line breaks, all kept as `\n`.
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
        # Before Django's own validators, so that one bad character gives one message.
        problem = text_problem(value or "", multiline=self.multiline)
        if problem is not None:
            raise ValidationError(problem, code="characters")
        super().run_validators(value)


def person_name(**options: Any) -> PlainTextField:
    """Return a field for a person's first, middle or last name (1 to 50 characters)."""
    options.setdefault("max_length", PERSON_NAME_MAX)
    return PlainTextField(**options)


class DomainField(forms.CharField):
    """A domain name, cleaned to lower case and its ASCII form."""

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
    """An organisation's web site, as a web address or a domain name, cleaned to the domain without `www.`."""

    default_error_messages = {
        "domain": gettext_lazy(
            "Enter the web site's address, such as harborview.gov or https://harborview.gov."
        )
    }

    def read(self, text: str) -> str | None:
        return None if "@" in text else web_domain(text)


class TenantIdField(forms.CharField):
    """A tenant ID, cleaned to the GUID in lower case with hyphens."""

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
