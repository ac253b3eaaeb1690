"""Rows of some days on the desk's clock, as moments: so an index of moments finds them."""

from datetime import date, datetime, time, timedelta
from typing import TypeVar

from django.db.models import Model, QuerySet
from django.utils import timezone

R = TypeVar("R", bound=Model)


def within_days(rows: QuerySet[R], moment: str, since: date | None, until: date | None) -> QuerySet[R]:
    """Return the rows whose `moment` lies in these days, both among them; None has no end."""
    if since:
        rows = rows.filter(**{f"{moment}__gte": midnight(since)})
    # After the last day that there is comes no other: it narrows nothing.
    if until and until < date.max:
        rows = rows.filter(**{f"{moment}__lt": midnight(until + timedelta(days=1))})
    return rows


def midnight(day: date) -> datetime:
    """Return the beginning of a day on the desk's clock."""
    return timezone.make_aware(datetime.combine(day, time.min))
