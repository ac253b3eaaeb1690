"""Counts the statements that Django sends, by kind."""

import contextlib
import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from typing import Any

KIND = re.compile(r"\s*(?:/\*.*?\*/\s*)?(\w+)")
HEADER = "X-Bench-Sql"
ASKED = "HTTP_X_BENCH_COUNT"


def kind_of(sql: str) -> str:
    """Return the kind of a statement: SELECT, SELECT FOR UPDATE, INSERT, UPDATE, DELETE, COPY, SAVEPOINT."""
    found = KIND.match(sql)
    kind = found.group(1).upper() if found else "?"
    if kind == "SELECT" and re.search(r"\bFOR (UPDATE|SHARE|NO KEY UPDATE)\b", sql):
        return "SELECT FOR " + re.search(r"\bFOR (UPDATE|SHARE|NO KEY UPDATE)\b", sql).group(1)  # type: ignore[union-attr]
    return "SAVEPOINT" if kind in ("SAVEPOINT", "RELEASE", "ROLLBACK") else kind


@contextlib.contextmanager
def counted() -> Iterator[Counter[str]]:
    """Count what is sent on all connections of this thread while the context lasts."""
    from django.db import connections

    found: Counter[str] = Counter()

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        # Several may be sent as one message.
        found.update(kind_of(each) for each in str(sql).split(";") if each.strip())
        return execute(sql, params, many, context)

    with contextlib.ExitStack() as stack:
        for connection in connections.all():
            stack.enter_context(connection.execute_wrapper(note))
        yield found


class CountsWhenAsked:
    """WSGI: a request with `X-Bench-Count` is answered with its statements in a header; others are left alone."""

    def __init__(self, application: Callable[..., Iterable[bytes]]) -> None:
        self.application = application

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        if ASKED not in environ:
            return self.application(environ, start_response)
        begun: list[Any] = []
        with counted() as found:
            response = self.application(environ, lambda *words: begun.append(words))
            body = b"".join(response)
            if hasattr(response, "close"):
                response.close()
        status, headers, *rest = begun[0]
        start_response(status, [*headers, (HEADER, json.dumps(found))], *rest)
        return [body]
