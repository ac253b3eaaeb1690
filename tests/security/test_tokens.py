"""Personal links that were altered, cut short, used, or belong to others: a clear page, nothing written or revealed."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from gcc_portal.intake.models import Attachment
from tests.security import payloads, urls
from tests.security.pages import Form
from tests.security.sending import complete, undone
from tests.security.test_access import ask, words
from tests.security.urls import PLACES
from tests.security.watch import changed, digest
from tests.security.world import PDF, World

LINKS = [name for name, place in PLACES.items() if place.link]
PARTS = ("eligibility:partner", "relationships:answer-tenant")
ACTING = [name for name in LINKS if PLACES[name].answers("POST")]


def altered(world: World, name: str, token: str) -> Iterator[str]:
    """Yield links that are not valid: changed, cut short, made longer, and those of other objects."""
    yield token[:-1] + ("A" if token[-1] != "A" else "B")
    yield token.swapcase()
    yield token[:20]
    yield token[:-1]
    yield token + "A"
    yield "A"
    yield token + "%20"
    yield token.replace(token[3], "%F0%9F%99%82", 1)
    others = {
        "partners:": world.home.invitations["invited"].token,
        "eligibility:": world.home.customer_forms["draft"].access_token,
        "relationships:": world.home.requests["invited"].token,
    }
    yield from (other for app, other in others.items() if not name.startswith(app))


def private(world: World) -> list[str]:
    """Return what only the holder of a link may read."""
    form, request = world.home.customer_forms["draft"], world.home.requests["invited"]
    return [
        form.organization_name, form.contact_email, request.organization_name, request.contact_email,
        world.home.invitations["invited"].email, world.home.partner.name,
    ]  # fmt: skip


@pytest.mark.parametrize("name", LINKS)
def test_a_link_that_is_none(world: World, name: str) -> None:
    place = PLACES[name]
    arguments = place.own(world.home)[0]
    good = urls.path(name, arguments)
    before = digest()
    for token in altered(world, name, arguments["token"]):
        for method in place.methods.split():
            answer = ask(world.client(None), method, good.replace(arguments["token"], token))
            assert answer.status_code == 404, (token, method, answer.status_code)
            text = answer.content.decode()
            assert not [word for word in private(world) if word in text], token
            assert len(words(answer)) > 40 or name in PARTS, (token, method)
    assert changed(before, digest()) == []


@pytest.mark.parametrize("state", ["accepted", "cancelled", "expired"])
def test_an_invitation_that_works_no_more(world: World, state: str) -> None:
    invitation = world.home.invitations[state]
    path = urls.path("partners:invitation", {"token": invitation.token})
    before = digest()
    for sent in (None, {}, payloads.GOOD["partners:invitation"]):
        for role in (None, "stranger"):
            client = world.client(role)
            answer = client.get(path) if sent is None else client.post(path, sent)
            assert answer.status_code == 410
            assert len(words(answer)) > 40
            assert invitation.email not in answer.content.decode()
    assert changed(before, digest()) == []


def test_an_invitation_is_for_the_one_who_was_invited(world: World) -> None:
    """Somebody else who is signed in joins nobody by another's link."""
    path = urls.path("partners:invitation", {"token": world.home.invitations["invited"].token})
    before = digest()
    for role in ("stranger", "reviewer", "operator", "removed"):
        answer = world.client(role).post(path, payloads.GOOD["partners:invitation"])
        assert answer.status_code in (200, 403, 409), (role, answer.status_code)
        assert len(words(answer)) > 40
    assert changed(before, digest()) == []


@pytest.mark.parametrize("state", ["active", "declined", "expired", "cancelled", "ended"])
def test_a_request_that_was_answered_or_is_over(world: World, forms: dict[str, Form], state: str) -> None:
    """The link shows the result of the request, and neither accepts nor declines any more (R1)."""
    fresh = urls.path("relationships:answer", {"token": world.home.requests["invited"].token})
    path = urls.path("relationships:answer", {"token": world.home.requests[state].token})
    accept = complete("relationships:answer", forms[fresh], world)
    decline = {"go": "decline", "decline-name": "Pat", "decline-reason": "No."}
    before = digest()
    shown = world.client(None).get(path)
    assert shown.status_code == (200 if state == "active" else 410)
    assert len(words(shown)) > 40
    for sent in (accept, decline, {}):
        answer = world.client(None).post(path, sent)
        assert answer.status_code in (409, 410), answer.status_code
        assert len(words(answer)) > 40
        assert not [word for word in world.away.secrets if word in answer.content.decode()]
    assert changed(before, digest()) == []
    part = world.client(None).get(path + "tenant/", {"tenant_id": str(world.town.tenant_id)})
    assert part.status_code == 404


