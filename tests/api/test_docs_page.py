"""The page on which a person reads the schema."""

import inspect
import re
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from gcc_portal.api import errors
from gcc_portal.api.codes import CODES
from gcc_portal.api.openapi import schema
from tests.api.operations import OPERATIONS

SPELLED = re.compile(r"\((4\d\d), (\d+)\)")


@pytest.fixture(scope="module")
def page(django_db_setup: None, django_db_blocker: Any) -> str:
    """The page as a visitor gets it."""
    with django_db_blocker.unblock():
        answer = Client().get("/v1/docs")
    assert answer.status_code == 200
    assert answer["Content-Type"].startswith("text/html")
    return answer.content.decode()


def test_every_operation_is_told(page: str) -> None:
    for operation in OPERATIONS:
        assert f'id="{operation.id}"' in page
        assert f'href="#{operation.id}"' in page
        assert f"<code>{operation.path}</code>" in page
        for name in operation.body.get("properties", {}) if operation.body else []:
            assert f"<code>{name}</code>" in page


def test_every_schema_and_every_link_within_the_page_is_there(page: str) -> None:
    ids = re.findall(r'\bid="([^"]+)"', page)
    assert len(set(ids)) == len(ids), [each for each in ids if ids.count(each) > 1]
    assert set(re.findall(r'href="#([^"]+)"', page)) <= set(ids)
    assert len(schema()["components"]["schemas"]) == page.count('id="schema-')


def test_what_is_linked_to_is_never_folded_away(page: str) -> None:
    """With JavaScript off nothing opens a closed `details`: what anchors lead to stands outside of all."""
    depth = 0
    for found in re.finditer(r'<(/?)details\b([^>]*)>|\bid="([^"]+)"[^>]*>', page[page.index("<main") :]):
        if found[3]:
            assert depth == 0, found[3]
        else:
            assert "open" not in found[2]
            depth += -1 if found[1] else 1
    assert depth == 0
    assert page.count('<summary class="portal-operation__address">') == len(OPERATIONS)


def test_nothing_is_inline(page: str) -> None:
    assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=", page)


def test_it_is_linked_and_links_to_the_document(page: str, client: Client, db: None) -> None:
    assert 'href="/v1/openapi.json"' in page
    assert 'href="/v1/docs"' in client.get("/").content.decode()


def test_every_code_that_is_given_is_explained() -> None:
    """What rooms answer stands in the table, be it by a blocker's name or where it is raised."""
    given = set(errors._answers.values())
    for room in (*settings.API_RESOURCES, "gcc_portal.api"):
        folder = Path(inspect.getfile(import_module(room))).parent
        for file in folder.glob("*.py"):
            if file.name != "codes.py":
                given |= {(int(status), int(code)) for status, code in SPELLED.findall(file.read_text())}
    assert sorted(given - set(CODES)) == [], "say in gcc_portal/api/codes.py what these mean"
    assert sorted(set(CODES) - given) == [], "nobody answers these any more"
