"""The resend button of e-mails on records."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from gcc_portal.core.limits import limited
from gcc_portal.core.mail.models import OutboxMail
from gcc_portal.core.mail.tasks import resend
from gcc_portal.core.people.actors import Actor
from gcc_portal.core.people.request import actor_on
from gcc_portal.core.people.roles import Right


@login_required
@require_POST
@limited("invitation_mail")
def resend_mail(request: HttpRequest, email_id: int) -> HttpResponse:
    """Queue an e-mail again and go back to the page of the button. 404 for e-mails that the person may not see."""
    mail = OutboxMail.objects.select_related("email").filter(email_id=email_id).first()
    if mail is None or not may_resend(actor_on(request), mail):
        raise Http404
    with transaction.atomic():
        queued = resend(email_id)
    if queued:
        messages.success(
            request, _("The mail is on its way again to %(to)s.") % {"to": ", ".join(mail.email.to)}
        )
    else:
        messages.info(request, _("This mail is waiting to be sent already."))
    return HttpResponseRedirect(back(request))


def may_resend(actor: Actor, mail: OutboxMail) -> bool:
    """Return whether the e-mail is about an object of the actor's partner, or the actor reviews forms."""
    if mail.partner_id is not None and mail.partner_id == actor.partner_id:
        return True
    return actor.may(Right.REVIEW_FORMS)


def back(request: HttpRequest) -> str:
    """Return the page that had the button, if its host is ours, else the first page."""
    came_from = request.headers.get("referer", "")
    if url_has_allowed_host_and_scheme(came_from, {request.get_host()}, require_https=request.is_secure()):
        return came_from
    return reverse("home")
