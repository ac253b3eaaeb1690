"""A letter written by hand is, letter for letter, what a template makes of it: escaped, with its lines and links."""

import itertools
import uuid
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.template import Context, Engine
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy as _

from gcc_portal.core.mail.emails import EmailContent

# What the texts are compared with.
TEMPLATES = Path(__file__).parent / "templates"
ENGINE = Engine(dirs=[str(TEMPLATES)], libraries={"i18n": "django.templatetags.i18n"})
TEXTS: list[Any] = [
    "plain",
    "a <b> & 'q' \"z\"",
    "two\n\nparagraphs <i>\nand a line",
    "",
    "  blanks around ",
    _("Approve"),
    "see http://x.example/a?b=1&c=2 now",
    "carriage\r\nreturn",
    "\n",
    mark_safe("<b>safe</b>"),
    "right-to-left \u202e and 😀",
]
FACTS: list[tuple[Any, object]] = [
    ("a&", 5),
    (_("Approve"), 123456),
    ("day", date(2026, 1, 2)),
    ("moment", datetime(2026, 1, 2, 3, 4, tzinfo=UTC)),
    ("id", uuid.UUID(int=5)),
    ("nothing", None),
    ("number", 1234.5),
    ("tag", "<"),
]
SHAPES = list(
    itertools.product(
        ["", "Hello <x>,"],
        [[], TEXTS, ["one"]],
        [[], FACTS],
        [[], TEXTS],
        [[], TEXTS],
        [("", ""), ("Open <it>", "http://h.example/x?a=1&b=2")],
    )
)


@pytest.mark.parametrize("shape", SHAPES, ids=[str(number) for number in range(len(SHAPES))])
def test_a_letter_is_what_the_template_makes_of_it(shape: Any) -> None:
    greeting, paragraphs, facts, points, after, (label, url) = shape
    letter = EmailContent(
        "A subject\n <b> of two lines", paragraphs, greeting, points, after, label, url, facts
    )
    context = {"letter": letter, "portal_url": settings.PORTAL_URL}
    text = ENGINE.get_template("usual/letter.txt").render(Context(context))
    assert letter.as_text() == text.strip() + "\n"
    assert letter.as_html() == ENGINE.get_template("usual/letter.html").render(Context(context))


def test_no_markup_comes_from_an_answer() -> None:
    letter = EmailContent("S", ["<script>alert(1)</script>"], points=["<img src=x>"], facts=[("<i>", "<u>")])
    for tag in ("<script", "<img", "<i>", "<u>"):
        assert tag not in letter.as_html()
