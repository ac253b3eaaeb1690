"""Days as e-mails write them."""

from datetime import date, datetime

from django.utils import timezone
from django.utils.dateformat import format as format_date

from gcc_portal.core.business_time import office_zone


def day(moment: date | datetime | None) -> str:
    """Return a day, or a moment's day in the office time zone, as "Nov 24, 2026"; an empty string for None."""
    if moment is not None and not isinstance(moment, datetime):
        return format_date(moment, "M j, Y")
    return format_date(timezone.localtime(moment, office_zone()), "M j, Y") if moment else ""
