"""Print an access token of an App+User application for an agent, without a browser. For rehearsals alone."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.urls import reverse

from gcc_portal.core.mail.emails import absolute
from partners.api.tokens import issue
from partners.models import Agent, ApiApplication
from partners.states import ApplicationKind


class Command(BaseCommand):
    """`manage.py api_token admin@contoso.example`."""

    help = "Print an App+User access token for an agent. Only with PORTAL_DEMO=1 or DEBUG=1."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the agent's address, and the application where the organization has several."""
        parser.add_argument("email", help="the agent's e-mail address")
        parser.add_argument(
            "--client-id", default="", help="the App+User application; the first one if not given"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Print the token and nothing else."""
        if not (settings.DEMO or settings.DEBUG):
            raise CommandError(
                "Here an agent signs in with a browser. This is for the demo and for development."
            )
        agent = Agent.objects.at_work().filter(user__email__iexact=options["email"]).first()
        if agent is None:
            raise CommandError("Nobody at work has this address.")
        own = ApiApplication.objects.in_use().filter(
            partner_id=agent.partner_id, kind=ApplicationKind.APP_USER
        )
        found = own.filter(pk=options["client_id"]) if options["client_id"] else own
        application = found.first()
        if application is None:
            raise CommandError(
                "The agent's organization has no such App+User application. An admin agent makes one under "
                f"Organization > API applications: {absolute(reverse('partners:application-new'))}"
            )
        self.stdout.write(issue(application, agent.user_id))
