"""The wizard's steps: which form each has, what it begins with, what of it is kept."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from customers.emails.dates import day
from customers.forms.creation import AccountForm, CreationAgreementForm, QualificationForm, ValidationForm
from customers.gates.adding import (
    can_add_gcc_customer,
    can_provision,
    no_usable_validation,
    usable_validation,
)
from customers.gates.contact import domain_of
from customers.models import CustomerCreation, ValidationId
from customers.queries.creations import usable_ids
from gcc_portal.core.gates import Blocker, Text
from gcc_portal.core.people.actors import Actor

REVIEW = "review"
TITLES: dict[str, Text] = {
    "account": gettext_lazy("Account details"),
    "qualification": gettext_lazy("Special qualification"),
    "validation": gettext_lazy("Validation ID"),
    "agreement": gettext_lazy("Customer agreement"),
    REVIEW: gettext_lazy("Review"),
}
LEADS: dict[str, Text] = {
    "account": gettext_lazy(
        "Use the exact legal name and the full address. A tenant is made with this name and domain."
    ),
    "qualification": gettext_lazy(
        "It decides what the customer can be sold. Choose with care: once the customer is created, you can’t "
        "change it here."
    ),
    "validation": gettext_lazy("The proof that the customer was validated. One create of it is used."),
    "agreement": gettext_lazy(
        "State who of the customer accepted the Microsoft Customer Agreement, and when. Nothing can be ordered "
        "without it."
    ),
    REVIEW: gettext_lazy("Check what you entered. Nothing has been created yet."),
}


def picks(actor: Actor, creation: CustomerCreation) -> list[ValidationId]:
    """Return the partner's usable validation IDs that are for this customer (A2)."""
    return [
        each
        for each in usable_ids(actor)
        if not usable_validation(each, creation.partner, creation.company_name)
    ]


def form_for(
    slug: str, actor: Actor, creation: CustomerCreation | None, data: Mapping[str, Any] | None = None
) -> forms.Form:
    """Return the form of a step, bound to what was sent or holding what was answered before."""
    answer = creation.answer(slug) if creation is not None else {}
    if slug == "validation" and creation is not None:
        offered = picks(actor, creation)
        return ValidationForm(data, picks=offered, initial=_place(answer.get("number", ""), offered))
    if slug == "qualification":
        return QualificationForm(data, initial=answer)
    if slug == "agreement":
        return CreationAgreementForm(data, initial=_when(answer))
    return AccountForm(data, initial=answer)


def _place(number: str, offered: list[ValidationId]) -> dict[str, str]:
    """Return an earlier answer at its place: picked where it is offered, else typed."""
    if not number and len(offered) == 1:
        return {"picked": offered[0].number}
    return {"picked": number} if number in {each.number for each in offered} else {"number": number}


def _when(answer: dict[str, Any]) -> dict[str, Any]:
    if not answer:
        return {}
    return {"when": "later"} if answer.get("later") else {"when": "now", **answer}


def answer_of(slug: str, form: forms.Form) -> dict[str, Any]:
    """Return what a valid form's answer is kept as: plain values."""
    if isinstance(form, ValidationForm):
        return {"number": form.chosen}
    if isinstance(form, CreationAgreementForm):
        return form.answer
    return {name: str(value or "") for name, value in form.cleaned_data.items()}


def indicator(current: str, creation: CustomerCreation | None) -> list[dict[str, Any]]:
    """Return the steps for the indicator; those that were answered lead back."""
    slugs = [*(creation.steps() if creation else ("account", "qualification", "agreement")), REVIEW]
    shown = []
    for slug in slugs:
        done = creation is not None and (slug in creation.answers)
        state = "current" if slug == current else "done" if done else "todo"
        url = reverse("customers:create-step", args=[creation.pk, slug]) if creation and done else ""
        shown.append({"label": TITLES[slug], "state": state, "url": url})
    return shown


def next_slug(creation: CustomerCreation) -> str:
    """Return the step to go on with: the first that is not answered, else the review."""
    missing = creation.missing_steps()
    return missing[0] if missing else REVIEW


def summary(creation: CustomerCreation) -> list[tuple[str, object, str, str]]:
    """Return the rows of the review, each with the step at which it is changed."""
    account, agreement = creation.answer("account"), creation.answer("agreement")
    town = f"{account.get('city', '')}, {account.get('state', '')} {account.get('postal_code', '')}".strip(
        " ,"
    )
    lines = (account.get("address_line1"), account.get("address_line2"), town)
    contact = (
        f"{account.get('first_name', '')} {account.get('last_name', '')}".strip(),
        account.get("email"),
    )
    rows: list[tuple[str, object, str]] = [
        (_("Legal name"), creation.company_name, "account"),
        (_("Domain"), domain_of(account["prefix"]) if account else "", "account"),
        (_("Address"), "\n".join(line for line in lines if line), "account"),
        (_("Phone"), account.get("phone", ""), "account"),
        (_("Contact"), "\n".join(line for line in contact if line), "account"),
        (_("Special qualification"), _qualification_words(creation), "qualification"),
    ]
    if creation.wants_gcc:
        rows.append((_("Validation ID"), creation.answer("validation").get("number", ""), "validation"))
    rows.append((_("Customer agreement"), _agreement_words(agreement), "agreement"))
    return [
        (label, value, reverse("customers:create-step", args=[creation.pk, step]), _("Change"))
        for label, value, step in rows
    ]


def _qualification_words(creation: CustomerCreation) -> str:
    if not creation.answer("qualification"):
        return ""
    return _("Government Community Cloud") if creation.wants_gcc else _("None")


def _agreement_words(answer: dict[str, Any]) -> str:
    if not answer:
        return ""
    if answer.get("later"):
        return _("Not yet: the first order needs it")
    return _("Accepted by %(name)s (%(email)s) on %(day)s") % {
        "name": f"{answer['first_name']} {answer['last_name']}",
        "email": answer["email"],
        "day": day(date.fromisoformat(answer["agreed_on"])),
    }


def standing_blockers(slug: str, actor: Actor, creation: CustomerCreation) -> list[Blocker]:
    """Return what the gates say about a step before anything is sent: what the page shows beside its form."""
    if slug == "qualification":
        return can_add_gcc_customer(creation.partner)
    if slug == "validation":
        return [] if usable_ids(actor) else [no_usable_validation()]
    if slug == REVIEW:
        return can_provision(creation)
    return []
