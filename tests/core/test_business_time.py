"""Office hours and deadlines: two business days, to the minute (T1)."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ImproperlyConfigured

from gcc_portal.core.business_time import (
    add_business_hours,
    business_time_between,
    describe_time_left,
    is_business_day,
    is_open,
    next_opening,
    respond_by,
)

NEW_YORK = ZoneInfo("America/New_York")
TWO_DAYS_OF_DESK = timedelta(hours=16)


def at(text: str) -> datetime:
    """Return a time in New York as a datetime."""
    return datetime.fromisoformat(text).replace(tzinfo=NEW_YORK)


@pytest.mark.parametrize(
    ("submitted", "due"),
    [
        # The examples of the domain page.
        pytest.param("2026-11-06T16:00", "2026-11-10T16:00", id="friday afternoon"),
        pytest.param("2026-11-13T18:00", "2026-11-18T09:00", id="friday evening"),
        pytest.param("2026-11-14T11:30", "2026-11-18T09:00", id="saturday"),
        pytest.param("2026-11-25T10:00", "2026-11-30T10:00", id="before Thanksgiving"),
        pytest.param("2026-07-02T10:00", "2026-07-07T10:00", id="the 4th observed on Friday the 3rd"),
        # Before opening, at opening, just before and at closing.
        pytest.param("2026-03-02T09:00:00", "2026-03-04T09:00:00", id="at opening"),
        pytest.param("2026-03-02T08:59:59", "2026-03-04T09:00:00", id="a second before opening"),
        pytest.param("2026-03-02T16:59:59", "2026-03-04T16:59:59", id="a second before closing"),
        pytest.param("2026-03-02T16:59:59.999999", "2026-03-04T16:59:59.999999", id="the last microsecond"),
        pytest.param("2026-03-02T17:00:00", "2026-03-05T09:00:00", id="at closing"),
        pytest.param("2026-03-02T00:00:00", "2026-03-04T09:00:00", id="midnight"),
        pytest.param("2026-11-15T23:59:59", "2026-11-18T09:00:00", id="end of Sunday"),
        # Changes of the clock: the hour on the wall stays.
        pytest.param("2026-03-06T16:00", "2026-03-10T16:00", id="clocks go forward on the 8th"),
        pytest.param("2026-10-30T16:00", "2026-11-03T16:00", id="clocks go back on 1 November"),
        pytest.param("2026-03-08T02:30", "2026-03-11T09:00", id="an hour that does not exist"),
        # Holidays, their observed days, and chains of them.
        pytest.param("2025-12-24T10:00", "2025-12-29T10:00", id="Christmas on a Thursday"),
        pytest.param("2021-12-23T10:00", "2021-12-28T10:00", id="Christmas on Saturday is Friday"),
        pytest.param("2021-12-30T10:00", "2022-01-04T10:00", id="New Year observed on 31 December"),
        pytest.param("2027-12-30T16:00", "2028-01-04T16:00", id="the same six years on"),
        pytest.param("2022-12-30T12:00", "2023-01-04T12:00", id="New Year on Sunday is Monday"),
        pytest.param("2026-12-31T12:00", "2027-01-05T12:00", id="New Year on Friday"),
        pytest.param("2026-06-18T15:00", "2026-06-23T15:00", id="Juneteenth"),
        pytest.param("2027-06-17T15:00", "2027-06-22T15:00", id="Juneteenth observed"),
        pytest.param("2026-11-10T10:00", "2026-11-13T10:00", id="Veterans Day mid-week"),
        pytest.param("2028-11-09T10:00", "2028-11-14T10:00", id="Veterans Day observed on Friday"),
        pytest.param("2024-01-12T16:30", "2024-01-17T16:30", id="Martin Luther King Jr. Day"),
        pytest.param("2026-11-11T12:00", "2026-11-16T09:00", id="submitted on a holiday"),
        pytest.param("2026-11-26T12:00", "2026-12-01T09:00", id="submitted on Thanksgiving"),
    ],
)
def test_answer_is_due_two_business_days_later(submitted: str, due: str) -> None:
    assert respond_by(at(submitted)) == at(due)


def test_inauguration_day_counts_as_a_business_day() -> None:
    # Wednesday 20 January 2021: a holiday for a part of Washington's civil service alone.
    assert is_business_day(date(2021, 1, 20))
    assert respond_by(at("2021-01-19T10:00")) == at("2021-01-21T10:00")


def test_juneteenth_was_no_holiday_before_2021() -> None:
    assert is_business_day(date(2020, 6, 19))
    assert not is_business_day(date(2021, 6, 18))


def test_the_argument_may_have_any_time_zone() -> None:
    local = at("2026-11-06T16:00")
    everywhere = [
        local.astimezone(zone) for zone in (UTC, ZoneInfo("Asia/Tokyo"), ZoneInfo("Pacific/Honolulu"))
    ]
    assert {respond_by(moment) for moment in everywhere} == {at("2026-11-10T16:00")}
    # Already Saturday in Tokyo, still Friday in the office's zone.
    assert respond_by(datetime(2026, 11, 7, 5, 0, tzinfo=ZoneInfo("Asia/Tokyo"))) == at("2026-11-10T15:00")


def test_the_answer_is_aware_and_in_the_offices_zone() -> None:
    due = respond_by(datetime(2026, 3, 6, 21, 0, tzinfo=UTC))
    assert due.tzinfo is not None
    assert due.utcoffset() == timedelta(hours=-4)
    assert due.isoformat() == "2026-03-10T16:00:00-04:00"


@pytest.mark.parametrize(
    "ask",
    [
        lambda naive: respond_by(naive),
        lambda naive: is_open(naive),
        lambda naive: next_opening(naive),
        lambda naive: add_business_hours(naive, 1),
        lambda naive: business_time_between(naive, at("2026-03-02T10:00")),
        lambda naive: business_time_between(at("2026-03-02T10:00"), naive),
        lambda naive: describe_time_left(naive, at("2026-03-02T10:00")),
    ],
)
def test_a_time_without_zone_is_refused(ask) -> None:
    with pytest.raises(ValueError, match="time zone"):
        ask(datetime(2026, 3, 2, 10, 0))


def test_every_hour_of_two_years_keeps_the_promise() -> None:
    moment, end = datetime(2026, 1, 1, tzinfo=UTC), datetime(2028, 1, 15, tzinfo=UTC)
    before = respond_by(moment)
    while moment < end:
        moment += timedelta(minutes=61)
        due = respond_by(moment)
        arrived = next_opening(moment)
        assert due >= before, f"{moment} is due earlier than what came before it"
        assert is_business_day(due.date())
        assert is_open(due)
        assert business_time_between(moment, due) == TWO_DAYS_OF_DESK
        assert business_time_between(due, moment) == -TWO_DAYS_OF_DESK
        assert due.time() == arrived.time()
        assert is_open(arrived)
        assert arrived >= moment
        before = due


def test_open_from_opening_until_just_before_closing() -> None:
    assert is_open(at("2026-03-02T09:00"))
    assert is_open(at("2026-03-02T16:59:59"))
    assert not is_open(at("2026-03-02T17:00"))
    assert not is_open(at("2026-03-02T08:59:59"))
    assert not is_open(at("2026-03-01T12:00"))
    assert not is_open(at("2026-11-26T12:00"))


def test_next_opening_is_now_while_open() -> None:
    now = at("2026-03-02T11:11:11")
    assert next_opening(now) == now
    assert next_opening(at("2026-03-02T07:00")) == at("2026-03-02T09:00")
    assert next_opening(at("2026-03-02T17:00")) == at("2026-03-03T09:00")
    assert next_opening(at("2026-11-25T17:00")) == at("2026-11-27T09:00")


@pytest.mark.parametrize(
    ("start", "end", "hours"),
    [
        ("2026-03-02T10:00", "2026-03-02T12:30", 2.5),
        ("2026-03-02T16:00", "2026-03-03T10:00", 2),
        ("2026-03-02T18:00", "2026-03-03T08:00", 0),
        ("2026-03-06T16:00", "2026-03-09T10:00", 2),
        ("2026-03-07T10:00", "2026-03-08T20:00", 0),
        ("2026-03-02T06:00", "2026-03-02T22:00", 8),
        ("2026-11-25T16:00", "2026-11-27T10:00", 2),
        ("2026-12-21T09:00", "2027-01-04T09:00", 64),
    ],
)
def test_only_office_hours_count_between_two_moments(start: str, end: str, hours: float) -> None:
    assert business_time_between(at(start), at(end)) == timedelta(hours=hours)
    assert business_time_between(at(end), at(start)) == -timedelta(hours=hours)


@pytest.mark.parametrize(
    ("start", "hours", "end"),
    [
        ("2026-03-02T10:00", 0, "2026-03-02T10:00"),
        ("2026-03-02T10:00", 1.5, "2026-03-02T11:30"),
        ("2026-03-02T16:00", 1, "2026-03-02T17:00"),
        ("2026-03-02T16:00", 2, "2026-03-03T10:00"),
        ("2026-03-06T16:00", 17, "2026-03-10T17:00"),
        ("2026-03-07T12:00", 1, "2026-03-09T10:00"),
        ("2026-03-02T12:00", -2, "2026-03-02T10:00"),
        ("2026-03-02T10:00", -2, "2026-02-27T16:00"),
        ("2026-03-03T08:00", -1, "2026-03-02T16:00"),
        ("2026-11-27T10:00", -2, "2026-11-25T16:00"),
    ],
)
def test_office_hours_are_added_and_subtracted(start: str, hours: float, end: str) -> None:
    assert add_business_hours(at(start), hours) == at(end)


def test_hours_added_or_subtracted_are_the_hours_between() -> None:
    moment = datetime(2026, 1, 1, tzinfo=UTC)
    for _step in range(600):
        moment += timedelta(hours=13, minutes=7)
        later = add_business_hours(moment, 5.25)
        assert business_time_between(moment, later) == timedelta(hours=5.25)
        assert business_time_between(add_business_hours(moment, -5.25), moment) == timedelta(hours=5.25)


@pytest.mark.parametrize(
    ("now", "due", "sentence"),
    [
        ("2026-03-02T10:00", "2026-03-02T15:30", "5 h 30 min of desk time left"),
        ("2026-03-02T10:00", "2026-03-04T10:00", "16 h of desk time left"),
        ("2026-03-02T10:00", "2026-03-02T10:20:59", "20 min of desk time left"),
        ("2026-03-02T10:00", "2026-03-02T10:00:30", "less than 1 min of desk time left"),
        ("2026-03-02T12:00", "2026-03-02T10:00", "overdue by 2 h"),
        ("2026-03-03T09:30", "2026-03-02T16:00", "overdue by 1 h 30 min"),
        ("2026-03-02T20:00", "2026-03-02T16:59:59", "overdue by less than 1 min"),
    ],
)
def test_time_left_reads_as_a_sentence(now: str, due: str, sentence: str) -> None:
    assert describe_time_left(at(now), at(due)) == sentence


def test_office_hours_are_read_from_the_settings(settings) -> None:
    settings.DESK_TIME_ZONE = "America/Los_Angeles"
    settings.DESK_OPENS = "08:00"
    settings.DESK_CLOSES = "16:00"
    settings.DESK_BUSINESS_DAYS = 1
    pacific = ZoneInfo("America/Los_Angeles")
    friday = datetime(2026, 11, 6, 15, 0, tzinfo=pacific)
    assert respond_by(friday) == datetime(2026, 11, 9, 15, 0, tzinfo=pacific)
    assert respond_by(friday.replace(hour=16)) == datetime(2026, 11, 10, 8, 0, tzinfo=pacific)


def test_an_office_that_closes_before_it_opens_is_a_configuration_error(settings) -> None:
    settings.DESK_OPENS = "18:00"
    with pytest.raises(ImproperlyConfigured, match="DESK_OPENS"):
        respond_by(at("2026-03-02T10:00"))
