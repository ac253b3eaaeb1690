"""The words of the floor: checks and letters of a customer's form as one string each, the same as the product's."""

from datetime import datetime
from html import escape
from typing import Any, NamedTuple
from urllib.parse import urljoin
from zoneinfo import ZoneInfo

from django.conf import settings

Email = tuple[str, str, str]  # subject, text, HTML
INTERNATIONAL = (
    "Not in an eligible category",
    "Your organization is neither a US government entity nor a commercial entity with regulated data.",
)
FORBIDDEN = "An international entity can’t be validated for the Government Community Cloud."
FREE = frozenset(
    {"gmail.com", "outlook.com", "yahoo.com", "hotmail.com", "aol.com", "icloud.com", "proton.me"}
)
ZONE = ZoneInfo(settings.DESK_TIME_ZONE)
OPTION = "O365 GCC CSP Customer"
LOCAL = "US local government or special district"
NOT_LISTED = (
    "Your web site {0} is not in the .gov registry, which many governments do without. What shows that your "
    "organization is a government entity? Name the statute, the charter or an official page, or attach it."
)


class Form(NamedTuple):
    """What letters name of a form."""

    reference: str
    name: str
    contact: str
    token: str

    @property
    def status(self) -> str:
        """Return the address of its page."""
        return urljoin(settings.PORTAL_URL, f"/eligibility/forms/{self.token}/status/")

    @property
    def facts(self) -> list[tuple[str, object]]:
        """Return what stands in every letter about it."""
        return [("Reference", self.reference), ("Organization", self.name)]


def checks(answers: dict[str, Any], row: tuple[Any, ...]) -> list[tuple[Any, ...]]:
    """Return the checks: code, label, asked, came back, outcome, field, question, and whether a rule forbids it."""
    name, email, web, signed = row[2], answers["contact_email"], answers["web_domain"], row[8]
    partner, qualified, earlier = row[10], row[11], row[19]
    host = email.rpartition("@")[2]
    at_home = host == web or host.endswith(f".{web}") or web.endswith(f".{host}")
    option = answers["validation_option"] == "o365_gcc_csp_customer"
    category = answers["category"]
    government = category in ("federal", "state", "local", "tribal", "regional", "ffrdc")
    found = [
        _check("signature", "Signature complete",
            "Are name, title, terms, time and network address of the signature on record?", "All of them.", signed),
        _check("email_domain", "E-mail domain", "Is the contact’s e-mail address at the organization’s web domain?",
            "Yes.", at_home, "explanation"),
        _check("free_mail", "Free mail address", "Is the contact’s e-mail address one of a free mail service?", "No.",
            host not in FREE, "explanation"),
        _check("earlier_form", "Other forms of the organization",
            f"Has {name} another form that is open or answered?", "No.", not earlier, "explanation"),
        _check("validation_option", "Validation option (C1)", f"Is the validation option {OPTION}?", OPTION, option,
            "validation_option"),
        _check("transacting_partner", "Transacting partner (C1)",
            f"Whose tenant is {answers['partner_tenant_id']}, and does it hold the qualification?",
            f"{partner}, which holds the qualification.", bool(qualified), "partner_tenant_id"),
        _check("category", "Category (C2)", "Is the organization in an eligible category?",
            LOCAL if government else FORBIDDEN, government, "category",
            "Which of the eligible categories is your organization in? Choose the one that fits.",
            forbids=category == "international"),
    ]  # fmt: skip
    if government:
        found += _registry(name, web, row)
    return found


def _registry(name: str, web: str, row: tuple[Any, ...]) -> list[tuple[Any, ...]]:
    domain, registrant, kind, category, city, state = row[13:19]
    known = domain is not None
    agrees = (
        known and registrant.lower() == name.lower() and category in ("local", "special_district", "school")
    )
    question = NOT_LISTED.format(web)
    return [
        _check("gov_registry", ".gov registry (C2)", f"Does the .gov registry know {web}?",
            f"{domain}: {registrant}, {kind}, {city}, {state}." if known
            else "No. That proves nothing: many governments use other endings.", known, "explanation", question),
        _check("gov_registrant", "Registrant’s name and kind (C2)",
            f"Is the registrant {name}, and of the kind “{LOCAL}”?",
            "Yes." if agrees else "The registry does not know the domain, so there is no registrant to compare with.",
            agrees, "organization_name" if agrees else "explanation", question),
    ]  # fmt: skip


def _check(
    code: str, label: str, asked: str, came_back: str, passed: bool, field: str = "", question: str = "",
    *, forbids: bool = False,
) -> tuple[Any, ...]:  # fmt: skip
    outcome = "pass" if passed else "fail" if code == "category" else "warn"
    return code, label, asked, came_back, outcome, field, "" if passed else question, forbids


def in_desk_time(moment: datetime) -> str:
    """Return a moment as letters write it."""
    local = moment.astimezone(ZONE)
    clock = f"{local:%I:%M %p}".lstrip("0")
    return f"{local:%A, %B} {local.day}, {local.year}, {clock} {local:%Z}"


def facts(number: str, name: str, partner: str, creates: int, until: datetime) -> list[tuple[str, object]]:
    """Return what letters tell of a validation ID."""
    local = until.astimezone(ZONE)
    return [
        ("Validation ID", number), ("Organization", name), ("Partner", partner),
        ("Customers that can be created", creates), ("Good until", f"{local:%b} {local.day}, {local.year}"),
    ]  # fmt: skip


