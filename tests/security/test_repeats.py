"""Every act sent twice, from a stale tab, and in a wrong state: one effect, and a sentence."""

from typing import Any

import pytest

from gcc_portal.core.audit.models import AuditEntry
from tests.security import urls
from tests.security.pages import Form
from tests.security.sending import complete, send
from tests.security.test_access import NAMES, words
from tests.security.urls import PLACES
from tests.security.watch import changed, digest
from tests.security.world import World

POSTS = [name for name in NAMES if PLACES[name].answers("POST")]
# Pages that answer a POST and change nothing.
STILL = {"eligibility:resume"}
# Asking again is what the button is for: the second time does the same once more.
AGAIN = {"partners:invitation-resend"}
# How many of the objects, the first ones, are in a state in which the act is right.
RIGHT = {
    "orders:act": 7,
    "relationships:cancel": 2,
    "partners:invitation-resend": 2,
    "partners:invitation-cancel": 2,
    "customers:create-step": 7,
    "customers:validation-id": 3,
    "partners:intake-step": 9,
    "eligibility:step": 9,
    "eligibility:sign": 2,
    "eligibility:status": 9,
}
OLD = ("revision", "seen", "sends")


def form_at(forms: dict[str, Form], path: str) -> Form:
    """Return the form that is sent to a path; an empty one where a button alone stands."""
    return forms.get(path) or Form(path, "post")


def acts() -> int:
    """Return the number of audit entries that are no refusals."""
    return AuditEntry.objects.filter(refused=False).count()


def explains(answer: Any) -> bool:
    """Return whether the answer redirects, or its page says why it refuses."""
    return answer.status_code == 302 or len(words(answer)) > 40


@pytest.mark.parametrize("name", [name for name in POSTS if name not in AGAIN])
def test_sent_twice_is_done_once(world: World, forms: dict[str, Form], name: str) -> None:
    path = urls.path(name, PLACES[name].own(world.home)[0])
    data = complete(name, form_at(forms, path), world)
    first = send(world, name, path, data)
    assert first.status_code in (200, 302), (first.status_code, words(first)[:600], data)
    once, entries = digest(audit=False), acts()
    second = send(world, name, path, data)
    assert second.status_code in (200, 302, 404, 409, 410, 422), second.status_code
    assert explains(second)
    assert changed(once, digest(audit=False)) == []
    assert acts() == entries


@pytest.mark.parametrize("name", POSTS)
def test_a_stale_tab_changes_nothing(world: World, forms: dict[str, Form], name: str) -> None:
    """Another tab was faster: what this one sends, made from the older version, is refused and kept on the page."""
    path = urls.path(name, PLACES[name].own(world.home)[0])
    form = form_at(forms, path)
    data = complete(name, form, world)
    if not any(key in data for key in OLD):
        pytest.skip("it says nothing of a version")
    typed = [each.name for each in form.fields if each.type in ("text", "textarea") and each.name in data]
    other = {
        **data,
        **{key: f"{data[key] if isinstance(data[key], str) else data[key][-1]}1" for key in typed[:1]},
    }
    assert send(world, name, path, other).status_code in (200, 302, 409, 422)
    once, entries = digest(audit=False), acts()
    another = {key: f"{value}2" if key in typed[:1] else value for key, value in other.items()}
    stale = send(world, name, path, another)
    assert stale.status_code in (302, 404, 409, 422), stale.status_code
    assert explains(stale)
    assert changed(once, digest(audit=False)) == []
    assert acts() == entries


@pytest.mark.parametrize("name", POSTS)
def test_in_a_wrong_state_nothing_happens(world: World, forms: dict[str, Form], name: str) -> None:
    """An object in another state is not changed, and the answer says why."""
    rows = PLACES[name].own(world.home)
    data = complete(name, form_at(forms, urls.path(name, rows[0])), world)
    before, entries = digest(audit=False), acts()
    for arguments in rows[RIGHT.get(name, 1) :]:
        answer = send(world, name, urls.path(name, arguments), data)
        assert answer.status_code in (302, 404, 409, 410, 422), (arguments, answer.status_code)
        assert explains(answer), arguments
        assert changed(before, digest(audit=False)) == [], arguments
        assert acts() == entries, arguments
