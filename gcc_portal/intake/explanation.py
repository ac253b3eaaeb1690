"""The answer in which an applicant explains what a check could not see. Both forms ask it beside the files."""

from django import forms
from django.utils.translation import gettext_lazy as _

from gcc_portal.web.fields import PlainTextField

EXPLANATION_MAX = 2000
EXPLANATION_LABEL = _("Anything to add")


def explanation_field() -> PlainTextField:
    """Return the field, of up to EXPLANATION_MAX characters; nobody has to fill it in."""
    return PlainTextField(
        label=EXPLANATION_LABEL,
        help_text=_(
            "Whatever else we should know: an answer to what we asked you, or why something looks unusual."
        ),
        max_length=EXPLANATION_MAX,
        required=False,
        multiline=True,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
