"""The data of these tests: two partners with an object of every kind in every state, and all people concerned."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from allauth.account.models import EmailAddress
from django.conf import settings
from django.core.files.base import ContentFile
from django.test import Client
from django.utils import timezone

from customers.models import Customer, CustomerCreation, CustomerForm, Relationship, ValidationId
from customers.services import creation as creations
from customers.services import provisioning
from customers.services import relationships as requests
from customers.services import validation as validations
from gcc_portal.core.mail.models import OutboxMail
from gcc_portal.core.people.models import User
from gcc_portal.core.sealing import seal
from gcc_portal.identity.tenants.models import DirectoryTenant
from gcc_portal.intake.models import Attachment, InformationPoint, IntakeForm, Submission
from gcc_portal.intake.tenant_answers import ask_for_applicant
from gcc_portal.intake.terms import current_terms
from orders.models import Offer, Order, Subscription
from orders.services import carts, fulfilment, placing
from partners.models import ApiApplication, Invitation, Partner, PartnerForm
from partners.services import agents as agent_services
from partners.services import applications as application_services
from tests import factories
from tests.customers.conftest import ACCEPTED, ACCOUNT, ANSWERS
from tests.intake import making
from tests.orders.conftest import YEARLY, make_offer

PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
ADDRESS = {"address_line1": "240 Harbor Avenue", "city": "Baltimore", "state": "MD", "postal_code": "21230"}
WAITING = ("submitted", "in_review")
HELD = "held_by_other"
FORM_STATES = (
    "draft", "submitted", "in_review", "information_requested", "approved", "declined", "withdrawn",
)  # fmt: skip


@dataclass
class Party:
    """A partner, its people, and what belongs to it."""

    name: str
    partner: Partner
    admin: User
    sales: User
    customer: Customer
    validation: ValidationId
    validations: dict[str, ValidationId] = field(default_factory=dict)
    invitations: dict[str, Invitation] = field(default_factory=dict)
    programs: dict[str, ApiApplication] = field(default_factory=dict)
    creations: dict[str, CustomerCreation] = field(default_factory=dict)
    requests: dict[str, Relationship] = field(default_factory=dict)
    partner_form: Any = None
    customer_forms: dict[str, CustomerForm] = field(default_factory=dict)
    orders: dict[str, Order] = field(default_factory=dict)
    subscriptions: dict[str, Subscription] = field(default_factory=dict)
    # The partner beside it that applies: its admin agent fills in a partner's form.
    applicant: User | None = None
    applicant_form: Any = None

    @property
    def secrets(self) -> list[str]:
        """Return texts that only this partner may read."""
        return [self.partner.name, self.customer.name, self.admin.email, self.validation.number]


class ReadingClient(Client):
    """A browser that reads a file to its end, so that nothing of it stays open."""

    def request(self, **request: Any) -> Any:
        """Return the answer."""
        answer = super().request(**request)
        if answer.streaming:
            answer.streaming_content = [b"".join(answer.streaming_content)]  # type: ignore[attr-defined]
        return answer


@dataclass
class World:
    """All data of these tests, and a signed-in client for each role."""

    home: Party
    away: Party
    people: dict[str, User]
    reviewed: dict[str, IntakeForm]
    offers: list[Offer]
    # A tenant of Government Community Cloud that is nobody's customer yet.
    town: DirectoryTenant
    sessions: dict[str, str] = field(default_factory=dict)

    def client(self, role: str | None) -> Client:
        """Return a browser in which that person is signed in; nobody is, where the role is no person's."""
        client = ReadingClient()
        if role in self.people:
            if role not in self.sessions:
                client.force_login(self.people[role])
                self.sessions[role] = client.cookies[settings.SESSION_COOKIE_NAME].value
            client.cookies[settings.SESSION_COOKIE_NAME] = self.sessions[role]
        return client


