"""What runs inside a contestant's process: it counts SQL statements, serves pages, or calls functions for the bench."""

import contextlib
import importlib
import json
import re
import sys
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import django
from django.core.wsgi import get_wsgi_application
from django.db import connections

from bench.client import COUNT_HEADER, STATEMENTS_HEADER

KIND = re.compile(r"\s*(?:/\*.*?\*/\s*)?(\w+)")
LOCK = re.compile(r"\bFOR (UPDATE|SHARE|NO KEY UPDATE)\b")
# The counters that are counting now; floors that use psycopg2 itself add their statements by `note`.
_counters: list["Counter[str]"] = []
# The statements of the call that runs now, where the bench wants them.
_of_call: list["Counter[str]"] = []


def kind_of(sql: str) -> str:
    """Return the kind of a statement: SELECT, SELECT FOR UPDATE, INSERT, UPDATE, DELETE, COPY, SAVEPOINT."""
    found = KIND.match(sql)
    kind = found.group(1).upper() if found else "?"
    if kind == "SELECT" and (lock := LOCK.search(sql)):
        return f"SELECT FOR {lock.group(1)}"
    return "SAVEPOINT" if kind in ("SAVEPOINT", "RELEASE", "ROLLBACK") else kind


def note(sql: str) -> None:
    """Count a statement while somebody counts. Several statements may go out as one message."""
    for counter in _counters:
        counter.update(kind_of(each) for each in sql.split(";") if each.strip())


@contextlib.contextmanager
def counted() -> Iterator["Counter[str]"]:
    """Count what this thread's connections send while the context lasts."""
    found: Counter[str] = Counter()

    def pass_on(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        note(str(sql))
        return execute(sql, params, many, context)

    with contextlib.ExitStack() as stack:
        for connection in connections.all():
            stack.enter_context(connection.execute_wrapper(pass_on))
        _counters.append(found)
        stack.callback(_counters.remove, found)
        yield found


def timed(work: Callable[[Any], object], inputs: Iterable[Any]) -> list[float]:
    """Do the work for each input; return the seconds of each. What making the inputs takes is not measured."""
    seconds = []
    for each in inputs:
        with counted() if _of_call else contextlib.nullcontext() as found:
            began = time.perf_counter()
            work(each)
            seconds.append(time.perf_counter() - began)
        for total in _of_call:
            total.update(found or {})
    return seconds


def wsgi() -> Callable[..., Iterable[bytes]]:
    """Return the WSGI application of this process's settings, which answers with its statements when asked to."""
    application = get_wsgi_application()

    def counting(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        if f"HTTP_{COUNT_HEADER.upper().replace('-', '_')}" not in environ:
            return application(environ, start_response)
        started: list[Any] = []

        def hold_back(*answer: Any) -> Any:
            started.append(answer)

        with counted() as found:
            response = application(environ, hold_back)
            body = b"".join(response)
            response.close()
        status, headers, *rest = started[0]
        start_response(status, [*headers, (STATEMENTS_HEADER, json.dumps(found))], *rest)
        return [body]

    return counting


def main(module: str) -> None:
    """Call functions of a module, as lines of JSON on the standard input name them, until there are no more.

    What they do by `timed` is counted where the bench wants it. What the work prints goes to the log, so that the
    standard output holds nothing but results.
    """
    results, sys.stdout = sys.stdout, sys.stderr
    django.setup()
    functions = importlib.import_module(module)
    for line in sys.stdin:
        function, arguments, count = json.loads(line)
        _of_call[:] = [Counter()] if count else []
        answer: dict[str, Any] = {}
        try:
            answer["result"] = getattr(functions, function)(**arguments)
            answer["statements"] = dict(_of_call[0]) if count else {}
        except Exception:  # noqa: BLE001 - the bench raises it again, with the trace
            answer["error"] = traceback.format_exc()
        results.write(json.dumps(answer) + "\n")
        results.flush()
