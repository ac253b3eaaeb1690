"""The content of an e-mail, from which its text and its HTML are both made, so that they always agree."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import urljoin

from django.conf import settings
from django.utils.formats import localize
from django.utils.functional import cached_property
from django.utils.html import conditional_escape, linebreaks, urlize
from django.utils.safestring import SafeString
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from gcc_portal.core.gates import Text


@dataclass(frozen=True)
class EmailContent:
    """What was decided, why in plain words, and the next step with a link.

    `facts` are labelled values, shown as a table; `points` a list below the paragraphs.
    """

    subject: Text
    paragraphs: Sequence[Text]
    greeting: Text = ""
    points: Sequence[Text] = ()
    after_points: Sequence[Text] = ()
    action_label: Text = ""
    action_url: str = ""
    facts: Sequence[tuple[Text, object]] = field(default_factory=tuple)

    def one_line_subject(self) -> str:
        """Return the subject with line breaks and other white space folded: a header holds one line."""
        return " ".join(str(self.subject).split())[:250]

    def as_text(self) -> str:
        """Return the plain text."""
        return self._text

    def as_html(self) -> str:
        """Return the HTML."""
        return self._html

    # Cached, since several people get the same content; without a template, since a sweep writes thousands.
    @cached_property
    def _text(self) -> str:
        blocks = [_shown(self.greeting), *map(_shown, self.paragraphs)]
        if self.facts:
            blocks.append("\n".join(f"{_shown(label)}: {_shown(value)}" for label, value in self.facts))
        if self.points:
            blocks.append("\n".join(f"- {_shown(point)}" for point in self.points))
        blocks += map(_shown, self.after_points)
        if self.action_url:
            blocks.append(f"{_shown(self.action_label)}:\n{self.action_url}")
        blocks = blocks if self.greeting else blocks[1:]
        signature = f"-- \n{_signature()}\n{settings.PORTAL_URL}"
        return "\n\n".join([*blocks, signature]).strip() + "\n"

    @cached_property
    def _html(self) -> str:
        greeting = f"<p>{_escaped(self.greeting)}</p>" if self.greeting else ""
        facts = "".join(
            f'<tr><th align="left">{_escaped(label)}</th><td>{_escaped(value)}</td></tr>'
            for label, value in self.facts
        )
        points = "".join(
            f"<li>{urlize(_shown(point), nofollow=True, autoescape=True)}</li>" for point in self.points
        )
        url, portal = conditional_escape(self.action_url), conditional_escape(settings.PORTAL_URL)
        action = (
            f'<p><a href="{url}"><strong>{_escaped(self.action_label)}</strong></a><br>{url}</p>'
            if url
            else ""
        )
        return (
            '<!doctype html>\n<html lang="en">\n<head><meta charset="utf-8">'
            '<meta name="viewport" content="width=device-width">'
            f"<title>{_escaped(self.one_line_subject())}</title></head>\n<body>\n"
            f"{greeting}\n"
            f"{''.join(map(_paragraph, self.paragraphs))}\n"
            f"{f'<table>{facts}</table>' if facts else ''}\n"
            f"{f'<ul>{points}</ul>' if points else ''}\n"
            f"{''.join(map(_paragraph, self.after_points))}\n"
            f"{action}\n<hr>\n"
            f'<p>{_signature()}<br><a href="{portal}">{portal}</a></p>\n</body>\n</html>\n'
        )


def _signature() -> str:
    return _("US Government Cloud Eligibility")


def _shown(value: object) -> str:
    """Return a value as text, with numbers and local times in the active locale's format."""
    if isinstance(value, str):
        return value
    return str(localize(localtime(value) if isinstance(value, datetime) else value))


def _escaped(value: object) -> str:
    return conditional_escape(_shown(value))


def _paragraph(text: Text) -> str:
    """Return a text as HTML: an empty line begins a new paragraph, a line break stays one."""
    shown = _shown(text)
    if "\n" in shown or "\r" in shown:
        return str(linebreaks(shown, autoescape=not isinstance(shown, SafeString)))
    return f"<p>{conditional_escape(shown)}</p>"


def absolute(path: str) -> str:
    """Return the full address of a path of this portal, for a link in a mail."""
    return urljoin(settings.PORTAL_URL, path)
