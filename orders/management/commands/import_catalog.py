"""`manage.py import_catalog FILE`: make the catalogue what a file says."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from orders.catalog_import import ERRORS_SHOWN, BadCatalog
from orders.services.catalog import import_catalog


class Command(BaseCommand):
    """Loads a catalogue file in one transaction, or says by line what is wrong with it."""

    help = (
        "Load the catalogue from a CSV file. Offers that the file lacks are no longer sold; none is deleted."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the file."""
        parser.add_argument(
            "file", type=Path, help="CSV file; orders/data/README.md says what its columns mean"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Load the file and say what changed. Raises `CommandError` with every error, and then nothing changed."""
        try:
            counts = import_catalog(options["file"])
        except BadCatalog as problem:
            shown = problem.errors[:ERRORS_SHOWN]
            if len(problem.errors) > ERRORS_SHOWN:
                shown.append(f"... and {len(problem.errors) - ERRORS_SHOWN} more.")
            raise CommandError("\n".join([*shown, "Nothing was changed."])) from None
        self.stdout.write(
            f"{counts.created} offers new, {counts.updated} changed, {counts.unchanged} as they were, "
            f"{counts.withdrawn} no longer sold."
        )