def build() -> World:
    """Return the world, written through factories and the apps' services."""
    offers = [make_offer("Office 365 G3 GCC"), make_offer("Office 365 G5 GCC", price_cents=2550)]
    offers.append(make_offer("Teams Phone GCC", needs=tuple(offers), price_cents=800))
    reviewer, other_reviewer = factories.reviewer("Rae Reviewer"), factories.reviewer("Oli Other")
    home, away = (
        party(name, offers, reviewer, other_reviewer) for name in ("Contoso Cloud", "Tailspin Gov Services")
    )
    removed = factories.agent(home.partner, "admin_agent", is_active=False).user
    operator = User.objects.create_superuser("operator@portal.example", "demo")
    people = {
        "sales": home.sales,
        "admin": home.admin,
        "applicant": home.applicant,
        "stranger": away.admin,
        "stranger_applicant": away.applicant,
        "reviewer": reviewer,
        "other_reviewer": other_reviewer,
        "operator": operator,
        "removed": removed,
    }
    for user in people.values():
        EmailAddress.objects.get_or_create(user=user, email=user.email, primary=True, verified=True)
    made = World(
        home,
        away,
        people,
        reviewed_forms(reviewer, other_reviewer),
        offers,
        factories.tenant("gcc", "Town of Invited"),
    )
    for role in people:
        made.client(role)
    return made


def party(name: str, offers: list[Offer], reviewer: User, other: User) -> Party:
    """Return a qualified partner with all that can belong to one."""
    partner = factories.partner(name, qualification="qualified", phone="253-555-0123", **ADDRESS)
    made = Party(
        name=name,
        partner=partner,
        admin=factories.agent(partner, "admin_agent", name=f"Ada of {name}").user,
        sales=factories.agent(partner, "sales_agent", name=f"Sam of {name}").user,
        customer=factories.customer(partner, f"County of {name}"),
        validation=factories.validation_id(partner, "Harborview County"),
    )
    _validations(made, reviewer)
    _invitations(made)
    _programs(made)
    _creations(made)
    _requests(made)
    _customer_forms(made, reviewer, other)
    made.partner_form = making.due_form(
        partner=partner, state="approved", decided_at=timezone.now(), auto_review_at=None
    )
    attach(made.partner_form)
    _applicant(made)
    _orders(made, offers)
    return made


def _validations(made: Party, reviewer: User) -> None:
    now = timezone.now()
    made.validations = {
        "issued": made.validation,
        "expired": factories.validation_id(made.partner, expires_at=now - timedelta(days=1)),
        "exhausted": factories.validation_id(made.partner, max_creates=1, used=1, state="exhausted"),
        "revoked": factories.validation_id(made.partner),
    }
    validations.revoke(factories.actor(reviewer), made.validations["revoked"], "Issued by mistake.")


def _invitations(made: Party) -> None:
    actor, now = factories.actor(made.admin), timezone.now()
    for state in ("invited", "accepted", "cancelled", "expired"):
        email = f"{state}@{made.partner.web_domain}"
        made.invitations[state] = agent_services.invite(actor, email=email, role="sales_agent")
    rows = {state: Invitation.objects.filter(pk=each.pk) for state, each in made.invitations.items()}
    rows["accepted"].update(accepted_at=now)
    rows["cancelled"].update(cancelled_at=now)
    rows["expired"].update(expires_at=now - timedelta(days=1))


def _programs(made: Party) -> None:
    actor = factories.actor(made.admin)
    for state in ("active", "revoked"):
        credentials = application_services.make_application(
            actor, name=f"{state.title()} sync of {made.name}", kind="app_only", role="sales_agent"
        )
        made.programs[state] = credentials.application
    made.programs["revoked"] = application_services.revoke_application(actor, made.programs["revoked"].pk)


