"""A server on loopback, a seeded partner, and Microsoft's own Python client pointed at it, unmodified."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from microsoft.store.partnercenterservices import MicrosoftPartnerStoreApis
from msrest.authentication import BasicTokenAuthentication

from customers.models import Customer, ValidationId
from orders.models import Offer
from partners.models import Partner
from tests import factories
from tests.api.kit import access_token, application
from tests.orders.conftest import make_offer

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what stands here: it starts a server."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.slow)


@dataclass(frozen=True)
class World:
    """What the acceptance run finds: a qualified partner, one validation code with two creates left and one without,
    a government and a commercial offer, and tokens of both kinds."""

    url: str
    partner: Partner
    code: ValidationId
    spent: ValidationId
    government: Offer
    commercial: Offer
    user_token: str
    app_token: str
    stranger_token: str
    foreign: Customer


@pytest.fixture
def world(live_server: Any, transactional_db: None, eager: None) -> World:
    """Seed the database behind the server."""
    partner = factories.partner("Contoso Cloud", qualification="qualified")
    stranger = factories.partner("Tailspin Gov Services", qualification="qualified")
    admin, other = factories.agent(partner).user, factories.agent(stranger).user
    return World(
        url=live_server.url,
        partner=partner,
        code=factories.validation_id(partner, "Harborview County", max_creates=2),
        spent=factories.validation_id(partner, "Harborview County", max_creates=1, used=1, state="exhausted"),
        government=make_offer("Office 365 G3 GCC"),
        commercial=make_offer("Office 365 E3", segment="commercial"),
        user_token=access_token(application(partner, "app_user"), admin),
        app_token=access_token(application(partner)),
        stranger_token=access_token(application(stranger, "app_user"), other),
        foreign=factories.customer(stranger, "Foreign County"),
    )


class LowLevel:
    """The sender below the client's own methods, for what they do not reach."""

    def __init__(self, client: MicrosoftPartnerStoreApis) -> None:
        self.sender = client._client

    def __call__(
        self, verb: str, path: str, body: Any = None, query: dict[str, str] | None = None, **headers: str
    ) -> Any:
        """Send and return the response of the HTTP library."""
        sent = {
            "Content-Type": "application/json; charset=utf-8",
            **{key.replace("_", "-"): value for key, value in headers.items()},
        }
        request = getattr(self.sender, verb.lower())(f"/v1/{path}", query or {})
        return self.sender.send(request, sent, body, stream=False)


def client_with(url: str, token: str) -> MicrosoftPartnerStoreApis:
    """Return Microsoft's client with a bearer token. It hangs up after each call: the server's thread would keep its
    database connection as long as the client's line, beyond the test."""
    client = MicrosoftPartnerStoreApis(BasicTokenAuthentication({"access_token": token}), base_url=url)
    client.config.headers["Connection"] = "close"
    return client


@pytest.fixture
def python(world: World) -> MicrosoftPartnerStoreApis:
    """Microsoft's Python client in the hands of the partner's admin agent."""
    return client_with(world.url, world.user_token)


@pytest.fixture
def send(python: MicrosoftPartnerStoreApis) -> LowLevel:
    """The client's low-level sender."""
    return LowLevel(python)
