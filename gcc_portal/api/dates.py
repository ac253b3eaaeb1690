"""Dates in queries, in the three formats that client libraries send; the Java client's is a bug that is undone here."""

import calendar
import re
from datetime import UTC, date, datetime, timedelta

from django.utils.translation import gettext as _

from gcc_portal.api.errors import INPUT, ApiError

# Partner Center's own format, and the Java client's: the last group may be the day of the year.
DASHED = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,3})", re.ASCII)
# The .NET client's, in US order.
SLASHED = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})(?:[ T](\d{1,2}):(\d{2}):(\d{2}))?", re.ASCII)
DAY_DIGITS = 2


def read_start(text: str) -> datetime:
    """Return the moment (UTC) at which a day begins, or the moment itself. Raises `ApiError` (400) for nonsense."""
    return _read(text)[0]


def read_end(text: str) -> datetime:
    """Return the first moment (UTC) after the range: the end of a day, or of a second.

    Midnight stands for its day: the .NET client can't send a day without a time. Raises `ApiError` (400) for nonsense.
    """
    moment, is_day = _read(text)
    try:
        return moment + (timedelta(days=1) if is_day else timedelta(seconds=1))
    except OverflowError:
        raise _nonsense(text) from None


def _read(text: str) -> tuple[datetime, bool]:
    """Return the moment, and whether it stands for the whole day."""
    text = text.strip()
    try:
        if dashed := DASHED.fullmatch(text):
            return _midnight(_dashed(*dashed.groups())), True
        if slashed := SLASHED.fullmatch(text):
            month, day, year, hour, minute, second = (int(part or 0) for part in slashed.groups())
            moment = datetime(year, month, day, hour, minute, second, tzinfo=UTC)
        else:
            moment = _in_utc(datetime.fromisoformat(text))
    except (ValueError, OverflowError):
        raise _nonsense(text) from None
    return moment, moment == _midnight(moment.date())


def _dashed(year: str, month: str, day: str) -> date:
    """Return the day. Java's client writes the day of the year where the day of the month belongs: 2026-06-156.

    Three digits, or more than the month has days, are that. Fewer can't come from it: its date lies in January then.
    Raises `ValueError` for no day, and for a day of the year that lies in another month.
    """
    last = calendar.monthrange(int(year), int(month))[1]
    if len(day) <= DAY_DIGITS and int(day) <= last:
        return date(int(year), int(month), int(day))
    found = date(int(year), 1, 1) + timedelta(days=int(day) - 1)
    if (found.year, found.month) != (int(year), int(month)):
        raise ValueError(day)
    return found


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def _in_utc(moment: datetime) -> datetime:
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def _nonsense(text: str) -> ApiError:
    return ApiError(
        INPUT, _("“%(text)s” is no day. Write it as yyyy-mm-dd, such as 2026-03-02.") % {"text": text[:40]}
    )
