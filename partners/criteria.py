"""The criteria by which a partner qualifies, and the evidence that shows each of them."""

from collections.abc import Mapping
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _


class Criterion(models.TextChoices):
    """What a partner claims about its business with US government customers. One is enough."""

    SERVES_GOVERNMENT = "serves_government", _("We serve US government entities")
    GOVERNMENT_CONTRACTS = (
        "government_contracts",
        _("We provide services or solutions to US government customers under contract"),
    )
    CONTRACT_VEHICLES = (
        "contract_vehicles",
        _("We serve US government customers through GSA or another contract vehicle"),
    )


class Evidence(models.TextChoices):
    """What shows a criterion. Each value is also the name of the form's answer that holds it."""

    CONTRACT_NUMBER = "contract_number", _("A government contract number")
    GSA_SCHEDULE = "gsa_schedule", _("A GSA Schedule or another contract vehicle")
    SPONSOR = "sponsor", _("A sponsor letter of a government customer")


EVIDENCE_OF = {
    Criterion.SERVES_GOVERNMENT: Evidence.SPONSOR,
    Criterion.GOVERNMENT_CONTRACTS: Evidence.CONTRACT_NUMBER,
    Criterion.CONTRACT_VEHICLES: Evidence.GSA_SCHEDULE,
}


def claimed_criteria(answers: Mapping[str, Any]) -> list[Criterion]:
    """Return the criteria that the answers claim, in the order of the form."""
    chosen = answers.get("criteria") or []
    return [criterion for criterion in Criterion if criterion in chosen]


def evidence_of(answers: Mapping[str, Any]) -> list[Evidence]:
    """Return the evidence that belongs to the claimed criteria, in the order of the form."""
    return [EVIDENCE_OF[criterion] for criterion in claimed_criteria(answers)]
