"""The roles and states of partners, applications and invitations, and the tuples that rules are made of."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class PartnerRole(models.TextChoices):
    """A partner's role in the Cloud Solution Provider program."""

    DIRECT_BILL = "direct_bill", _("Direct bill partner")
    INDIRECT_PROVIDER = "indirect_provider", _("Indirect provider")
    INDIRECT_RESELLER = "indirect_reseller", _("Indirect reseller")


# Partners that order for their customers themselves (P2).
TRANSACTING_ROLES = (PartnerRole.DIRECT_BILL, PartnerRole.INDIRECT_PROVIDER)


class QualificationState(models.TextChoices):
    """The states of the partner's Government_Community_Cloud reseller qualification."""

    NONE = "none", _("None")
    PENDING = "pending", _("Pending")
    QUALIFIED = "qualified", _("Qualified")
    REVOKED = "revoked", _("Revoked")


class ApplicationKind(models.TextChoices):
    """Whether an API application acts for itself or for a signed-in agent."""

    APP_ONLY = "app_only", _("App-only")
    APP_USER = "app_user", _("App+User")


class InvitationState(models.TextChoices):
    """The states of an agent's invitation. They are derived from its timestamps, not stored."""

    INVITED = "invited", _("Invited")
    ACCEPTED = "accepted", _("Accepted")
    CANCELLED = "cancelled", _("Cancelled")
    EXPIRED = "expired", _("Expired")


class Verdict(models.TextChoices):
    """The answers of the self-check."""

    LIKELY_YES = "likely_yes", _("Likely yes")
    LIKELY_NO = "likely_no", _("Likely no")
    MORE_NEEDED = "asked", _("You will likely be asked for more")
