"""How the bench counts statements in a contestant's process."""

import pytest
from django.db import connection

from bench import child


@pytest.mark.parametrize(
    ("sql", "kind"),
    [
        ("SELECT 1", "SELECT"),
        ('SELECT "a" FROM t WHERE id = 1 FOR UPDATE OF "t" SKIP LOCKED', "SELECT FOR UPDATE"),
        ("SELECT 1 FROM t FOR SHARE", "SELECT FOR SHARE"),
        ("RELEASE SAVEPOINT s1", "SAVEPOINT"),
        ("  insert into t values (1)", "INSERT"),
        ("COPY (SELECT 1) TO STDOUT", "COPY"),
    ],
)
def test_statements_are_distinguished_by_kind(sql: str, kind: str) -> None:
    assert child.kind_of(sql) == kind


@pytest.mark.django_db
def test_statements_of_django_and_of_psycopg2_itself_are_counted() -> None:
    with child.counted() as found, connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        child.note("INSERT INTO t VALUES (1); UPDATE t SET a = 1")
    child.note("SELECT 1")
    assert found == {"SELECT": 1, "INSERT": 1, "UPDATE": 1}
