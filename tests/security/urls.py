"""Every URL of the product, read from the URL resolver, with who may open it and the objects it takes.

A view that is not in `PLACES` fails `test_access.py`: a new address cannot be forgotten.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, get_resolver, reverse

from gcc_portal.core.people.roles import Right
from tests.security.world import Party, mail_about

Kwargs = dict[str, Any]
NO_UUID = "00000000-0000-4000-8000-000000000000"
NO_TOKEN = "A" * 43
PUBLIC, SIGNED_IN, AGENT, OPERATOR = "public", "signed in", "agent", "operator"
# Values of no object, by the name of the argument.
NOTHING: Kwargs = {
    "reference": "ZZZZZZZZZZ", "attachment_id": 999_999, "email_id": 999_999, "agent_id": 999_999,
    "invitation_id": 999_999, "partner_id": 999_999, "number": "999999999", "creation_id": 999_999,
    "customer_id": NO_UUID, "token": NO_TOKEN, "relationship_id": 999_999, "line_id": 999_999,
    "subscription_id": NO_UUID, "client_id": NO_UUID, "agreement_template": NO_UUID,
}  # fmt: skip


@dataclass(frozen=True)
class Place:
    """What stands at an address.

    `own` gives the arguments for a party's object in each state, the best one first. `who` opens it: a right, or a
    word. `as_` is who of the party is asked for its own objects. `link` marks what a personal link opens.
    """

    own: Callable[[Party], list[Kwargs]] = lambda _party: [{}]
    who: str = PUBLIC
    methods: str = "GET"
    as_: str = "admin"
    link: bool = False
    shared: bool = False  # every reviewer sees every object: there is no stranger
    # A page that shows nothing, or the same, whatever the arguments name.
    quiet: bool = False

    def answers(self, method: str) -> bool:
        """Return whether the method is one of the address."""
        return method in self.methods.split()


def each(
    kind: str, argument: str, attribute: str, *states: str, without: str = "", **more: Any
) -> Callable[[Party], list[Kwargs]]:
    """Return arguments for a party's objects of a kind: those states first, then the rest."""

    def found(party: Party) -> list[Kwargs]:
        rows = {state: row for state, row in getattr(party, kind).items() if state != without}
        order = [*states, *(state for state in rows if state not in states)]
        return [{argument: getattr(rows[state], attribute), **more} for state in order]

    return found


def customer(**more: Any) -> Callable[[Party], list[Kwargs]]:
    """Return the arguments for a page of a party's customer."""
    return lambda party: [{"customer_id": party.customer.pk, **more}]


def form_of(party: Party, **more: Any) -> list[Kwargs]:
    """Return the arguments for a party's own partner form."""
    return [{"reference": party.partner_form.reference, **more}]


def file_of(form: Any) -> int:
    """Return the id of a form's file."""
    return int(form.attachments.order_by("id").values_list("id", flat=True)[0])


def agent_of(party: Party) -> list[Kwargs]:
    """Return the arguments for the party's sales agent, then its last admin agent."""
    return [{"agent_id": party.sales.agent.pk}, {"agent_id": party.admin.agent.pk}]


def token_file(party: Party) -> list[Kwargs]:
    """Return the arguments for a customer form's file."""
    form = party.customer_forms["draft"]
    return [{"token": form.access_token, "attachment_id": file_of(form)}]


def reviewed(*states: str, **more: Any) -> Callable[[Party], list[Kwargs]]:
    """Return the references of the party's customer forms that were signed, these states first."""

    def found(party: Party) -> list[Kwargs]:
        rows = {state: form for state, form in party.customer_forms.items() if state != "draft"}
        order = [*states, *(state for state in rows if state not in states)]
        return [{"reference": rows[state].reference, **more} for state in order]

    return found


def reviewed_file(party: Party) -> list[Kwargs]:
    """Return the arguments for a signed form's file, as a reviewer asks for it."""
    form = party.customer_forms["in_review"]
    return [{"reference": form.reference, "attachment_id": file_of(form)}]


def steps_of(party: Party) -> list[Kwargs]:
    """Return every step of a party's creation that is open, then of one that is done."""
    rows = [
        ("qualification_checked", slug)
        for slug in ("account", "qualification", "validation", "agreement", "review")
    ]
    rows += [("draft", "account"), ("active", "account"), ("failed", "review"), ("provisioning", "agreement")]
    return [{"creation_id": party.creations[state].pk, "slug": slug} for state, slug in rows]


