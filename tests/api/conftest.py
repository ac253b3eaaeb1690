"""Programs of Contoso and of a stranger."""

import pytest

from gcc_portal.people.models import User
from partners.models import Partner
from tests.api.kit import Program, access_token, application


@pytest.fixture
def program(contoso: Partner) -> Program:
    """Contoso's program that acts for itself."""
    return Program(access_token(application(contoso)))


@pytest.fixture
def person(contoso: Partner, admin: User) -> Program:
    """Contoso's program in the hands of its admin agent."""
    return Program(access_token(application(contoso, "app_user"), admin))


@pytest.fixture
def seller(contoso: Partner, sales: User) -> Program:
    """Contoso's program in the hands of its sales agent."""
    return Program(access_token(application(contoso, "app_user"), sales))


@pytest.fixture
def foreign(tailspin: Partner, stranger: User) -> Program:
    """Another partner's program in the hands of one of its agents."""
    return Program(access_token(application(tailspin, "app_user"), stranger))
