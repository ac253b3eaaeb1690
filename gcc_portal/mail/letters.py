"""Letters: the words of one mail, from which text and HTML are both made so that they always agree."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from urllib.parse import urljoin

from django.conf import settings
from django.template.loader import render_to_string

from gcc_portal.gates import Text


@dataclass(frozen=True)
class Letter:
    """What was decided, why in plain words, and the next step with a link."""

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
        return (
            render_to_string("mail/letter.txt", {"letter": self, "portal_url": settings.PORTAL_URL}).strip()
            + "\n"
        )

    def as_html(self) -> str:
        """Return the HTML."""
        return render_to_string("mail/letter.html", {"letter": self, "portal_url": settings.PORTAL_URL})


def absolute(path: str) -> str:
    """Return the full address of a path of this portal, for a link in a mail."""
    return urljoin(settings.PORTAL_URL, path)
