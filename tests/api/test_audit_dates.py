"""Days as the clients write them."""

from datetime import UTC, datetime, timedelta

import pytest

from gcc_portal.api.dates import read_end, read_start
from gcc_portal.api.errors import ApiError

DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("text", "year", "month", "day"),
    [
        # The contract's.
        ("2026-06-05", 2026, 6, 5),
        ("2026-02-28", 2026, 2, 28),
        ("2028-02-29", 2028, 2, 29),
        ("2026-1-5", 2026, 1, 5),
        (" 2026-06-05 ", 2026, 6, 5),
        # Java's: the day of the year.
        ("2026-06-156", 2026, 6, 5),
        ("2026-02-36", 2026, 2, 5),
        ("2026-01-05", 2026, 1, 5),
        ("2026-01-31", 2026, 1, 31),
        ("2026-02-32", 2026, 2, 1),
        ("2026-02-59", 2026, 2, 28),
        ("2028-02-60", 2028, 2, 29),
        ("2026-03-60", 2026, 3, 1),
        ("2026-04-99", 2026, 4, 9),
        ("2026-12-365", 2026, 12, 31),
        ("2028-12-366", 2028, 12, 31),
        ("2026-01-005", 2026, 1, 5),
        # .NET's.
        ("06/05/2026 00:00:00", 2026, 6, 5),
        ("06/05/2026", 2026, 6, 5),
        ("6/5/2026 00:00:00", 2026, 6, 5),
    ],
)
def test_a_day_is_meant_from_its_begin_to_its_end(text: str, year: int, month: int, day: int) -> None:
    begin = datetime(year, month, day, tzinfo=UTC)
    assert read_start(text) == begin
    assert read_end(text) == begin + DAY


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("06/05/2026 13:14:15", datetime(2026, 6, 5, 13, 14, 15, tzinfo=UTC)),
        ("2026-06-05T13:14:15Z", datetime(2026, 6, 5, 13, 14, 15, tzinfo=UTC)),
        ("2026-06-05T13:14:15+02:00", datetime(2026, 6, 5, 11, 14, 15, tzinfo=UTC)),
        ("2026-06-05T13:14:15", datetime(2026, 6, 5, 13, 14, 15, tzinfo=UTC)),
    ],
)
def test_a_moment_is_meant_to_the_second(text: str, moment: datetime) -> None:
    assert read_start(text) == moment
    assert read_end(text) == moment + timedelta(seconds=1)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "yesterday",
        "2026-13-01",
        "2026-00-10",
        "2026-06-00",
        "2026-06-000",
        "2026-06-367",
        "2026-12-366",
        "2026-06-36",  # February's day of the year
        "2026-06-200",  # July's
        "0000-01-01",
        "13/31/2026 00:00:00",
        "06/31/2026",
        "06/05/2026 25:00:00",
        "9999-12-31T23:59:59-12:00",
        "٢٠٢٦-٠٦-٠٥",
        "2026-06-05\x00",
        "9" * 4000,
    ],
)
def test_what_is_no_day_is_told(text: str) -> None:
    for read in (read_start, read_end):
        with pytest.raises(ApiError) as refused:
            read(text)
        assert (refused.value.status, refused.value.code) == (400, 3000)


def test_after_the_last_day_comes_none() -> None:
    assert read_start("9999-12-31").year == 9999
    with pytest.raises(ApiError):
        read_end("9999-12-31")