def _creations(made: Party) -> None:
    actor = factories.actor(made.sales)
    states = ("draft", "qualification_checked", "provisioning", "active", "failed")
    for state in states:
        prefix = f"{made.partner.web_domain.split('.')[0]}{state.replace('_', '')}"[:27]
        begun = creations.start(actor, {**ACCOUNT, "prefix": prefix})
        kind = {"kind": "none" if state == "draft" else factories.GCC}
        saved = creations.save_step(actor, begun.pk, "qualification", kind, begun.revision)
        if state != "draft":
            number = {"number": made.validation.number}
            saved = creations.save_step(actor, begun.pk, "validation", number, saved.revision)
            saved = creations.save_step(actor, begun.pk, "agreement", ACCEPTED, saved.revision)
        if state not in ("draft", "qualification_checked"):
            creations.start_provisioning(actor, begun.pk)
        made.creations[state] = begun
    rows = {state: CustomerCreation.objects.filter(pk=each.pk) for state, each in made.creations.items()}
    provisioning.give_up(made.creations["failed"].pk, "The directory was away.")
    rows["active"].update(
        state="active", customer=made.customer, admin_user_name="admin@x.onmicrosoft.com",
        sealed_password=seal("Once-0nly-word"),
    )  # fmt: skip
    for each in made.creations.values():
        each.refresh_from_db()


def _requests(made: Party) -> None:
    actor, now = factories.actor(made.sales), timezone.now()
    for state in ("invited", "active", "declined", "expired", "cancelled", "ended"):
        made.requests[state] = requests.request(
            actor,
            organization_name=f"Town of {state.title()}",
            contact_name="Town Clerk",
            contact_email=f"clerk@{state}.example",
            for_gcc=True,
        )
    requests.send(actor, made.requests["invited"].pk, sends=0)
    rows = {state: Relationship.objects.filter(pk=each.pk) for state, each in made.requests.items()}
    met = factories.customer(made.partner, f"Town met by {made.name}")
    Relationship.objects.filter(customer=met).delete()
    rows["active"].update(state="active", customer=met, answered_at=now)
    rows["declined"].update(state="declined", decline_reason="No budget.", answered_at=now)
    rows["expired"].update(state="invited", expires_at=now - timedelta(days=1))
    rows["ended"].update(state="ended", customer=met, ended_at=now)
    requests.cancel(actor, made.requests["cancelled"].pk)
    for each in made.requests.values():
        each.refresh_from_db()


def sign(form: Any, name: str = "Robin Office") -> Submission:
    """Write a signed submission of the form as it stands."""
    return Submission.objects.create(
        form=IntakeForm.objects.get(pk=form.pk),
        number=form.submissions.count() + 1,
        answers=form.answers,
        terms_version=current_terms(form.kind).version,
        signatory_name=name,
        signatory_title="Clerk",
        signed_at=timezone.now() - timedelta(minutes=1),
        signed_from="203.0.113.7",
        respond_by=timezone.now() + timedelta(days=2),
    )


def attach(form: Any) -> Attachment:
    """Write a file of evidence."""
    row = Attachment(
        form=IntakeForm.objects.get(pk=form.pk), name="evidence.pdf", content_type="application/pdf"
    )
    row.size, row.sha256 = len(PDF), "0" * 64
    row.file.save("evidence.pdf", ContentFile(PDF), save=False)
    row.save()
    return row


def in_state(form: Any, state: str, reviewer: User) -> None:
    """Put a form into a state as its history would have."""
    now = timezone.now()
    facts: dict[str, Any] = {"state": state}
    if state != "draft":
        facts["submitted_at"] = now - timedelta(hours=1)
        sign(form)
    if state in WAITING:
        facts["respond_by"] = now + timedelta(days=2)
    if state in ("in_review", "information_requested"):
        facts |= {"reviewer": reviewer, "taken_at": now}
    if state == "information_requested":
        InformationPoint.objects.create(
            submission=form.latest, field="web_domain", text="Which one is yours?"
        )
    if state in ("approved", "declined"):
        facts["decided_at"] = now
    IntakeForm.objects.filter(pk=form.pk).update(**facts)
    form.refresh_from_db()