def link_steps(party: Party) -> list[Kwargs]:
    """Return every step of a customer form's draft, then one of each other state."""
    from customers.intake import STEPS

    forms = party.customer_forms
    rows = [(forms["draft"], step.slug) for step in STEPS]
    rows += [(forms["information_requested"], STEPS[0].slug), (forms["submitted"], STEPS[0].slug)]
    return [{"token": form.access_token, "slug": slug} for form, slug in rows]


def partner_steps(_party: Party) -> list[Kwargs]:
    """Return every step of the partner's form."""
    from partners.intake import STEPS

    return [{"slug": step.slug} for step in STEPS]


def acts(party: Party) -> list[Kwargs]:
    """Return every act on a subscription that is active, and those on a suspended one."""
    from orders.views.subscriptions import ACTS

    rows = [("active", name) for name in ACTS] + [
        ("suspended", "resume"),
        ("cancelled", "cancel"),
        ("expired", "resume"),
    ]
    return [{"subscription_id": party.subscriptions[state].pk, "name": name} for state, name in rows]


def line_of(party: Party) -> list[Kwargs]:
    """Return the arguments for the first line of the sales agent's cart."""
    line = party.orders["cart"].lines.order_by("pk")[0]
    return [{"customer_id": party.customer.pk, "line_id": line.pk}]


form_link = each("customer_forms", "token", "access_token", "draft", "information_requested")
signed_link = each("customer_forms", "token", "access_token", "approved", "in_review")
# A draft has no copy of what was signed, and a cart is no order yet.
copied_link = each("customer_forms", "token", "access_token", "approved", without="draft")
request = each("requests", "relationship_id", "pk", "invited", "expired")
answer = each("requests", "token", "token", "invited")
creation = each("creations", "creation_id", "pk", "provisioning", "active", "failed")
failed = each("creations", "creation_id", "pk", "failed")
checked = each("creations", "creation_id", "pk", "qualification_checked")
order = each("orders", "number", "number", "completed", "failed", without="cart")
subscription = each("subscriptions", "subscription_id", "pk", "active")
program = each("programs", "client_id", "pk", "active", "revoked")


def met(party: Party) -> list[Kwargs]:
    """Return the arguments for a customer without special qualification."""
    return [{"customer_id": party.requests["active"].customer_id}]


def template(_party: Party) -> list[Kwargs]:
    """Return the arguments for the page of the customer agreement, which is everybody's."""
    from customers.services.agreement import template_id

    return [{"agreement_template": template_id()}]


def document_link(_party: Party) -> list[Kwargs]:
    """Return the tokens by which a program's links open the customer agreement."""
    from customers.services.agreement import document_token

    return [{"token": document_token(use)} for use in ("display", "download")]


invited = each("invitations", "invitation_id", "pk", "invited", "expired")


def open_invitation(party: Party) -> list[Kwargs]:
    """Return the arguments for invitations that can still be accepted or sent again."""
    return invited(party)[:2]


R = Right
BOTH = "GET POST"

