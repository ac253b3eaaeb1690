"""Starting an eligibility form, and e-mailing its personal link again. The intake package does the rest."""

from datetime import timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from customers.emails import eligibility as emails
from customers.models import CustomerForm
from gcc_portal.core.audit.record import record
from gcc_portal.core.gates import WrongState
from gcc_portal.core.machine import require
from gcc_portal.core.mail.outbox import emails_about, queue_email
from gcc_portal.core.people.actors import Actor
from gcc_portal.core.people.roles import Right
from gcc_portal.core.use_case import use_case
from gcc_portal.intake.models import FormState

LINK_KIND = "eligibility_link"
# Minimum time between two e-mails of one form's link, and how many there may be in all.
LINK_PAUSE = timedelta(minutes=1)
LINKS_MOST = 20
# Limit of new forms for one address, so that nobody can fill a mailbox through this page.
DRAFTS_MOST = 5
DRAFTS_WITHIN = timedelta(hours=1)


@use_case
def start(actor: Actor, *, organization_name: str, contact_email: str) -> CustomerForm:
    """Create a draft and e-mail its personal link; return the draft.

    Idempotent: the same address and organisation get the link of their earlier draft. The page says the same in both
    cases, so that nobody can find out which forms there are. Raises `WrongState` when there are too many.
    """
    require(actor, Right.SIGN_CUSTOMER_FORM)
    drafts = CustomerForm.objects.filter(
        state=FormState.DRAFT,
        contact_email__iexact=contact_email,
        organization_name__iexact=organization_name,
    )
    draft = drafts.order_by("-id").first()
    if draft is None:
        _require_few(contact_email)
        draft = CustomerForm.objects.create(
            kind=CustomerForm.Kind.CUSTOMER,
            organization_name=organization_name,
            contact_email=contact_email,
            answers={"organization_name": organization_name, "contact_email": contact_email},
        )
        record(actor, "start_form", draft, to_state=FormState.DRAFT)
    _mail_link(actor, draft)
    return draft


def _require_few(contact_email: str) -> None:
    recent = CustomerForm.objects.filter(
        contact_email__iexact=contact_email, created_at__gt=timezone.now() - DRAFTS_WITHIN
    )
    if recent.count() >= DRAFTS_MOST:
        raise WrongState(
            _(
                "Several forms were begun for this address in the last hour. Use the links in its mailbox, or wait."
            )
        )


def _mail_link(actor: Actor, form: CustomerForm) -> None:
    """Queue the personal link, within the limits."""
    locked = CustomerForm.objects.select_for_update(of=("self",)).get(pk=form.pk)
    links = emails_about(locked).filter(kind=LINK_KIND)
    count, last = links.count(), links.first()
    if count >= LINKS_MOST or (last is not None and last.created_at > timezone.now() - LINK_PAUSE):
        return
    content = emails.personal_link(locked)
    queue_email(LINK_KIND, content, locked.contact_email, locked, key=f"eligibility-link:{locked.pk}:{count}")
    record(actor, "send_form_link", locked)
