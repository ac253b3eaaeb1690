"""The partner's rules P1 to P5. No writes."""

from typing import TYPE_CHECKING

from gcc_portal.gates import Blocker

if TYPE_CHECKING:
    from partners.models import Partner, PartnerForm


def holds_qualification(partner: "Partner") -> list[Blocker]:
    """Return a blocker unless the partner holds Government_Community_Cloud (used by A1, C1, O1, R1)."""
    raise NotImplementedError


def can_apply(partner: "Partner") -> list[Blocker]:
    """P1, P2, P4: enrolled, transacting, not qualified."""
    raise NotImplementedError


def can_submit(form: "PartnerForm") -> list[Blocker]:
    """P1 to P5 at the signing."""
    raise NotImplementedError


def can_approve(form: "PartnerForm") -> list[Blocker]:
    """P1 to P3 at the approval."""
    raise NotImplementedError


def can_be_qualified(partner: "Partner") -> list[Blocker]:
    """P1, P2 of the partner alone."""
    raise NotImplementedError
