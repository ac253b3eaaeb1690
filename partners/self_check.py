"""The self-check: whether an application would likely be approved, by the same gates. Writes nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from gcc_portal.core.gates import Blocker, Text
from gcc_portal.identity.tenants.kinds import TenantKind
from partners.criteria import evidence_of
from partners.gates import qualification as gates
from partners.models import Partner
from partners.states import Verdict

TONES = {Verdict.LIKELY_YES: "success", Verdict.LIKELY_NO: "danger", Verdict.MORE_NEEDED: "warning"}


@dataclass(frozen=True)
class Outlook:
    """The likely result of an application."""

    verdict: Verdict
    blockers: Sequence[Blocker] = field(default_factory=tuple)
    questions: Sequence[str] = field(default_factory=tuple)

    @property
    def title(self) -> Text:
        """Return the verdict's label."""
        return self.verdict.label

    @property
    def tone(self) -> str:
        """Return the tone in which a page shows the verdict."""
        return TONES[self.verdict]


def outlook(partner: Partner, answers: Mapping[str, Any], tenant_answer: Mapping[str, Any]) -> Outlook:
    """Return the likely result for these answers (P1 to P4); `tenant_answer` is the directory's answer, or {}."""
    tenant_id = answers.get("tenant_id") or ""
    blockers = gates.can_apply(partner)
    if tenant_id:
        blockers = [*blockers, *gates.commercial_tenant(partner, tenant_id, tenant_answer)]
    blockers = [*blockers, *gates.a_criterion(answers)]
    if blockers:
        return Outlook(Verdict.LIKELY_NO, tuple(blockers))
    questions = _questions(answers, tenant_id, tenant_answer)
    return Outlook(Verdict.MORE_NEEDED if questions else Verdict.LIKELY_YES, questions=tuple(questions))


def _questions(answers: Mapping[str, Any], tenant_id: str, tenant_answer: Mapping[str, Any]) -> list[str]:
    """Return what a reviewer would still ask for."""
    needed = evidence_of(answers)
    questions = []
    if not any(kind in answers["evidence"] for kind in needed):
        questions = [_("Evidence: %(what)s.") % {"what": str(kind.label).lower()} for kind in needed]
    if not tenant_id:
        questions.append(
            _("Your commercial tenant ID. It stands on the Organization profile as Microsoft ID.")
        )
    elif tenant_answer.get("kind") != TenantKind.COMMERCIAL:
        questions.append(_("The cloud of your tenant could not be checked now. A reviewer will look."))
    return questions
