"""The page on which a person reads the OpenAPI document."""

import inspect
import re
from importlib import import_module
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles import finders
from django.test import Client
from django.utils.html import escape

from gcc_portal.api import errors
from gcc_portal.api.codes import CODES

SPELLED = re.compile(r"\((4\d\d), (\d+)\)")


def test_it_is_served_by_the_portal_alone(client: Client, db: None) -> None:
    answer = client.get("/v1/docs")
    assert answer.status_code == 200
    page = answer.content.decode()
    sources = re.findall(r'<(?:script|link)\b[^>]*\b(?:src|href)="([^"]+)"', page)
    assert any("swagger-ui-bundle" in each for each in sources)
    for each in sources:
        assert each.startswith(f"/{settings.STATIC_URL.strip('/')}/"), each
        assert finders.find(each.removeprefix(f"/{settings.STATIC_URL.strip('/')}/")), each
    assert answer["Content-Security-Policy"] == client.get("/")["Content-Security-Policy"]


def test_nothing_is_inline_but_data(client: Client, db: None) -> None:
    page = client.get("/v1/docs").content.decode()
    scripts = re.findall(r"<script(?![^>]*\bsrc=)[^>]*>", page)
    assert scripts == ['<script id="swagger-settings" type="application/json">']
    assert not re.search(r"<style|\sstyle=|\son\w+=", page)


def test_it_is_linked_and_links_to_the_document(client: Client, db: None) -> None:
    assert 'href="/v1/openapi.json"' in client.get("/v1/docs").content.decode()
    assert 'href="/v1/docs"' in client.get("/").content.decode()


def test_it_explains_every_code(client: Client, db: None) -> None:
    page = client.get("/v1/docs").content.decode()
    for (status, code), text in CODES.items():
        assert f'{status}</td><td class="portal-num">{code}</td><td>{escape(text)}</td>' in page


def test_every_code_that_is_given_is_explained() -> None:
    """What apps answer stands in the table, be it by a blocker's name or where it is raised."""
    given = set(errors._codes.values())
    for app in (*settings.API_RESOURCES, "gcc_portal.api"):
        folder = Path(inspect.getfile(import_module(app))).parent
        for file in folder.glob("*.py"):
            if file.name != "codes.py":
                given |= {(int(status), int(code)) for status, code in SPELLED.findall(file.read_text())}
    assert sorted(given - set(CODES)) == [], "say in gcc_portal/api/codes.py what these mean"
    assert sorted(set(CODES) - given) == [], "nobody answers these any more"
