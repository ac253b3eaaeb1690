"""Office hours: business days, opening hours, and the moment an answer is due (rule T1).

A form that arrives outside office hours counts as arriving when the office next opens; its
answer is due at the same wall-clock time ``DESK_BUSINESS_DAYS`` business days later.
Weekends and US federal holidays (the observed days too) do not count. Read from the
settings ``DESK_TIME_ZONE``, ``DESK_OPENS``, ``DESK_CLOSES`` and ``DESK_BUSINESS_DAYS``.

Every function takes aware datetimes of any zone, raises ``ValueError`` on a naive one, and
gives datetimes in the office's own zone. The office is open from opening (included) to closing
(excluded).
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import holidays
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import get_language
from django.utils.translation import gettext as _

ONE_DAY = timedelta(days=1)
ONE_MINUTE = timedelta(minutes=1)
SATURDAY = 5


@dataclass(frozen=True)
class OfficeHours:
    """The office's zone, hours and promised days, as the settings give them."""

    zone: ZoneInfo
    opens: time
    closes: time
    business_days: int

    def opening(self, day: date) -> datetime:
        return datetime.combine(day, self.opens, self.zone)

    def closing(self, day: date) -> datetime:
        return datetime.combine(day, self.closes, self.zone)


def respond_by(submitted_at: datetime) -> datetime:
    """Return when the answer to a form that was submitted at `submitted_at` is due (T1).

    Raises ValueError when `submitted_at` is naive.
    """
    office = _office_hours()
    arrived = next_opening(submitted_at)
    due_day = arrived.date()
    for _day in range(office.business_days):
        due_day = _next_business_day(due_day + ONE_DAY)
    # A new wall-clock time on the due day: when clocks change in between, the hour stays.
    return datetime.combine(due_day, arrived.time(), office.zone)


def office_zone() -> ZoneInfo:
    """Return the time zone in which the office works and every time is shown."""
    return _office_hours().zone


def is_business_day(day: date) -> bool:
    """Return whether the office works on `day`: no weekend, no US federal holiday (observed)."""
    return day.weekday() < SATURDAY and day not in _federal_holidays(day.year)


def is_open(at: datetime) -> bool:
    """Return whether the office is open at `at`. Raises ValueError when `at` is naive."""
    office = _office_hours()
    local = _local(at)
    return is_business_day(local.date()) and office.opens <= local.time() < office.closes


def next_opening(at: datetime) -> datetime:
    """Return `at` itself while the office is open, else the next moment at which it opens.

    Raises ValueError when `at` is naive.
    """
    office = _office_hours()
    local = _local(at)
    if is_open(local):
        return local
    first = local.date() if local.time() < office.opens else local.date() + ONE_DAY
    return office.opening(_next_business_day(first))


def business_time_between(start: datetime, end: datetime) -> timedelta:
    """Return the office hours from `start` to `end`; negative when `end` lies before `start`.

    Raises ValueError when either is naive.
    """
    office = _office_hours()
    first, last = _local(start, office), _local(end, office)
    # Compared in UTC: Python compares two times of one zone by wall clock, which is wrong when clocks change.
    begins, ends = _utc(first), _utc(last)
    if ends < begins:
        return -business_time_between(end, start)
    total, day, last_day = timedelta(0), first.date(), last.date()
    while day <= last_day:
        if hours := _hours_of(office, day):
            total += max(min(hours[1], ends) - max(hours[0], begins), timedelta(0))
        day += ONE_DAY
    return total


def add_business_hours(at: datetime, hours: float) -> datetime:
    """Return the moment that lies `hours` office hours after `at` (before it, when negative).

    Time outside office hours does not count. A result that falls on a closing time stays on
    it. Raises ValueError when `at` is naive.
    """
    left = timedelta(hours=hours)
    if left < timedelta(0):
        return _office_time_before(_local(at), -left)
    moment = next_opening(at)
    office = _office_hours()
    while (until_closing := _elapsed(moment, office.closing(moment.date()))) < left:
        left -= until_closing
        moment = office.opening(_next_business_day(moment.date() + ONE_DAY))
    return (moment.astimezone(UTC) + left).astimezone(office.zone)


def describe_time_left(now: datetime, due: datetime) -> str:
    """Return a translated sentence on the office time from `now` to `due`.

    "5 h 30 min of desk time left", or once it has passed "overdue by 2 h". Whole minutes,
    rounded down. Raises ValueError when either is naive.
    """
    left = business_time_between(now, due)
    return _time_left(abs(left) // ONE_MINUTE, _utc(now) > _utc(due), get_language())


@lru_cache(maxsize=4000)
def _time_left(minutes: int, overdue: bool, language: str | None) -> str:
    """Return the sentence in the active language. `language` is only a part of the cache's key."""
    span = _hours_and_minutes(minutes)
    return (_("overdue by %(time)s") if overdue else _("%(time)s of desk time left")) % {"time": span}


def _hours_and_minutes(whole: int) -> str:
    hours, minutes = divmod(whole, 60)
    if hours and minutes:
        return _("%(hours)d h %(minutes)d min") % {"hours": hours, "minutes": minutes}
    if hours:
        return _("%(hours)d h") % {"hours": hours}
    if minutes:
        return _("%(minutes)d min") % {"minutes": minutes}
    return _("less than 1 min")


def _office_time_before(local: datetime, left: timedelta) -> datetime:
    office = _office_hours()
    day = local.date()
    end = min(local, office.closing(day), key=_utc)
    while True:
        if is_business_day(day):
            since_opening = _elapsed(office.opening(day), end)
            if since_opening >= left:
                return (end.astimezone(UTC) - left).astimezone(office.zone)
            left -= max(since_opening, timedelta(0))
        day -= ONE_DAY
        end = office.closing(day)


@lru_cache(maxsize=2000)
def _hours_of(office: OfficeHours, day: date) -> tuple[datetime, datetime] | None:
    """Return opening and closing of a day in UTC, None for a day without office hours.

    Cached, since a list computes the time left of each row over the same few days.
    """
    return (_utc(office.opening(day)), _utc(office.closing(day))) if is_business_day(day) else None


def _next_business_day(day: date) -> date:
    while not is_business_day(day):
        day += ONE_DAY
    return day


def _local(at: datetime, office: OfficeHours | None = None) -> datetime:
    if at.tzinfo is None or at.utcoffset() is None:
        raise ValueError("Office hours need a datetime with a time zone.")
    return at.astimezone((office or _office_hours()).zone)


def _utc(at: datetime) -> datetime:
    return at.astimezone(UTC)


def _elapsed(start: datetime, end: datetime) -> timedelta:
    return _utc(end) - _utc(start)


@lru_cache(maxsize=64)
def _federal_holidays(year: int) -> frozenset[date]:
    # With the years beside it: a New Year's Day on a Saturday is observed on 31 December of the year before.
    return frozenset(holidays.country_holidays("US", years=(year - 1, year, year + 1)))


def _office_hours() -> OfficeHours:
    return _office_hours_of(
        settings.DESK_TIME_ZONE,
        settings.DESK_OPENS,
        settings.DESK_CLOSES,
        settings.DESK_BUSINESS_DAYS,
    )


@lru_cache(maxsize=8)
def _office_hours_of(zone: str, opens: str, closes: str, business_days: int) -> OfficeHours:
    office = OfficeHours(ZoneInfo(zone), time.fromisoformat(opens), time.fromisoformat(closes), business_days)
    if office.opens >= office.closes or office.business_days < 0:
        raise ImproperlyConfigured(
            "DESK_OPENS must be before DESK_CLOSES, and DESK_BUSINESS_DAYS not negative."
        )
    return office
