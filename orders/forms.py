"""Forms of cart, order and subscription pages. Gates say what is allowed; a form only reads what was typed."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from gcc_portal.web.fields import PlainTextField
from orders.models import Offer, OrderLine
from orders.states import Kind, OrderState, Term

# What the database can hold; the offer's own limits are the gate's business.
SEATS_MAX = 2_000_000_000
REVISION_MAX = 2_000_000_000


class SeatsField(forms.IntegerField):
    """A number of seats: 1 or more."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("label", _("Seats"))
        messages = {
            "invalid": _("Enter the number of seats as a whole number, such as 25."),
            "min_value": _("Enter 1 seat or more."),
            "max_value": _("This is more than any offer allows. Enter fewer seats."),
            "required": _("Enter the number of seats."),
        }
        options.setdefault(
            "widget",
            forms.TextInput(
                attrs={"class": "usa-input--small", "inputmode": "numeric", "autocomplete": "off"}
            ),
        )
        super().__init__(min_value=1, max_value=SEATS_MAX, error_messages=messages, **options)

    def to_python(self, value: Any) -> int | None:
        # People type what they read: 1,000.
        return super().to_python(value.replace(",", "") if isinstance(value, str) else value)


class PlanField(forms.ChoiceField):
    """A term with its billing cycle, of those that an offer is sold with. Any code is read: the gate answers it."""

    def __init__(self, offer: Offer, **options: Any) -> None:
        options.setdefault("label", _("Term and billing"))
        choices = [(plan.code, str(plan)) for plan in offer.plans]
        super().__init__(choices=choices, **options)
        self.error_messages["invalid_choice"] = _("Choose a term and billing from the list.")


class AddForm(forms.Form):
    """Puts an offer into the cart."""

    offer = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, offer: Offer, data: Any = None) -> None:
        first = offer.plans[min(1, len(offer.plans) - 1)].code if offer.plans else ""
        initial = {"offer": offer.pk, "quantity": offer.min_quantity, "plan": first}
        super().__init__(data, initial=initial, auto_id=f"offer-{offer.pk}-%s")
        self.fields["plan"] = PlanField(offer)
        self.fields["quantity"] = SeatsField(label=offer.quantity_label)


class LineForm(forms.Form):
    """Changes one line of the cart. All lines are sent as one form."""

    def __init__(self, line: OrderLine, data: Any = None) -> None:
        initial = {"quantity": line.quantity, "plan": line.plan.code}
        super().__init__(data, initial=initial, prefix=f"line-{line.pk}", auto_id="id-%s")
        self.line = line
        self.fields["plan"] = PlanField(line.offer)
        self.fields["quantity"] = SeatsField(label=line.offer.quantity_label)
        if line.plan.code not in dict(self.fields["plan"].choices):  # type: ignore[attr-defined]
            self.fields["plan"].choices.append((line.plan.code, str(line.plan)))  # type: ignore[attr-defined]


class CartForm(forms.Form):
    """Which cart, and as of which revision, a form speaks of. Written by the page, not typed."""

    number = forms.SlugField(max_length=14, widget=forms.HiddenInput)
    revision = forms.IntegerField(min_value=0, max_value=REVISION_MAX, widget=forms.HiddenInput)


class SubmitForm(CartForm):
    """Submits the cart at the price that the page showed."""

    due_cents = forms.IntegerField(min_value=0, max_value=2**62, widget=forms.HiddenInput)


class RevisionForm(forms.Form):
    """As of which revision of a subscription a button speaks."""

    revision = forms.IntegerField(min_value=0, max_value=REVISION_MAX, widget=forms.HiddenInput)


class SeatsForm(RevisionForm):
    """Changes the seats of a subscription, at once or at the renewal."""

    quantity = SeatsField(label=_("New number of seats"))


class CatalogFilter(forms.Form):
    """Narrows the catalogue."""

    q = PlainTextField(label=_("Search"), required=False, max_length=100)
    category = forms.ChoiceField(label=_("Category"), required=False)
    kind = forms.ChoiceField(label=_("Kind"), required=False, choices=[("", _("All")), *Kind.choices])
    term = forms.ChoiceField(label=_("Term"), required=False, choices=[("", _("All")), *Term.choices])

    def __init__(self, data: Any, categories: list[str]) -> None:
        super().__init__(data, auto_id="filter-%s")
        self.fields["category"].choices = [("", _("All")), *((name, name) for name in categories)]  # type: ignore[attr-defined]


PLACED_STATES = [choice for choice in OrderState.choices if choice[0] != OrderState.CART]


class OrderFilter(forms.Form):
    """Narrows the list of orders."""

    q = PlainTextField(label=_("Order number or customer"), required=False, max_length=100)
    state = forms.ChoiceField(label=_("State"), required=False, choices=[("", _("All")), *PLACED_STATES])
    since = forms.DateField(label=_("From"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    until = forms.DateField(label=_("To"), required=False, widget=forms.DateInput(attrs={"type": "date"}))


class SubscriptionFilter(forms.Form):
    """Narrows a customer's subscriptions."""

    q = PlainTextField(label=_("Search"), required=False, max_length=100)
    show = forms.ChoiceField(
        label=_("Show"),
        required=False,
        choices=[("", _("Held now")), ("ended", _("Cancelled or expired")), ("all", _("All"))],
    )
