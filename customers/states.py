"""The states of customers, creations, validation IDs and relationships, and the tuples that rules are made of."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class QualificationKind(models.TextChoices):
    """The special qualifications that a customer can hold."""

    EDUCATION = "education", _("Education")
    NONPROFIT = "nonprofit", _("Nonprofit")
    GOVERNMENT_COMMUNITY_CLOUD = "government_community_cloud", _("Government Community Cloud")
    STATE_OWNED_ENTITY = "state_owned_entity", _("State-owned entity")


GCC = QualificationKind.GOVERNMENT_COMMUNITY_CLOUD
# Never granted together with Government Community Cloud (O2). A state-owned entity may be.
EXCLUDED_BY_GCC = (QualificationKind.EDUCATION, QualificationKind.NONPROFIT)
# May be requested after the customer's creation (A3).
REQUESTABLE_KINDS = (GCC, QualificationKind.EDUCATION, QualificationKind.STATE_OWNED_ENTITY)


class QualificationState(models.TextChoices):
    """The states of a customer's special qualification."""

    NONE = "none", _("None")
    IN_REVIEW = "in_review", _("In review")
    GRANTED = "granted", _("Granted")
    DENIED = "denied", _("Denied")
    REVOKED = "revoked", _("Revoked")


UNDECIDED_QUALIFICATION = (QualificationState.NONE, QualificationState.IN_REVIEW)
LIVE_QUALIFICATION = (*UNDECIDED_QUALIFICATION, QualificationState.GRANTED)


class CreationState(models.TextChoices):
    """The states of a customer creation."""

    DRAFT = "draft", _("Draft")
    QUALIFICATION_CHECKED = "qualification_checked", _("Qualification checked")
    PROVISIONING = "provisioning", _("Provisioning")
    ACTIVE = "active", _("Created")
    FAILED = "failed", _("Failed")


EDITABLE_CREATION = (CreationState.DRAFT, CreationState.QUALIFICATION_CHECKED)
# The creation owns its domain from the moment on which provisioning begins.
DOMAIN_OWNERS = (CreationState.PROVISIONING, CreationState.ACTIVE)


class ValidationState(models.TextChoices):
    """The states of a validation ID."""

    ISSUED = "issued", _("Issued")
    EXHAUSTED = "exhausted", _("Exhausted")
    EXPIRED = "expired", _("Expired")
    REVOKED = "revoked", _("Revoked")


VALID_IDS = (ValidationState.ISSUED, ValidationState.EXHAUSTED)


class UseState(models.TextChoices):
    """The states of one use of a validation ID."""

    RESERVED = "reserved", _("Under way")
    USED = "used", _("Used")
    RELEASED = "released", _("Released")


LIVE_USE = (UseState.RESERVED, UseState.USED)


class RelationshipState(models.TextChoices):
    """The states of a relationship."""

    INVITED = "invited", _("Invited")
    ACTIVE = "active", _("Active")
    DECLINED = "declined", _("Declined")
    EXPIRED = "expired", _("Expired")
    ENDED = "ended", _("Ended")


# Shown instead of `EXPIRED` for a request that its partner took back.
CANCELLED = "cancelled"
