"""The self-check: likely yes, likely no, or what will be asked. Made of the gates; it writes nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from gcc_portal.core.gates import Blocker
from gcc_portal.identity.tenants.kinds import TenantKind
from partners.forms.intake import EVIDENCE, EVIDENCE_OF
from partners.gates import qualification as gates
from partners.models import Partner

YES, NO, ASKED = "likely_yes", "likely_no", "asked"


@dataclass(frozen=True)
class Outlook:
    """What an application would likely meet."""

    verdict: str
    blockers: Sequence[Blocker] = field(default_factory=tuple)
    questions: Sequence[str] = field(default_factory=tuple)

    @property
    def title(self) -> str:
        """Return the verdict in words."""
        return {
            YES: _("Likely yes"),
            NO: _("Likely no"),
            ASKED: _("You will likely be asked for more"),
        }[self.verdict]

    @property
    def tone(self) -> str:
        """Return the tone of the verdict."""
        return {YES: "success", NO: "danger", ASKED: "warning"}[self.verdict]


def outlook(partner: Partner, answers: Mapping[str, Any], tenant_answer: Mapping[str, Any]) -> Outlook:
    """Return what the rules say of these answers (P1 to P4); `tenant_answer` is what the directory said, or {}."""
    tenant_id = answers.get("tenant_id") or ""
    blockers = gates.can_apply(partner)
    if tenant_id:
        blockers = [*blockers, *gates.commercial_tenant(partner, tenant_id, tenant_answer)]
    if not answers.get("criteria"):
        blockers = [
            *blockers,
            Blocker(
                "SC.no_criterion",
                _("None of the criteria holds."),
                _(
                    "One of the three is needed: without business with US government customers there is no approval."
                ),
                field="criteria",
            ),
        ]
    if blockers:
        return Outlook(NO, tuple(blockers))
    questions = _questions(answers, tenant_id, tenant_answer)
    return Outlook(ASKED if questions else YES, questions=tuple(questions))


def _questions(answers: Mapping[str, Any], tenant_id: str, tenant_answer: Mapping[str, Any]) -> list[str]:
    """Return what an approval would still need."""
    found = []
    if not any(EVIDENCE_OF[criterion] in answers["evidence"] for criterion in answers["criteria"]):
        wanted = [EVIDENCE_OF[criterion] for criterion in answers["criteria"]]
        words = dict(EVIDENCE)
        found += [_("Evidence: %(what)s.") % {"what": str(words[name]).lower()} for name in wanted]
    if not tenant_id:
        found.append(_("Your commercial tenant ID. It stands on the Organization profile as Microsoft ID."))
    elif tenant_answer.get("kind") != TenantKind.COMMERCIAL:
        found.append(_("The cloud of your tenant could not be checked now. A reviewer will look."))
    return found
