"""Sees whether anything was written: a digest of every row of every table."""

from functools import cache

from django.db import connection

# What a request may write whoever asks: the session, and when it was last seen.
SESSIONS = {"django_session", "usersessions_usersession"}
AUDIT = {"gcc_portal_auditentry"}
# Filled before the tests by migrations and commands, and never by a request.
STILL = {"django_migrations", "gcc_portal_govdomain", "django_content_type", "auth_permission"}

ROWS = {
    # What the directory said of a tenant is remembered for the gate, whatever becomes of the request that asked.
    "gcc_portal_intakeform": "(to_jsonb(t) - 'tenant_answer')::text",
    # That a program called is noted, whatever it is answered.
    "partners_apiapplication": "(to_jsonb(t) - 'last_used_at')::text",
}


@cache
def tables() -> tuple[str, ...]:
    """Return every table that a request could write to."""
    return tuple(sorted(set(connection.introspection.table_names()) - SESSIONS - STILL))


@cache
def question(names: tuple[str, ...]) -> str:
    """Return the statement that digests these tables."""
    return " UNION ALL ".join(
        f"SELECT '{name}', count(*), coalesce(sum(hashtextextended({ROWS.get(name, 't::text')}, 0)), 0)::text"
        f' FROM "{name}" t'
        for name in names
    )


def digest(*, audit: bool = True) -> dict[str, tuple[int, str]]:
    """Return the number and the digest of each table's rows; without the audit where a refusal may be noted."""
    names = tuple(name for name in tables() if audit or name not in AUDIT)
    with connection.cursor() as cursor:
        cursor.execute(question(names))
        return {name: (count, hashed) for name, count, hashed in cursor.fetchall()}


def changed(before: dict[str, tuple[int, str]], after: dict[str, tuple[int, str]]) -> list[str]:
    """Return the tables that differ."""
    return [name for name in before if name in after and before[name] != after[name]]
