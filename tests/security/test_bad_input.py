"""Every form of the product, sent with invalid input: a clear answer, nothing written, nothing typed is lost."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.security import payloads, urls
from tests.security.pages import Form, read
from tests.security.sending import URLENCODED, complete, undone
from tests.security.test_access import NAMES, words
from tests.security.urls import PLACES
from tests.security.watch import changed, digest
from tests.security.world import World

POSTS = [name for name in NAMES if PLACES[name].answers("POST")]
ANSWERS = {200, 302, 400, 403, 404, 409, 410, 413, 422}
# Statuses of refused input: nothing may have been written.
NOT_TAKEN = ANSWERS - {302}
# What is shown once is erased by showing it.
DONE_WITH_200 = ("customers:creation-password",)

# What pages read from the address beside filters.
OTHERS = ("from", "tenant_id", "partner_tenant_id", "prefix", "resend", "to", "next")


def wrongs(data: dict[str, Any], form: Form) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield each way to send the form wrongly: what people type all at once, what the page writes one by one."""
    typed = {each.name for each in form.fields if each.is_typed and each.name in data}
    for what, value in payloads.TYPED.items() if typed else ():
        yield what, {**data, **dict.fromkeys(typed, value)}
    if typed:
        yield (
            "repeated",
            {name: [value, value, "x\x01"] if name in typed else value for name, value in data.items()},
        )
        yield "missing", {name: value for name, value in data.items() if name not in typed}
    for name in {each.name for each in form.fields if each.type != "file"} - typed:
        for what in ("nul", "broken", "digits", "negative", "no choice"):
            yield f"{name} {what}", {**data, name: payloads.TYPED[what]}
        yield (
            f"{name} repeated",
            {**data, name: ["x\x01", *([given] if isinstance(given := data.get(name, ""), str) else given)]},
        )
        yield f"{name} missing", {key: value for key, value in data.items() if key != name}


@pytest.mark.parametrize("name", POSTS)
def test_every_field_with_everything_wrong(world: World, forms: dict[str, Form], name: str) -> None:
    place, seen = PLACES[name], set()
    role = urls.asked_by(place)
    before = digest(audit=False)
    problems: list[str] = []
    for arguments in place.own(world.home):
        path = urls.path(name, arguments)
        form = forms.get(path)
        if form is None or frozenset(each.name for each in form.fields) in seen:
            continue
        seen.add(frozenset(each.name for each in form.fields))
        for what, sent in wrongs(complete(name, form, world), form):
            with undone():
                answer = world.client(role).post(path, payloads.body(sent), content_type=URLENCODED)
                faults = judge(answer, form, what, sent)
                if answer.status_code in NOT_TAKEN and (tables := changed(before, digest(audit=False))):
                    faults.append(f"wrote to {tables}")
            problems += [f"{path} {what} ({answer.status_code}): {each}" for each in faults]
    assert problems == [], "\n".join(problems)


def judge(answer: Any, form: Form, what: str, sent: dict[str, Any]) -> list[str]:
    """Return what is wrong with an answer."""
    status = answer.status_code
    if status not in ANSWERS:
        return ["no clear answer"]
    if status == 302:
        return ["was taken"] if what in payloads.REFUSED else []
    if len(words(answer)) < 40:
        return ["no sentence"]
    if status != 422:
        return []
    page = read(answer.content.decode(), form.action)
    problems = []
    if what in payloads.REFUSED:
        typed = [each for each in form.fields if each.is_typed and each.id and each.name in sent]
        problems = [f"no error at {each.name}" for each in typed if f"{each.id}_error" not in page.ids]
    if (
        not any(each.endswith("_error") for each in page.ids)
        and "usa-alert--error" not in answer.content.decode()
    ):
        problems.append("says no error")
    if what not in ("nul", "broken"):
        problems += lost(page.forms, form, sent)
    return problems


def lost(shown: list[Form], form: Form, sent: dict[str, Any]) -> list[str]:
    """Return the fields whose text is not on the page any more."""
    again = [each for each in shown if each.target == form.target]
    gone = []
    for field in form.fields:
        if not field.is_typed or field.name not in sent:
            continue
        typed = sent[field.name][-1] if isinstance(sent[field.name], list) else sent[field.name]
        there = [each.value for one in again for each in one.named(field.name)]
        plain = typed.replace("\r\n", "\n")
        if not any(value.replace("\r\n", "\n").strip() == plain.strip() for value in there):
            gone.append(f"lost what was typed in {field.name}: {[value[:30] for value in there]}")
    return gone


