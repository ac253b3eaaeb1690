"""Members that are answered and sent back, and that no client can change."""

from collections.abc import Callable, Mapping
from operator import eq
from typing import Any

from django.utils.translation import gettext as _

from gcc_portal.api.errors import ApiError, ErrorCode


def require_unchanged(
    code: ErrorCode,
    sentence: str,
    members: Mapping[str, tuple[Any, Any]],
    is_same: Callable[[Any, Any], bool] = eq,
) -> None:
    """Refuse members, by their names on the wire, that were sent with another value than they have.

    Each is `(sent, current)`; None and "" count as not sent. `sentence` may name `%(members)s` and `%(value)s`, the
    current value of the first. Raises `ApiError`.
    """
    changed = [
        name
        for name, (sent, current) in members.items()
        if sent not in (None, "") and not is_same(sent, current)
    ]
    if changed:
        _sent, value = members[changed[0]]
        raise ApiError(code, sentence % {"members": ", ".join(changed), "value": _shown(value)})


def _shown(value: Any) -> str:
    return _("empty") if value in (None, "") else str(value)
