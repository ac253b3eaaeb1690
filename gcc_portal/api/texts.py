"""Text as clients send it, cleaned and refused as the pages do: `Annotated[str, Field(max_length=200), ONE_LINE]`."""

from typing import Annotated, Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _
from pydantic import AfterValidator, BeforeValidator, Field

from gcc_portal.core.text import clean_text, text_problem


def _on_one_line(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    text = clean_text(value)
    problem = text_problem(text)
    if problem is not None:
        raise ValueError(problem)
    return text


def _address(value: str) -> str:
    if value:
        try:
            validate_email(value)
        except ValidationError:
            raise ValueError(_("Enter an e-mail address, such as it@harborview.example.")) from None
    return value


def _culture(value: str) -> str:
    language, dash, country = value.partition("-")
    return f"{language.lower()}{dash}{country.upper()}"


ONE_LINE = BeforeValidator(_on_one_line)
"""Trimmed; without control characters, line breaks, or characters that turn the direction of the text."""

EMAIL = AfterValidator(_address)
"""An e-mail address, or nothing."""

Culture = Annotated[str, Field(pattern=r"^[A-Za-z]{2}-[A-Za-z]{2}$"), AfterValidator(_culture)]
"""Language and country, such as en-US; answered in that casing."""

Language = Annotated[str, Field(pattern=r"^[A-Za-z]{2}(-[A-Za-z]{2})?$"), AfterValidator(_culture)]
"""A language, with or without a country."""
