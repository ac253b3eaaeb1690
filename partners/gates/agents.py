"""Rules about a partner's agents and their invitations. No writes."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from gcc_portal.core.gates import Blocker
from gcc_portal.core.people.models import User
from gcc_portal.core.people.roles import Role
from partners.models import Agent, Invitation, Partner

OPEN_INVITATIONS_MAX = 50
INVITATION_SENDS_MAX = 5


def keeps_an_admin(agent: Agent, other_admins: Sequence[Agent] | None = None) -> list[Blocker]:
    """The last admin agent of an organization can neither be removed nor become a sales agent.

    `other_admins` saves the query where the caller has read them already.
    """
    if agent.role != Role.ADMIN_AGENT or not agent.is_active:
        return []
    if other_admins is None:
        other_admins = list(agent.partner.agents.admins_at_work().exclude(pk=agent.pk))
    if other_admins:
        return []
    return [
        Blocker(
            "AG.last_admin",
            _("%(name)s is the only admin agent of %(partner)s.")
            % {"name": str(agent.user), "partner": agent.partner.name},
            _("Invite another admin agent, or make a sales agent one, first."),
            to=("partners:agents", ()),
            url_label=_("Agents"),
        )
    ]


def can_invite(partner: Partner, email: str) -> list[Blocker]:
    """An address is invited once, and not where its owner is an agent of this organization already.

    It does not reveal whether the address has an account elsewhere: only its owner learns that, by the link.
    """
    if partner.agents.filter(user__email__iexact=email, is_active=True).exists():
        return [
            Blocker(
                "AG.already_agent", _("%(email)s is an agent already.") % {"email": email}, field="email"
            ),
        ]
    if partner.invitations.open().filter(email__iexact=email).exists():
        return [
            Blocker(
                "AG.already_invited",
                _("%(email)s was invited already.") % {"email": email},
                _("Send that invitation again, or cancel it first."),
                field="email",
            )
        ]
    if partner.invitations.open().count() >= OPEN_INVITATIONS_MAX:
        return [
            Blocker(
                "AG.too_many_open",
                _("%(count)d invitations are open.") % {"count": OPEN_INVITATIONS_MAX},
                _("Cancel those that are not needed before you invite more people."),
                field="email",
            )
        ]
    return []


def can_resend(invitation: Invitation) -> list[Blocker]:
    """An invitation is sent at most `INVITATION_SENDS_MAX` times."""
    if invitation.sends < INVITATION_SENDS_MAX:
        return []
    return [
        Blocker(
            "AG.sent_often",
            _("This invitation was sent %(count)d times.") % {"count": invitation.sends},
            _("Check the address with the person. Then cancel the invitation and invite the right address."),
            to=("partners:agents", ()),
            url_label=_("Agents"),
        )
    ]


def has_no_account(invitation: Invitation) -> list[Blocker]:
    """Whoever has an account signs in with it instead of making a second one."""
    if not User.objects.filter(email__iexact=invitation.email).exists():
        return []
    return [
        Blocker(
            "AG.has_account",
            _("%(email)s has an account already.") % {"email": invitation.email},
            _("Sign in with it, then open the link of the invitation again."),
            to=("account_login", ()),
            url_label=_("Sign in"),
        )
    ]


def can_join(invitation: Invitation, user: User | None) -> list[Blocker]:
    """An invitation is for the owner of its address, and a person works for one organization."""
    if user is None or user.email.lower() != invitation.email.lower():
        return [
            Blocker(
                "AG.other_person",
                _("This invitation is for somebody else than the person who is signed in."),
                _("Sign out, then open the link again and sign in with the invited address."),
            )
        ]
    agent = Agent.objects.filter(user=user, is_active=True).first()
    if agent is not None or user.is_reviewer or user.is_staff:
        return [
            Blocker(
                "AG.works_elsewhere",
                _("Your account has a place in the portal already. An account works for one organization."),
                _("Ask to be invited with another e-mail address."),
            )
        ]
    return []