PLACES: dict[str, Place] = {
    "home": Place(),
    "healthz": Place(),
    "readyz": Place(),
    "review:queue": Place(who=R.REVIEW_FORMS),
    "review:form": Place(reviewed("in_review"), R.REVIEW_FORMS, shared=True),
    "review:copy": Place(reviewed("in_review"), R.REVIEW_FORMS, shared=True),
    "review:take": Place(reviewed("submitted"), R.REVIEW_FORMS, "POST", shared=True),
    "review:take-over": Place(reviewed("held_by_other"), R.REVIEW_FORMS, "POST", shared=True),
    "review:hand-back": Place(reviewed("in_review"), R.REVIEW_FORMS, "POST", shared=True),
    "review:approve": Place(reviewed("in_review"), R.REVIEW_FORMS, "POST", shared=True),
    "review:decline": Place(reviewed("in_review"), R.REVIEW_FORMS, "POST", shared=True),
    "review:ask-information": Place(reviewed("in_review"), R.REVIEW_FORMS, "POST", shared=True),
    "review:attachment": Place(reviewed_file, R.REVIEW_FORMS, shared=True),
    "audit:list": Place(who=R.SEE_AUDIT),
    "audit:export": Place(who=R.SEE_AUDIT),
    "mail:resend": Place(
        lambda party: [{"email_id": mail_about(party.requests["invited"]).email_id}], SIGNED_IN, "POST"
    ),
    "partners:profile": Place(who=AGENT),
    "partners:edit-profile": Place(who=R.EDIT_ORGANIZATION, methods=BOTH),
    "partners:legal-info": Place(who=AGENT),
    "partners:intake-start": Place(who=R.SIGN_PARTNER_FORM, methods=BOTH, as_="applicant"),
    "partners:tenant-lookup": Place(who=R.SIGN_PARTNER_FORM),
    "partners:intake-sign": Place(who=R.SIGN_PARTNER_FORM, methods=BOTH, as_="applicant"),
    "partners:intake-status": Place(form_of, AGENT, BOTH),
    "partners:intake-copy": Place(form_of, AGENT),
    "partners:intake-attachment": Place(
        lambda party: form_of(party, attachment_id=file_of(party.partner_form)), AGENT
    ),
    "partners:intake-step": Place(partner_steps, R.SIGN_PARTNER_FORM, BOTH, as_="applicant"),
    "partners:agents": Place(who=AGENT, methods=BOTH),
    "partners:agent": Place(agent_of, R.MANAGE_AGENTS, BOTH),
    "partners:agent-remove": Place(agent_of, R.MANAGE_AGENTS, "POST"),
    "partners:invitation-detail": Place(open_invitation, R.MANAGE_AGENTS),
    "partners:invitation-resend": Place(invited, R.MANAGE_AGENTS, "POST"),
    "partners:invitation-cancel": Place(invited, R.MANAGE_AGENTS, "POST"),
    "partners:applications": Place(who=R.MANAGE_APPLICATIONS),
    "partners:application-new": Place(who=R.MANAGE_APPLICATIONS, methods=BOTH),
    "partners:application": Place(program, R.MANAGE_APPLICATIONS),
    "partners:application-rotate": Place(program, R.MANAGE_APPLICATIONS, "POST"),
    "partners:application-revoke": Place(program, R.MANAGE_APPLICATIONS, "POST"),
    "partners:invitation": Place(each("invitations", "token", "token", "invited"), methods=BOTH, link=True),
    "partners:list": Place(who=R.REVIEW_FORMS),
    "partners:partner": Place(lambda party: [{"partner_id": party.partner.pk}], R.REVIEW_FORMS, shared=True),
    "partners:revoke": Place(
        lambda party: [{"partner_id": party.partner.pk}], R.REVIEW_FORMS, BOTH, shared=True
    ),
    "customers:validation-ids": Place(who=R.USE_VALIDATION_IDS),
    "customers:validation-id": Place(
        each("validations", "number", "number", "issued"), SIGNED_IN, BOTH, as_="reviewer"
    ),
    "customers:list": Place(who=R.SEE_CUSTOMERS),
    "customers:export": Place(who=R.SEE_CUSTOMERS),
    "customers:create": Place(who=R.ADD_CUSTOMERS, methods=BOTH),
    "customers:domain-check": Place(who=R.ADD_CUSTOMERS),
    "customers:creation": Place(creation, R.SEE_CUSTOMERS),
    "customers:creation-progress": Place(creation, R.SEE_CUSTOMERS),
    "customers:creation-start": Place(checked, R.ADD_CUSTOMERS, "POST"),
    "customers:creation-retry": Place(failed, R.ADD_CUSTOMERS, "POST"),
    "customers:creation-discard": Place(
        each("creations", "creation_id", "pk", "draft"), R.ADD_CUSTOMERS, "POST"
    ),
    "customers:creation-password": Place(
        each("creations", "creation_id", "pk", "active"), R.ADD_CUSTOMERS, "POST"
    ),
    "customers:create-step": Place(steps_of, R.ADD_CUSTOMERS, BOTH),
    "customers:account": Place(customer(), R.SEE_CUSTOMERS),
    "customers:end-relationship": Place(met, R.SEE_CUSTOMERS, "POST"),
    "customers:agreement": Place(customer(), R.SEE_CUSTOMERS, BOTH),
    "customers:agreement-text": Place(template, shared=True),
    "customers:agreement-document": Place(document_link, link=True),
    "eligibility:start": Place(methods=BOTH),
    "eligibility:sent": Place(),
    "eligibility:resume": Place(form_link, methods="GET POST", link=True),
    "eligibility:sign": Place(form_link, methods=BOTH, link=True),
    "eligibility:status": Place(signed_link, methods=BOTH, link=True),
    "eligibility:copy": Place(copied_link, link=True),
    "eligibility:partner": Place(form_link, link=True),
    "eligibility:attachment": Place(token_file, link=True),
    "eligibility:step": Place(link_steps, methods=BOTH, link=True),
    "relationships:list": Place(who=R.REQUEST_RELATIONSHIPS),
    "relationships:new": Place(who=R.REQUEST_RELATIONSHIPS, methods=BOTH),
    "relationships:detail": Place(request, R.REQUEST_RELATIONSHIPS),
    "relationships:message": Place(request, R.REQUEST_RELATIONSHIPS, BOTH),
    "relationships:send": Place(request, R.REQUEST_RELATIONSHIPS, "POST"),
    "relationships:cancel": Place(request, R.REQUEST_RELATIONSHIPS, "POST"),
    "relationships:answer": Place(answer, methods=BOTH, link=True),
    "relationships:answer-tenant": Place(answer, link=True),
    "orders:subscriptions": Place(customer(), R.SEE_CUSTOMERS),
    "orders:catalog": Place(customer(), R.PLACE_ORDERS, BOTH, as_="sales"),
    "orders:cart": Place(customer(), R.PLACE_ORDERS, BOTH, as_="sales"),
    "orders:cart-remove": Place(line_of, R.PLACE_ORDERS, "POST", as_="sales"),
    "orders:cart-clear": Place(customer(), R.PLACE_ORDERS, "POST", as_="sales"),
    "orders:review": Place(customer(), R.PLACE_ORDERS, BOTH, as_="sales"),
    "orders:list": Place(who=R.SEE_CUSTOMERS),
    "orders:order": Place(order, R.SEE_CUSTOMERS),
    "orders:progress": Place(order, R.SEE_CUSTOMERS),
    "orders:cancel": Place(each("orders", "number", "number", "submitted"), R.SEE_CUSTOMERS, "POST"),
    "orders:retry": Place(each("orders", "number", "number", "failed"), R.SEE_CUSTOMERS, "POST"),
    "orders:subscription": Place(subscription, R.SEE_CUSTOMERS),
    "orders:seats": Place(subscription, R.SEE_CUSTOMERS, "POST"),
    "orders:act": Place(acts, R.SEE_CUSTOMERS, "POST"),
    "operations:overview": Place(who=OPERATOR, as_="operator"),
    # In the demo and in development alone.
    "mailbox:list": Place(),
    "mailbox:message": Place(lambda _party: [], quiet=True),
    "ui:styleguide": Place(),
    "api:docs": Place(),
    "api:openapi": Place(),
}
# allauth's pages: asked for with GET.
ACCOUNTS: dict[str, Kwargs] = {
    "account_confirm_email": {"key": "abc"},
    "account_reset_password_from_key": {"uidb36": "1", "key": "set-password"},
}


