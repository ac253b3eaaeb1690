"""Filters a datetime column by local dates (TIME_ZONE), as a range of datetimes that an index of it answers."""

from datetime import date, datetime, time, timedelta
from typing import TypeVar

from django.db.models import Model, QuerySet
from django.utils import timezone

R = TypeVar("R", bound=Model)


def within_days(rows: QuerySet[R], moment: str, since: date | None, until: date | None) -> QuerySet[R]:
    """Return the rows whose datetime column `moment` lies in these days, both included; None is no limit."""
    if since:
        rows = rows.filter(**{f"{moment}__gte": midnight(since)})
    # `date.max` has no next day; as a limit it excludes nothing.
    if until and until < date.max:
        rows = rows.filter(**{f"{moment}__lt": midnight(until + timedelta(days=1))})
    return rows


def midnight(day: date) -> datetime:
    """Return the first moment of a day in the portal's time zone."""
    return timezone.make_aware(datetime.combine(day, time.min))