@pytest.mark.parametrize("name", POSTS)
def test_nothing_and_bodies_of_the_wrong_kind(world: World, name: str) -> None:
    place = PLACES[name]
    role = urls.asked_by(place)
    before = digest(audit=False)
    bodies = [
        ("", URLENCODED),
        ('{"a": [1, 2', "application/json"),
        ("hello", "text/plain"),
        ("<a/>", "application/xml; charset=nonsense"),
        ("--x\r\nbroken", "multipart/form-data; boundary=x"),
        ("--x\r\nbroken", "multipart/form-data"),
        ("a=%ff&%00=%00&=&&&", URLENCODED + "; charset=utf-16"),
        ("&".join(f"f{n}=1" for n in range(600)), URLENCODED),
    ]
    for arguments in place.own(world.home)[:1]:
        for sent, kind in bodies:
            with undone():
                answer = world.client(role).generic("POST", urls.path(name, arguments), sent.encode(), kind)
                assert answer.status_code in ANSWERS, (arguments, kind, answer.status_code)
                if answer.status_code in NOT_TAKEN and name not in DONE_WITH_200:
                    assert len(words(answer)) >= 40, (arguments, kind, answer.status_code)
                    assert changed(before, digest(audit=False)) == [], (arguments, kind)


@pytest.mark.parametrize("name", POSTS)
def test_a_body_that_is_too_large(world: World, name: str) -> None:
    """Three megabytes of text: a page with a sentence, whether or not the form's token is asked for first."""
    place = PLACES[name]
    path = urls.path(name, place.own(world.home)[0])
    before = digest()
    for checks in (False, True):
        client = world.client(urls.asked_by(place))
        client.handler.enforce_csrf_checks = checks
        with undone():
            answer = client.post(path, b"text=" + b"x" * 3_000_000, content_type=URLENCODED)
            if not checks and answer.status_code in (200, 302, 409, 410):
                continue  # an act that reads no field; behind the token's check it is stopped as well
            assert answer.status_code in (400, 403, 413), answer.status_code
            assert len(words(answer)) > 40
            assert changed(before, digest()) == []


@pytest.mark.parametrize("name", [name for name in NAMES if PLACES[name].answers("GET") and name != "readyz"])
def test_addresses_with_nonsense(world: World, name: str) -> None:
    """Filters, sort orders, pages and cursors that make no sense: a page, never an error of ours."""
    place = PLACES[name]
    path = urls.path(name, place.own(world.home)[0]) if place.own(world.home) else ""
    if not path:
        pytest.skip("it needs a mail that was sent")
    client = world.client(urls.asked_by(place))
    page = client.get(path)
    if page.streaming or "html" not in page["Content-Type"]:
        asked = {"q", "sort", "after", "state"}
    else:
        asked = {
            each.name
            for form in read(page.content.decode(), path).forms
            if form.method == "get"
            for each in form.fields
        }
    if "csv" in page.get("Content-Type", ""):
        asked |= {"since", "until", "channel", "qualification"}
    before = digest()
    # The style guide's filters are a show of components and read by nobody: all of them at once.
    groups = [sorted(asked)] if name == "ui:styleguide" else [[key] for key in sorted(asked)]
    keys = [*groups, ["page", "before", "after", "sort", *OTHERS]]
    for group in keys:
        for value in payloads.QUERY_VALUES:
            answer = client.get(f"{path}?{'&'.join(f'{key}={value}&{key}={value}' for key in group)}")
            assert answer.status_code in (200, 302, 404), (group, value, answer.status_code)
    assert client.get(f"{path}?q=%00").status_code == 400
    assert changed(before, digest()) == []


# Parts of a page that a script asks for: an empty one says nothing.
PARTS = ("eligibility:partner", "relationships:answer-tenant")


@pytest.mark.parametrize("name", [name for name in NAMES if "<" in str(dict(urls.walk_all())[name])])
def test_addresses_that_name_nothing(world: World, name: str) -> None:
    """A malformed id gives 404, the same page as for a missing object."""
    place = PLACES[name]
    client = world.client(urls.asked_by(place))
    for pattern in urls.nonsense(name, (place.own(world.home) or [{"email_id": 1}])[0]):
        for method in place.methods.lower().split():
            answer = getattr(client, method)(pattern)
            # Removing a line that is not in the cart any more succeeds: the result is the same.
            allowed = (404, 400, 302) if name == "orders:cart-remove" else (404, 400)
            assert answer.status_code in allowed, (pattern[:80], method, answer.status_code)
            assert len(words(answer)) > 40 or answer.status_code == 302 or name in PARTS
