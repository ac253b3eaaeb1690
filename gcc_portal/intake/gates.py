"""Rules of the intake that both kinds of form have in common: a complete and signed form (P5, C3), an answer (T1)."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from gcc_portal.core.gates import Blocker
from gcc_portal.intake.answers import unfinished
from gcc_portal.intake.kinds import IntakeKind, step_of_field
from gcc_portal.intake.models import IntakeForm

SIGNATURE_MAX = 150
POINTS_MAX = 10
TEXT_MAX = 2000


@dataclass(frozen=True)
class PathBlocker(Blocker):
    """A blocker that leads to a path of the form's app instead of a named address."""

    path: str = ""

    @property
    def url(self) -> str:
        """Return where to go next."""
        return self.path


@dataclass(frozen=True)
class Signature:
    """What a signatory gave: who, in what office, for which answers (`revision`) and which terms."""

    name: str
    title: str
    accepted: bool
    revision: int
    terms_version: str


def is_complete(kind: IntakeKind, form: IntakeForm) -> list[Blocker]:
    """P5, C3: return one blocker for each step that is not complete or not correct.

    Validates every step anew, which may ask the tenant directory: it is called before the transaction of a signing.
    """
    found: list[Blocker] = []
    for step, bound in unfinished(kind, form):
        wrong = [name for name in bound.fields if name in bound.errors]
        labels = ", ".join(str(bound[name].label) for name in wrong)
        problems = labels or " ".join(str(error) for error in bound.non_field_errors())
        found.append(
            PathBlocker(
                code=f"{kind.rule}.incomplete",
                message=_("“%(step)s” is not complete: %(fields)s.")
                % {"step": step.title, "fields": problems.rstrip(".")},
                next_step=_("Fill in what is missing or correct what is wrong there."),
                path=kind.edit_path(form, wrong[0] if wrong else next(iter(bound.fields), "")),
                url_label=_("Go to “%(step)s”") % {"step": step.title},
                field=wrong[0] if wrong else "",
            )
        )
    return found


def is_signed(kind: IntakeKind, signature: Signature) -> list[Blocker]:
    """P5, C3: a contract needs a named signatory who accepts the terms."""
    named = signature.name.strip() and signature.title.strip()
    fits = max(len(signature.name), len(signature.title)) <= SIGNATURE_MAX
    found = []
    if not (named and fits):
        found.append(
            Blocker(
                code=f"{kind.rule}.signatory",
                message=_("The form needs the name and the title of the person who signs it."),
                field="signatory_name",
            )
        )
    if not signature.accepted:
        found.append(
            Blocker(
                code=f"{kind.rule}.terms",
                message=_("The form is a contract: it can only be sent once the terms are accepted."),
                field="accepted",
            )
        )
    return found


def has_points(kind: IntakeKind, points: Sequence[tuple[str, str]]) -> list[Blocker]:
    """T1: a request for information names one or more points, each a field of the form and what is wanted."""
    if not 0 < len(points) <= POINTS_MAX:
        message = _("Ask for at least one point and at most %(count)d.") % {"count": POINTS_MAX}
    elif any(step_of_field(kind, field) is None or not 0 < len(text) <= TEXT_MAX for field, text in points):
        message = _("Each point names a field of the form and says what is wanted.")
    else:
        return []
    return [Blocker(code="T1.points", message=message)]


def has_reason(kind: IntakeKind, code: str, text: str) -> list[Blocker]:
    """T1: a decline gives a reason of the kind's list and words of one's own."""
    codes = {reason.code for reason in kind.decline_reasons}
    if code in codes and text.strip() and len(text) <= TEXT_MAX:
        return []
    return [
        Blocker(
            code="T1.reason",
            message=_("A decline needs a reason from the list and a sentence that the applicant can read."),
        )
    ]
