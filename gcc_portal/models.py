"""All tables of `gcc_portal`, imported here so that Django finds them."""

from gcc_portal.api.models import RepeatableCall
from gcc_portal.core.audit.models import AuditEntry
from gcc_portal.core.mail.models import OutboxMail
from gcc_portal.core.people.models import User
from gcc_portal.identity.registry.models import GovDomain
from gcc_portal.identity.tenants.models import DirectoryTenant
from gcc_portal.intake.models import Attachment, Check, InformationPoint, IntakeForm, Submission

__all__ = [
    "Attachment",
    "AuditEntry",
    "Check",
    "DirectoryTenant",
    "GovDomain",
    "InformationPoint",
    "IntakeForm",
    "OutboxMail",
    "RepeatableCall",
    "Submission",
    "User",
]
