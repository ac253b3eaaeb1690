"""Loads the demo story. Runs only in the demo, and does nothing when there are people already."""

from importlib import import_module
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from gcc_portal.core.people.models import User
from gcc_portal.identity.registry.importing import EXTRACT

# In the order of the layers: each app's rows refer to those of the apps before it.
STORY = ("partners", "customers", "orders")


class Command(BaseCommand):
    """`manage.py load_demo`."""

    help = "Load the demo story: partners, people, customers and orders. Only with PORTAL_DEMO=1."

    def handle(self, *args: Any, **options: Any) -> None:
        """Load the story in one transaction."""
        if not settings.DEMO:
            raise CommandError("This portal is not a demo. Set PORTAL_DEMO=1 to make it one.")
        if User.objects.exists():
            self.stdout.write("The demo story is here already; `make reset` starts it over.")
            return
        with transaction.atomic():
            call_command("import_dotgov", EXTRACT, verbosity=0)
            for name in STORY:
                import_module(f"{apps.get_app_config(name).name}.demo").load()
        self.stdout.write("The demo story is loaded.")
