"""Who may be validated (C2), in words: the categories, the regulated data, the validation options."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Category(models.TextChoices):
    """What an organisation says it is."""

    FEDERAL = "federal", _("US federal government")
    STATE = "state", _("US state or territory government")
    LOCAL = "local", _("US local government or special district")
    TRIBAL = "tribal", _("Federally recognized tribe")
    REGIONAL = "regional", _("Regional or interstate government entity")
    FFRDC = "ffrdc", _("Federally funded research and development center")
    COMMERCIAL = "commercial", _("Commercial entity that holds regulated data")
    INTERNATIONAL = "international", _("International or non-US government entity")
    OTHER = "other", _("None of these")


GOVERNMENT = frozenset(
    {Category.FEDERAL, Category.STATE, Category.LOCAL, Category.TRIBAL, Category.REGIONAL, Category.FFRDC}
)
# Categories whose membership is shown by a document and not by a domain alone.
SHOWN_BY_DOCUMENT = frozenset({Category.TRIBAL, Category.REGIONAL, Category.FFRDC})

EXPLAINED = {
    Category.FEDERAL: _("A bureau, office, agency, department or other entity of the US Government."),
    Category.STATE: _("An agency of a state, of DC, or of Puerto Rico, Guam or another US territory."),
    Category.LOCAL: _("A county, city, town, township or special purpose district within one state."),
    Category.TRIBAL: _(
        "Eligible for the Department of the Interior’s services; in Alaska also a native village."
    ),
    Category.REGIONAL: _(
        "Set up by US governments together, by a compact or a founding act. Never international."
    ),
    Category.FFRDC: _("A center that a US federal agency sponsors."),
    Category.COMMERCIAL: _(
        "With a US presence, and with data that the US Government regulates, such as ITAR or CUI."
    ),
    Category.INTERNATIONAL: _("A body of another country or of several countries."),
    Category.OTHER: _("Neither government in the US nor an entity with regulated data."),
}


class RegulatedData(models.TextChoices):
    """Data that a commercial entity may hold so that it needs the government cloud."""

    ITAR = "itar", _("ITAR: International Traffic in Arms Regulations")
    CUI = "cui", _("CUI: Controlled Unclassified Information")
    DOD_UCNI = "dod_ucni", _("DoD UCNI: Department of Defense Unclassified Controlled Nuclear Information")
    DOE_UCNI = "doe_ucni", _("DoE UCNI: Department of Energy Unclassified Controlled Nuclear Information")
    CJI = "cji", _("CJI: Criminal Justice Information")
    DOD_IL = "dod_il", _("Department of Defense Impact Level data")
    OTHER = "other", _("Other data that needs a government cloud")


class ValidationOption(models.TextChoices):
    """Which validation is asked for. Only the first is for a customer of a partner."""

    CUSTOMER = "o365_gcc_csp_customer", _("O365 GCC CSP Customer")
    PARTNER = "o365_gcc_csp_partner", _("O365 GCC CSP Partner")
    AZURE_GOVERNMENT = "azure_government_csp", _("Azure Government CSP")
    GENERAL = "general", _("General validation")


OPTIONS_EXPLAINED = {
    ValidationOption.CUSTOMER: _(
        "The right one here: you use Microsoft 365 in the Government Community Cloud, and a partner orders for you."
    ),
    ValidationOption.PARTNER: _(
        "For a Cloud Solution Provider partner that wants to sell to government. It applies on its own form, after "
        "signing in."
    ),
    ValidationOption.AZURE_GOVERNMENT: _(
        "For Azure Government, another cloud with tenants of its own. Not for this form."
    ),
    ValidationOption.GENERAL: _("A validation that names no partner. Not for this form."),
}

CRITERIA = (
    _("a US federal, state, local or tribal government entity, acting as government"),
    _(
        "a regional or interstate government entity within the US, or a federally funded research center (FFRDC)"
    ),
    _(
        "a commercial entity with a US presence that holds regulated data: ITAR, CUI, DoD UCNI, DoE UCNI, CJI, "
        "DoD Impact Level data, or other data that needs a government cloud"
    ),
)
CRITERIA_SENTENCE = _(
    "Eligible are US federal, state, local and tribal government entities, regional or interstate government "
    "entities and federally funded research centers, and commercial entities with a US presence that hold regulated "
    "data (ITAR, CUI, DoD or DoE UCNI, CJI, DoD Impact Level data, or other data that needs a government cloud). "
    "International entities are not."
)
