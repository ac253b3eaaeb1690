"""Use cases of API applications: create, renew the secret, revoke, consent to act for a person."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from allauth.idp.oidc.adapter import get_adapter
from allauth.idp.oidc.models import Client, Token
from django.contrib.auth.hashers import make_password
from django.utils import timezone
from django.utils.translation import gettext as _

from gcc_portal.core.audit.record import record
from gcc_portal.core.gates import Stale, WrongState, guard
from gcc_portal.core.machine import require
from gcc_portal.core.mail.emails import EmailContent
from gcc_portal.core.mail.outbox import queue_email
from gcc_portal.core.people.actors import Actor, Channel, portal
from gcc_portal.core.people.roles import Right
from gcc_portal.core.use_case import use_case
from partners.emails import applications as emails
from partners.gates import applications as application_gates
from partners.models import ApiApplication
from partners.oauth.entra import SCOPE
from partners.queries import partners as queries
from partners.queries.applications import application_locked
from partners.states import ApplicationKind

GRANTS = {
    ApplicationKind.APP_ONLY: [Client.GrantType.CLIENT_CREDENTIALS],
    ApplicationKind.APP_USER: [Client.GrantType.AUTHORIZATION_CODE, Client.GrantType.REFRESH_TOKEN],
}


@dataclass(frozen=True)
class Credentials:
    """An application and its secret in plain text. Only a hash is stored, so it can be shown this once."""

    application: ApiApplication
    secret: str


def secret_number(application: ApiApplication) -> str:
    """Return a number that changes with the application's secret and reveals nothing of it."""
    return application.rotated_at.isoformat() if application.rotated_at else "first"


@use_case
def make_application(
    actor: Actor,
    *,
    name: str,
    kind: str,
    role: str,
    redirects: Sequence[str] = (),
    client_id: str = "",
    secret: str = "",
) -> Credentials:
    """Make an API application of the actor's own organization; return it with its secret.

    `redirects` (App+User alone) are checked by the form. `client_id` and `secret` are generated unless given.
    Raises `Http404`, `NotAllowed`, or `Blocked` for a name in use or too many applications.
    """
    partner = queries.own_partner_locked(actor)
    require(actor, Right.MANAGE_APPLICATIONS)
    guard(application_gates.can_make(partner, name))
    client = Client(id=client_id or get_adapter().generate_client_id(), name=name, owner=None)
    client.scopes = client.default_scopes = SCOPE
    client.set_grant_types([str(grant) for grant in GRANTS[ApplicationKind(kind)]])
    client.response_types = "code" if kind == ApplicationKind.APP_USER else ""
    client.set_redirect_uris(list(redirects) if kind == ApplicationKind.APP_USER else [])
    secret = secret or get_adapter().generate_client_secret()
    client.set_secret(secret)
    client.save(force_insert=True)
    application = ApiApplication.objects.create(
        client=client, partner=partner, name=name, kind=kind, role=role, created_by_id=actor.user_id
    )
    what = f"{application.get_kind_display()}, {application.get_role_display()}"
    _record_and_email(actor, application, "make_application", emails.made, what)
    return Credentials(application, secret)


@use_case
def rotate_application(actor: Actor, client_id: str, *, seen: str) -> Credentials:
    """Give an application a new secret; the old one and every token stop at once. Returns it with its secret.

    `seen` says which secret the page was about (`secret_number`). Raises `Http404`, `NotAllowed`, `WrongState` for
    one that is revoked, `Stale` where the secret was renewed in the meantime: pressed twice, it is renewed once.
    """
    application = _locked_in_use(actor, client_id)
    if seen != secret_number(application):
        raise Stale(
            _("The secret was renewed just now. Open the application and look before you renew it again.")
        )
    secret = get_adapter().generate_client_secret()
    application.client.set_secret(secret)
    application.client.save(update_fields=["secret"])
    application.rotated_at = timezone.now()
    application.save(update_fields=["rotated_at"])
    Token.objects.filter(client_id=application.pk).delete()
    _record_and_email(actor, application, "rotate_application", emails.rotated)
    return Credentials(application, secret)


@use_case
def revoke_application(actor: Actor, client_id: str) -> ApiApplication:
    """End an application for good: its secret and every token stop at once. Returns it.

    Raises `Http404`, `NotAllowed`, or `WrongState` for one that is revoked already.
    """
    application = _locked_in_use(actor, client_id)
    application.client.secret = make_password(None)
    application.client.save(update_fields=["secret"])
    application.revoked_at = timezone.now()
    application.save(update_fields=["revoked_at"])
    Token.objects.filter(client_id=application.pk).delete()
    _record_and_email(actor, application, "revoke_application", emails.revoked)
    return application


def stop_tokens(application: ApiApplication, user_id: int) -> None:
    """Delete every token by which an application acts for a person, in the caller's transaction.

    The portal does this itself where a refresh token seems to be stolen. The person may sign in again.
    """
    Token.objects.filter(client_id=application.pk, user_id=user_id).delete()
    record(portal(Channel.API), "stop_tokens", application, reason=_("A used refresh token came again."))


@use_case
def consent_to_application(actor: Actor, client_id: str) -> ApiApplication:
    """Write down that an agent lets an application act on the agent's behalf. Returns it.

    Raises `Http404`, or `WrongState` for one that is revoked or acts for itself.
    """
    application = application_locked(actor, client_id)
    if application.revoked_at is not None or application.is_app_only:
        raise WrongState(_("This application can't act for a person (any more)."))
    record(actor, "consent_application", application)
    return application


def _locked_in_use(actor: Actor, client_id: str) -> ApiApplication:
    application = application_locked(actor, client_id)
    require(actor, Right.MANAGE_APPLICATIONS)
    if application.revoked_at is not None:
        raise WrongState(_("This application was revoked already. Make a new one if it is needed after all."))
    return application


def _record_and_email(
    actor: Actor,
    application: ApiApplication,
    action: str,
    build: Callable[[ApiApplication, str], EmailContent],
    reason: str = "",
) -> None:
    """Record the action and e-mail all admin agents, so that no one person changes credentials unnoticed."""
    written = record(actor, action, application, reason=reason)
    addresses = queries.admin_addresses(application.partner)
    if addresses:
        key = f"{action}:{application.pk}:{written.pk}"
        queue_email(action, build(application, actor.name), addresses, application, key=key)