@pytest.mark.parametrize("state", ["submitted", "in_review", "approved", "declined", "withdrawn"])
def test_a_form_that_was_signed_is_not_changed_by_its_link(
    world: World, forms: dict[str, Form], state: str
) -> None:
    """P5, C3: a signed form stays as it is; steps and files are 409, a signature leads to what stands, with words."""
    token = world.home.customer_forms[state].access_token
    draft = world.home.customer_forms["draft"].access_token
    before = digest()
    for arguments in PLACES["eligibility:step"].own(world.home):
        if arguments["token"] != draft:
            continue
        data = complete("eligibility:step", forms[urls.path("eligibility:step", arguments)], world)
        files = {"files": SimpleUploadedFile("more.pdf", PDF + b"more")}
        for sent in (data, {**data, "go": "attach", **files}, {**data, "go": "remove:1"}):
            answer = world.client(None).post(
                urls.path("eligibility:step", {**arguments, "token": token}), sent
            )
            assert answer.status_code == 409, answer.status_code
            assert len(words(answer)) > 40
    data = complete("eligibility:sign", forms[urls.path("eligibility:sign", {"token": draft})], world)
    client = world.client(None)
    answer = client.post(urls.path("eligibility:sign", {"token": token}), data, follow=True)
    assert answer.redirect_chain == [(urls.path("eligibility:status", {"token": token}), 302)]
    assert "Nothing was sent again" in words(answer)
    assert changed(before, digest()) == []


def test_a_file_opens_by_its_own_link_alone(world: World) -> None:
    """Another form's file, of the same partner or of another, is not there; nor for an agent or a stranger."""
    own = urls.file_of(world.home.customer_forms["draft"])
    token = world.home.customer_forms["draft"].access_token
    path = urls.path("eligibility:attachment", {"token": token, "attachment_id": own})
    assert b"".join(world.client(None).get(path).streaming_content) == PDF  # type: ignore[attr-defined]
    reference = world.home.partner_form.reference
    for other in Attachment.objects.exclude(pk=own).values_list("pk", flat=True):
        by_link = urls.path("eligibility:attachment", {"token": token, "attachment_id": other})
        assert world.client(None).get(by_link).status_code == 404
        if other != urls.file_of(world.home.partner_form):
            as_agent = urls.path(
                "partners:intake-attachment", {"reference": reference, "attachment_id": other}
            )
            assert world.client("admin").get(as_agent).status_code == 404


HOSTILE_FILES = [
    ("../../../etc/passwd.pdf", PDF, True),
    ("C:\\windows\\evil.pdf", PDF, True),
    ("x" * 400 + ".pdf", PDF, True),
    ("na\u202eme\x07.pdf", PDF, True),
    ('"><script>alert(1)</script>.pdf', PDF, True),
    ("🙂.pdf", PDF, True),
    ("page.html", b"<script>alert(1)</script>", False),
    ("picture.svg", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", False),
    ("program.exe", b"MZ\x90\x00", False),
    ("really.pdf", b"MZ\x90\x00 no PDF", False),
    ("empty.pdf", b"", False),
    ("noending", PDF, False),
    (".pdf", PDF, None),
    ("bomb.docx", b"PK\x03\x04broken", False),
]


@pytest.mark.parametrize(
    ("name", "body", "taken"), HOSTILE_FILES, ids=[str(n) for n in range(len(HOSTILE_FILES))]
)
def test_files_of_every_kind(
    world: World, forms: dict[str, Form], name: str, body: bytes, taken: Any
) -> None:
    """A hostile name is kept harmless, a wrong type is refused with a sentence; what was typed stays either way."""
    from customers.intake import STEPS

    slug = next(step.slug for step in STEPS if step.attachments)
    path = urls.path(
        "eligibility:step", {"token": world.home.customer_forms["draft"].access_token, "slug": slug}
    )
    data = complete("eligibility:step", forms[path], world)
    before, count = digest(), Attachment.objects.count()
    with undone():
        answer = world.client(None).post(
            path, {**data, "go": "attach", "files": SimpleUploadedFile(name, body)}
        )
        made = Attachment.objects.count() - count
        # Without a name there is no upload at all.
        assert (answer.status_code, made) in ([(200, 1)] if taken else [(422, 0), (200, 0)]) or taken is None
        text = answer.content.decode()
        assert "<script>alert(1)" not in text
        assert answer.status_code < 500
        if made:
            kept = Attachment.objects.latest("id")
            assert not set(kept.name) & set("/\\\x07\u202e\x00")
            assert len(kept.name) <= 150
        elif body:
            assert changed(before, digest()) == []
