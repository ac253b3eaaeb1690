"""Load the .gov registry's published list."""

from argparse import ArgumentParser
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from gcc_portal.identity.registry.importing import (
    EXTRACT,
    EXTRACT_LISTED_ON,
    RegistryFileError,
    read_rows,
    replace_registry,
)


class Command(BaseCommand):
    help = (
        "Replace the .gov registry by the rows of FILE (current-full.csv as published), in one transaction. "
        "A file with anything wrong in it is refused whole. Without FILE the extract that ships with the "
        "portal is loaded."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", nargs="?", type=Path, metavar="FILE")
        parser.add_argument(
            "--as-of",
            type=date.fromisoformat,
            metavar="YYYY-MM-DD",
            help="the day on which the list was published; today when left out",
        )

    def handle(self, *_arguments: Any, **options: Any) -> None:
        file: Path = options["file"] or EXTRACT
        shipped = EXTRACT_LISTED_ON if options["file"] is None else timezone.localdate()
        try:
            rows = read_rows(file, options["as_of"] or shipped)
        except RegistryFileError as refused:
            raise CommandError(f"{file} was refused; nothing was changed.\n{refused}") from refused
        removed, added = replace_registry(rows)
        kinds = Counter(str(row.category) for row in rows)
        counts = ", ".join(f"{kind} {count:,}" for kind, count in sorted(kinds.items()))
        self.stdout.write(f"{removed:,} domains removed, {added:,} loaded: {counts}.")
