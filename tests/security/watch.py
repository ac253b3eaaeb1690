"""Finds out whether anything was written, by a digest of all rows of each table."""

from functools import cache

from django.db import connection

# Every request may write these: the session, and when it was last used.
SESSIONS = {"django_session", "usersessions_usersession"}
AUDIT = {"gcc_portal_auditentry"}
# Filled before the tests by migrations and commands, and never by a request.
STATIC = {"django_migrations", "gcc_portal_govdomain", "django_content_type", "auth_permission"}

ROWS = {
    # The directory's answer is kept on the form for the gate, also when the request is refused afterwards.
    "gcc_portal_intakeform": "(to_jsonb(t) - 'tenant_answer')::text",
    # The time of an application's last call is kept, also when the call is refused.
    "partners_apiapplication": "(to_jsonb(t) - 'last_used_at')::text",
}


@cache
def tables() -> tuple[str, ...]:
    """Return every table that a request could write to."""
    return tuple(sorted(set(connection.introspection.table_names()) - SESSIONS - STATIC))


@cache
def digest_sql(names: tuple[str, ...]) -> str:
    """Return the statement that digests these tables."""
    return " UNION ALL ".join(
        f"SELECT '{name}', count(*), coalesce(sum(hashtextextended({ROWS.get(name, 't::text')}, 0)), 0)::text"
        f' FROM "{name}" t'
        for name in names
    )


def digest(*, audit: bool = True) -> dict[str, tuple[int, str]]:
    """Return number and digest of each table's rows. `audit=False` leaves the audit out, for refusals write to it."""
    names = tuple(name for name in tables() if audit or name not in AUDIT)
    with connection.cursor() as cursor:
        cursor.execute(digest_sql(names))
        return {name: (count, hashed) for name, count, hashed in cursor.fetchall()}


def changed(before: dict[str, tuple[int, str]], after: dict[str, tuple[int, str]]) -> list[str]:
    """Return the tables that differ."""
    return [name for name in before if name in after and before[name] != after[name]]