def _customer_forms(made: Party, reviewer: User, other: User) -> None:
    for state in (*FORM_STATES, HELD):
        name = f"{state.title()} City of {made.name}"
        email = f"{state}@city.gov"
        answers = {
            **ANSWERS,
            "organization_name": name,
            "contact_email": email,
            "partner_tenant_id": str(made.partner.tenant_id),
        }
        form = CustomerForm.objects.create(
            kind="customer", answers=answers, revision=1, organization_name=name,
            contact_name="City Clerk", contact_email=email, partner=None if state == "draft" else made.partner,
        )  # fmt: skip
        attach(form)
        in_state(form, "in_review" if state == HELD else state, other if state == HELD else reviewer)
        made.customer_forms[state] = form


def _applicant(made: Party) -> None:
    applies = factories.partner(f"Applicant beside {made.name}")
    made.applicant = factories.agent(applies, "admin_agent").user
    made.applicant_form = making.draft(applies)
    attach(made.applicant_form)
    # As after the person has opened the page: the directory's answer is kept on the form.
    ask_for_applicant(made.applicant_form, str(applies.tenant_id))


def _orders(made: Party, offers: list[Offer]) -> None:
    actor = factories.actor(made.sales)
    customer = made.customer
    for state in ("completed", "failed", "processing", "submitted", "cancelled"):
        for offer in offers[:2]:
            carts.add_line(actor, customer.pk, offer.pk, 10, YEARLY)
        cart = Order.objects.get(partner=made.partner, state="cart")
        placing.submit(actor, cart.number, cart.revision)
        if state == "completed":
            fulfilment.fulfil(cart.pk)
        if state == "cancelled":
            placing.cancel(actor, cart.number)
        Order.objects.filter(pk=cart.pk).update(state=state)
        if state == "failed":
            cart.lines.update(outcome="failed", cause="The seats were gone.")
        made.orders[state] = Order.objects.get(pk=cart.pk)
    _subscriptions(made)
    carts.add_line(actor, customer.pk, offers[0].pk, 5, YEARLY)
    carts.add_line(actor, customer.pk, offers[1].pk, 7, YEARLY)
    made.orders["cart"] = Order.objects.get(partner=made.partner, state="cart")


def _subscriptions(made: Party) -> None:
    """Sort the subscriptions that the completed order made into states; copy them for the states that are left."""
    now = timezone.now()
    first, second = Subscription.objects.filter(partner=made.partner).order_by("pk")
    made.subscriptions = {"active": first, "suspended": second}
    Subscription.objects.filter(pk=second.pk).update(state="suspended", suspended_at=now)
    lines = made.orders["cancelled"].lines.order_by("pk")
    for state, line in zip(("cancelled", "expired"), lines, strict=True):
        ended = Subscription(
            partner=made.partner, customer=made.customer, offer=line.offer, line=line, sku_title=line.sku_title,
            quantity=10, term="P1Y", billing_cycle="annual", unit_price_cents=1000, purchased_at=now,
            period_started_at=now, commitment_ends_at=now + timedelta(days=365), ended_at=now, state=state,
        )  # fmt: skip
        ended.save()
        made.subscriptions[state] = ended


def reviewed_forms(reviewer: User, other: User) -> dict[str, IntakeForm]:
    """Return partner forms in every state that a reviewer may see, and one that the other reviewer holds."""
    found = {}
    for state in (*FORM_STATES[1:], "held_by_other"):
        applies = factories.partner(f"{state.title()} Partner", qualification="pending")
        form = making.draft(applies)
        attach(form)
        in_state(
            form,
            "in_review" if state == "held_by_other" else state,
            other if state == "held_by_other" else reviewer,
        )
        found[state] = PartnerForm.objects.get(pk=form.pk)
    return found


def mail_about(subject: Any, kind: str = "") -> OutboxMail:
    """Return the newest mail about an object."""
    rows = OutboxMail.objects.filter(
        about_id=str(subject.pk), about_type=getattr(subject, "audit_type", subject._meta.model_name)
    )
    return rows.latest("id")
