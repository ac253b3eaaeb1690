"""The pages of an intake form that both apps share: steps, signing, status, the signed copy.

The app's view finds the form (and so decides who may see it) and hands it over; see `docs/intake.md`.
"""

from gcc_portal.intake.wizard.common import Urls
from gcc_portal.intake.wizard.signing import say_signed_already, sign_page
from gcc_portal.intake.wizard.status import attachment_file, copy_page, status_page
from gcc_portal.intake.wizard.steps import step_page

__all__ = [
    "Urls",
    "attachment_file",
    "copy_page",
    "say_signed_already",
    "sign_page",
    "status_page",
    "step_page",
]