def to_customer(number: str, name: str, partner: str, token: str, told: list[tuple[str, object]]) -> Email:
    """Return the approval's letter to the customer."""
    paragraphs = [
        f"We approved the eligibility form of {name} for the Government Community Cloud.",
        f"Your validation ID is {number}. Your partner, {partner}, has received it as well and uses it to set up your "
        "organization. You need to do nothing until your partner writes to you.",
    ]
    url = urljoin(settings.PORTAL_URL, f"/eligibility/forms/{token}/status/")
    subject = f"Approved: {name} is eligible for the Government Community Cloud"
    return letter(subject, "", paragraphs, told, action=("See your form and its answer", url))


def to_partner(number: str, name: str, told: list[tuple[str, object]]) -> Email:
    """Return the approval's letter to the partner."""
    paragraphs = [
        f"{name} was validated for the Government Community Cloud and named you as its partner.",
        "Add it as a customer with this validation ID.",
    ]
    url = urljoin(settings.PORTAL_URL, f"/customers/validation-ids/{number}/")
    return letter(
        f"Validation ID {number} for {name}", "", paragraphs, told, action=("Open the validation ID", url)
    )


def declined(form: Form, said: str) -> Email:
    """Return the letter of a decline."""
    paragraphs = [
        f"We looked at the eligibility form of {form.name} and can't approve it.", INTERNATIONAL[1], said,
        "The form is closed. If this changes, or if we had it wrong, send a new form that says so and attach what "
        "shows it.",
    ]  # fmt: skip
    subject = f"Your eligibility form {form.reference} was declined"
    return letter(
        subject, f"Hello {form.contact},", paragraphs, form.facts, action=("See the decision", form.status)
    )


def information(form: Form, asked: list[tuple[str, str]]) -> Email:
    """Return the letter that asks for information."""
    steps = {
        "explanation": ("regulated-data", "Anything to add"),
        "organization_name": ("organization", "Legal name"),
    }
    points = [
        f"{steps[field][1]}: {text} "
        + urljoin(settings.PORTAL_URL, f"/eligibility/forms/{form.token}/steps/{steps[field][0]}/#id_{field}")
        for field, text in asked
    ]
    subject = f"We need more information for your eligibility form {form.reference}"
    said = "one point is" if len(points) == 1 else "these points are"
    return letter(
        subject, f"Hello {form.contact},",
        [f"We looked at the eligibility form of {form.name}. Before we can decide, {said} open:"], form.facts, points,
        ["Change or add what is asked for, then sign the form again. Everything that you entered is still there. We "
         "answer within two business days of your signature."], ("Open the form", form.status),
    )  # fmt: skip


def under_review(form: Form, until: str) -> Email:
    """Return the letter that the form is still under review."""
    paragraphs = [
        f"The eligibility form of {form.name} needs more time than two business days.",
        f"You will hear from us again by {until}. You do not need to do anything until then.",
    ]
    subject = f"Your eligibility form {form.reference} is still under review"
    return letter(
        subject, f"Hello {form.contact},", paragraphs, form.facts, action=("Follow the form", form.status)
    )


def escalation(form: Form, missed: str, until: str, holder: str | None) -> Email:
    """Return the letter to the reviewers."""
    paragraphs = [
        f"This form was due on {missed}. The applicant was told that it is still under review until {until}.",
        f"It is held by {holder or 'nobody'}. Any reviewer may take it over.",
    ]
    subject = f"Escalated: {form.name} ({form.reference}) was not decided in time"
    url = urljoin(settings.PORTAL_URL, f"/review/{form.reference}/")
    return letter(subject, "", paragraphs, form.facts, action=("Open the form", url))


def letter(
    subject: str, greeting: str, paragraphs: list[str], told: list[tuple[str, object]], points: list[str] | None = None,
    after: list[str] | None = None, action: tuple[str, str] = ("", ""),
) -> Email:  # fmt: skip
    """Return subject, text and HTML."""
    points, after = points or [], after or []
    site, (label, url) = settings.PORTAL_URL, action
    text = [
        *([greeting] if greeting else []),
        *paragraphs,
        "\n".join(f"{name}: {value}" for name, value in told),
    ]
    text += ["\n".join(f"- {point}" for point in points)] if points else []
    text += [*after, f"{label}:\n{url}", f"-- \nUS Government Cloud Eligibility\n{site}"]
    facts = "".join(f'<tr><th align="left">{escape(n)}</th><td>{escape(str(v))}</td></tr>' for n, v in told)
    items = "".join(f"<li>{_linked(point)}</li>" for point in points)
    html = (
        '<!doctype html>\n<html lang="en">\n<head><meta charset="utf-8"><meta name="viewport" '
        f'content="width=device-width"><title>{escape(subject)}</title></head>\n<body>\n'
        f"{f'<p>{escape(greeting)}</p>' if greeting else ''}\n"
        f"{''.join(f'<p>{escape(each)}</p>' for each in paragraphs)}\n<table>{facts}</table>\n"
        f"{f'<ul>{items}</ul>' if items else ''}\n{''.join(f'<p>{escape(each)}</p>' for each in after)}\n"
        f'<p><a href="{url}"><strong>{escape(label)}</strong></a><br>{url}</p>\n<hr>\n'
        f'<p>US Government Cloud Eligibility<br><a href="{site}">{site}</a></p>\n</body>\n</html>\n'
    )
    return subject, "\n\n".join(text) + "\n", html


def _linked(point: str) -> str:
    words, _blank, url = point.rpartition(" ")
    return f'{escape(words)} <a href="{url}" rel="nofollow">{url}</a>'
