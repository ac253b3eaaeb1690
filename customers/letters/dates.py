"""Days as letters write them."""

from datetime import datetime

from django.utils import timezone
from django.utils.dateformat import format as format_date

from gcc_portal.ui.templatetags.portal_ui import desk_zone


def day(moment: datetime | None) -> str:
    """Return the day of a moment in the desk's time zone: Nov 24, 2026. Nothing gives an empty string."""
    return format_date(timezone.localtime(moment, desk_zone()), "M j, Y") if moment else ""