def walk(patterns: Any, spaces: tuple[str, ...] = ()) -> Iterator[tuple[str, URLPattern]]:
    """Yield the name and the pattern of every address below, without the operators' admin."""
    for each_one in patterns:
        if not isinstance(each_one, URLPattern):
            if each_one.namespace != "admin":
                yield from walk(
                    each_one.url_patterns, (*spaces, each_one.namespace) if each_one.namespace else spaces
                )
        else:
            yield ":".join((*spaces, each_one.name or "")), each_one


def all_names() -> list[str]:
    """Return the name of every address in the product."""
    return [name for name, _pattern in walk(get_resolver().url_patterns)]


def is_allauth(name: str) -> bool:
    """Return whether the URL is one of allauth's."""
    return name.startswith(("account_", "mfa_", "usersessions_"))


def is_for_programs(name: str) -> bool:
    """Return whether the address is one of the API's own or of its tokens', or the figures (tests/operations).

    A browser has no place there. `tests/api/test_foreign_ids.py` and `test_fuzz.py` visit each one from the API's
    schema, as do the tests of tokens theirs; the schema and its page are for people too, and stay here.
    """
    return name == "metrics" or (
        name.startswith(("api:", "oauth:")) and name not in ("api:docs", "api:openapi")
    )


def path(name: str, arguments: Kwargs) -> str:
    """Return an address."""
    return reverse(name, kwargs=arguments)


def nothing(arguments: Kwargs) -> Kwargs:
    """Return the same arguments with values of no object."""
    return {key: NOTHING.get(key, value) for key, value in arguments.items()}


def asked_by(place: Place) -> str | None:
    """Return the role that may open the home party's objects at this URL; nobody for pages of personal links."""
    if place.link or place.who == PUBLIC:
        return None
    return "reviewer" if place.who == R.REVIEW_FORMS else place.as_


def walk_all() -> Iterator[tuple[str, str]]:
    """Yield the name and the route of every address."""
    for name, pattern in walk(get_resolver().url_patterns):
        yield name, str(pattern.pattern)


def nonsense(name: str, arguments: Kwargs) -> list[str]:
    """Return paths of this URL in which one argument after the other is malformed."""
    marked = {key: NOTHING.get(key, "zzzz") for key in arguments}
    found = []
    for key, value in marked.items():
        good = path(name, {**arguments, key: value})
        for wrong in ("%00", "%ED%A0%80", "x" * 2000, "%F0%9F%99%82", "9" * 40, "..%2F..", "%0A"):
            found.append(good.replace(str(value), wrong, 1))
    return found
