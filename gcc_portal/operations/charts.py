"""Small charts of the last hour, drawn by the server: one bar of a line a minute, without a script or a style."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from gcc_portal.operations.models import QueueSample

MINUTES = 60
WIDTH, HEIGHT = 300, 48  # of the drawing, in its own units
STEP = WIDTH // MINUTES
SPAN = 5  # minutes in a row of the table


@dataclass(frozen=True)
class Chart:
    """One figure over the last hour. `path` is what an SVG draws; minutes without a sample are gaps in it."""

    path: str
    most: int
    now: int | None
    # Whether anything is known of the hour.
    known: bool


@dataclass(frozen=True)
class Span:
    """Five minutes of the table that says the same as the charts."""

    begins: datetime
    depth: int | None
    lag: int | None
    done: int | None


@dataclass(frozen=True)
class Hour:
    """The charts of one queue, and their figures."""

    depth: Chart
    lag: Chart
    done: Chart
    spans: Sequence[Span]


def last_hour(now: datetime) -> dict[str, Hour]:
    """Return the last hour of each queue of which there are samples. One query."""
    end = now.replace(second=0, microsecond=0)
    start = end - timedelta(minutes=MINUTES - 1)
    rows: dict[str, dict[int, QueueSample]] = {}
    for sample in QueueSample.objects.filter(minute__gte=start, minute__lte=end):
        place = int((sample.minute - start).total_seconds() // 60)
        rows.setdefault(sample.queue, {})[place] = sample
    return {queue: hour_of(start, found) for queue, found in rows.items()}


def hour_of(start: datetime, found: Mapping[int, QueueSample]) -> Hour:
    """Return the charts of the samples by their place in the hour."""
    return Hour(
        chart({place: sample.depth for place, sample in found.items()}),
        chart({place: sample.lag for place, sample in found.items()}),
        chart({place: sample.done for place, sample in found.items()}),
        [_span(start, first, found) for first in range(MINUTES - SPAN, -1, -SPAN)],
    )


def chart(values: Mapping[int, int]) -> Chart:
    """Return the chart of values by their place: a column each, the highest as high as the drawing."""
    most = max(values.values(), default=0)
    path = "".join(_column(place, value, most) for place, value in sorted(values.items()))
    newest = values.get(MINUTES - 1, values.get(MINUTES - 2))
    return Chart(path, most, newest, bool(values))


def _column(place: int, value: int, most: int) -> str:
    """Return one column as a closed path. Nought is a line at the foot: it is not the same as not known."""
    high = max(1, round(HEIGHT * value / most)) if value else 1
    return f"M{place * STEP} {HEIGHT}v-{high}h{STEP - 1}v{high}z"


def _span(start: datetime, first: int, found: Mapping[int, QueueSample]) -> Span:
    rows = [found[place] for place in range(first, first + SPAN) if place in found]
    begins = start + timedelta(minutes=first)
    if not rows:
        return Span(begins, None, None, None)
    return Span(
        begins, max(row.depth for row in rows), max(row.lag for row in rows), sum(row.done for row in rows)
    )
