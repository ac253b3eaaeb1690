"""All tables of the ground, for Django to find."""

from gcc_portal.api.models import RepeatableCall
from gcc_portal.audit.models import AuditEntry
from gcc_portal.intake.models import Attachment, Check, InformationPoint, IntakeForm, Submission
from gcc_portal.mail.models import OutboxMail
from gcc_portal.operations.models import QueueSample
from gcc_portal.people.models import User
from gcc_portal.registry.models import GovDomain
from gcc_portal.tenants.models import DirectoryTenant

__all__ = [
    "Attachment",
    "AuditEntry",
    "Check",
    "DirectoryTenant",
    "GovDomain",
    "InformationPoint",
    "IntakeForm",
    "OutboxMail",
    "QueueSample",
    "RepeatableCall",
    "Submission",
    "User",
]
