# ruff: noqa: E501 - a template stands on one line: a break would be a part of it
"""Folded templates: what they give is what Django's own way gives, in every language, for every visitor."""

import re
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest
from django.template import Context, Engine, RequestContext, TemplateDoesNotExist
from django.template import engines as backends
from django.test import RequestFactory
from django.urls import set_script_prefix
from django.utils.functional import SimpleLazyObject
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy, override

from gcc_portal.web import folding
from tools.styleguide import samples

TAG = UUID("8a7f2c1e-0000-4000-8000-000000000001")
PIECES = {
    "words": '{% load i18n %}a {% translate "Yes" %} & {% translate "May" context "no" %} {% translate "100%" %} b',
    "named": '{% load i18n %}{% translate "Yes" as yes %}{% url "home" as here %}[{{ yes }} {{ here }} {{ none }}]',
    "addresses": '{% url "customers:list" %} {% url "orders:subscriptions" pk %} {% url "review:form" word %}',
    "named address": '{% url "orders:subscriptions" pk as there %}{{ there }} {% url "no:such" as gone %}{{ gone }}.',
    "icons": '{% load portal_ui %}{% icon "close" %}{% icon "close" _("Yes") %}{% icon name %}{% icon "x" css="a&b" %}',
    "tags": '{% load portal_ui %}{% state_tag "none" %}{% state_tag thing %}{% state_tag "x" label=nasty %}{% state_tag "none" as t %}{{ t }}',
    "counted": "{% load i18n %}{% blocktranslate trimmed count counter=rows|length %}one{% plural %}{{ counter }}{% endblocktranslate %}",
    "plain block": "{% load i18n %}{% blocktranslate %} Yes {% endblocktranslate %}{% blocktranslate asvar w %}No{% endblocktranslate %}{{ w }}",
    "loop": '{% load i18n %}{% for row in rows %}{{ forloop.counter }}{{ row.name }}{% translate "Yes" %}{% if row.on %}{% translate "No" %}{% else %}-{% endif %}{% empty %}{% translate "None" %}{% endfor %}',
    "with": '{% load i18n %}{% with a=thing.state b=_("Yes") %}{{ a }}{{ b }}{% translate "Yes" %}{% endwith %}',
    "off": '{% load i18n %}{% autoescape off %}{{ nasty }}{% translate "Yes" %}{{ thing.state }}{% endautoescape %}{{ nasty }}',
    "values": "{{ number }} {{ real }} {{ moment }} {{ safe }} {{ lazy }} {{ none }} {{ missing.deep.down }} {{ rows.0.name }} {{ rows.9.name }} {{ mapping.key }} {{ mapping.items }} {{ calls.it }} {{ alone.name }} {{ text.upper }}",
    "filters": '{{ nasty|lower }} {{ nasty|default:"-" }} {{ none|default:nasty }} {{ number|add:1 }} {{ thing.state|upper }}',
    "static": '{% load static %}{% static "portal/app.css" %}{% static "portal/app.css" as css %}{{ css }}',
    "comment": "a{# b #}{% comment %}c{% endcomment %}{% load i18n %}d",
    "parent": '{% load i18n %}<{% block one %}{% translate "Yes" %}{% endblock %}|{% block two %}{{ nasty }}{% endblock %}>',
    "child": '{% extends "parent" %}{% load i18n %}{% block two %}{{ block.super }}{% translate "No" %}{% include "with" %}{% include "words" only %}{% endblock %}',
    "include in loop": '{% for row in rows %}{% include "named" with nasty=row.name only %}{% endfor %}',
}


class _Calls:
    def it(self) -> str:
        return "<called>"


def facts() -> dict[str, Any]:
    """Return one of every kind of value."""
    return {
        "pk": TAG,
        "word": "ABC-123",
        "name": "sort_arrow",
        "thing": SimpleNamespace(state="active<", get_state_display=lambda: "In & out"),
        "nasty": "<b>'\"&",
        "safe": SafeString("<i>safe</i>"),
        "lazy": gettext_lazy("Yes"),
        "none": None,
        "number": 12345,
        "real": 1.5,
        "moment": datetime(2026, 11, 24, 21, 0, tzinfo=UTC),
        "rows": [SimpleNamespace(name="<1>", on=True), {"name": "two", "on": False}],
        "mapping": {"key": "value"},
        "calls": _Calls(),
        "alone": SimpleLazyObject(lambda: SimpleNamespace(name="lazy <name>")),
        "text": "shout",
    }


def engine(*, folded: bool) -> Engine:
    """Return an engine that knows the pieces."""
    known = ("django.template.loaders.locmem.Loader", PIECES)
    loader = "gcc_portal.web.folding.Loader" if folded else "django.template.loaders.cached.Loader"
    libraries = backends["django"].engine.libraries
    return Engine(loaders=[(loader, [known])], libraries=libraries)


@pytest.mark.parametrize("name", PIECES)
def test_a_folded_template_gives_what_the_plain_one_gives(name: str) -> None:
    plain, folded = engine(folded=False), engine(folded=True)
    for language in ("en-us", "de", "ar", "en-us"):
        with override(language):
            request = RequestFactory().get("/customers/")
            wanted = plain.get_template(name).render(RequestContext(request, facts()))
            for _time in range(2):
                assert folded.get_template(name).render(RequestContext(request, facts())) == wanted


def test_words_are_kept_for_each_language_apart() -> None:
    template = engine(folded=True).get_template("words")
    with override("de"):
        german = template.render(Context())
    with override("en-us"):
        english = template.render(Context())
    assert "Ja" in german
    assert "Yes" in english


def test_nothing_of_a_request_is_kept() -> None:
    template = engine(folded=True).get_template("loop")
    first = template.render(Context({"rows": [{"name": "Ann"}]}))
    assert "Ann" in first
    assert "Ann" not in template.render(Context({"rows": [{"name": "Ben"}]}))


def test_the_constant_parts_of_a_piece_are_one_node() -> None:
    nodes = engine(folded=True).get_template("words").nodelist
    assert [type(node) for node in nodes] == [folding.Constant, folding.TranslateNode, folding.Constant]


def test_addresses_follow_the_root_that_the_portal_stands_at(settings: Any) -> None:
    template = engine(folded=True).get_template("addresses")
    with_root = RequestFactory(SCRIPT_NAME="/portal").get("/")
    assert template.render(Context(facts())).startswith("/customers/")
    set_script_prefix("/portal/")
    try:
        assert template.render(RequestContext(with_root, facts())).startswith("/portal/customers/")
    finally:
        set_script_prefix("/")


def test_a_template_that_is_not_there_is_still_missing() -> None:
    for _time in range(2):
        with pytest.raises(TemplateDoesNotExist):
            engine(folded=True).get_template("nowhere")


def test_the_style_guide_reads_the_same() -> None:
    """One of every component, through the templates of the portal."""
    request = RequestFactory().get("/styleguide/?q=<b>&page=2")
    ours = backends["django"].engine
    plain = Engine(
        dirs=ours.dirs,
        libraries=ours.libraries,
        context_processors=ours.context_processors,
        loaders=[
            "django.template.loaders.filesystem.Loader",
            "django.template.loaders.app_directories.Loader",
        ],
    )
    shown = {**samples.context(request.GET), "nav": [], "identity": None}
    pages = [
        engine.get_template("styleguide.html").render(RequestContext(request, shown))
        for engine in (ours, plain)
    ]
    # The token is masked anew each time.
    folded, wanted = (re.sub(r"[A-Za-z0-9]{64}", "token", page) for page in pages)
    assert "<main" in wanted
    assert folded == wanted
