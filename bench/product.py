"""The product's side of the bench: the only module here that names its services. A worker's functions."""

from functools import cache
from typing import Any

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.cached_db import SessionStore
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from bench import rows
from bench.child import timed
from gcc_portal.core.business_time import respond_by
from gcc_portal.core.people.actors import Actor, Channel
from gcc_portal.core.people.models import User
from gcc_portal.intake.auto_review.sweep import sweep
from orders.services.placing import submit
from partners.api.tokens import issue
from partners.models import Agent
from partners.services.applications import make_application
from partners.states import ApplicationKind


def make_tables() -> None:
    """Migrate an empty database and import the catalogue."""
    call_command("migrate", interactive=False, verbosity=0, skip_checks=True)
    call_command("import_catalog", "orders/data/gcc-catalog.csv")


def collect_static() -> None:
    """Collect the static files."""
    call_command("collectstatic", interactive=False, verbosity=0)


def warm_up() -> None:
    """Load what a worker that has run for a while has loaded: the addresses and the holidays."""
    reverse("review:queue")
    respond_by(timezone.now())


def sign_in(email: str, *, bare: bool) -> str:
    """Return the key of a new session of a person; `bare` for a Django without the product's sign-in."""
    user = User.objects.get(email=email)
    store = SessionStore()
    store[SESSION_KEY] = str(user.pk)
    backend = "django.contrib.auth.backends.ModelBackend" if bare else settings.AUTHENTICATION_BACKENDS[0]
    store[BACKEND_SESSION_KEY] = backend
    store[HASH_SESSION_KEY] = user.get_session_auth_hash()
    store.create()
    return str(store.session_key)


def token() -> str:
    """Return the access token of a new API client of the agent's partner, for the agent."""
    kind, actor = ApplicationKind.APP_USER, _actor()
    made = make_application(actor, name="Bench", kind=kind, role=actor.role, redirects=["http://localhost/"])
    return issue(made.application, actor.user_id)


def carts(n: int) -> list[dict[str, Any]]:
    """Return for n new carts the address of the review page and the form that its button sends."""
    return [
        {
            "url": f"/customers/{cart['customer_id']}/cart/review/",
            "form": {name: cart[name] for name in ("number", "revision", "due_cents")},
        }
        for cart in rows.make_carts(n)
    ]


def place_orders(n: int) -> list[float]:
    """Place n new carts by the service; return the seconds of each."""
    actor = _actor()
    return timed(
        lambda cart: submit(actor, cart["number"], cart["revision"], due_cents=cart["due_cents"]),
        rows.make_carts(n),
    )


def answer_forms() -> list[float]:
    """Answer all due forms; return the seconds."""
    return timed(_sweep_all, [None])


def _sweep_all(_nothing: None) -> None:
    while sweep():
        pass


@cache
def _actor() -> Actor:
    agent = Agent.objects.select_related("user").get(user__email=rows.AGENT)
    return Actor(
        role=agent.role,
        channel=Channel.COMMAND,
        name=str(agent.user),
        user_id=agent.user_id,
        partner_id=agent.partner_id,
    )
