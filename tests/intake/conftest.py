"""What tests of the intake ask for: a partner's form as a draft and signed, and a desk that answers at once."""

from typing import Any

import pytest

from gcc_portal.core.people.actors import Actor
from gcc_portal.intake.models import Submission
from partners.models import Partner, PartnerForm
from tests import factories
from tests.intake import making


@pytest.fixture(autouse=True)
def auto_review_at_once(settings: Any) -> None:
    """Let the desk answer what is submitted at the next sweep."""
    settings.INTAKE_DESK_PACE = "0"


@pytest.fixture
def applicant(fabrikam: Partner) -> Actor:
    """Fabrikam's admin agent."""
    return factories.actor(factories.agent(fabrikam, "admin_agent").user)


@pytest.fixture
def form(fabrikam: Partner) -> PartnerForm:
    """Fabrikam's form, complete and not signed."""
    return making.draft(fabrikam)


@pytest.fixture
def submission(form: PartnerForm, applicant: Actor) -> Submission:
    """Fabrikam's form, signed."""
    return making.signed(form, applicant)


@pytest.fixture
def second_reviewer_actor(db: None) -> Actor:
    """Another reviewer."""
    return factories.actor(factories.reviewer("Second Reviewer"))
