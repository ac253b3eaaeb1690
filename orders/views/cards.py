"""The offers of a catalogue as cards, each with the form that puts it into the cart.

A card says nothing but what stands in the offer's row, in one language. So it is drawn once for each content: the row
is read on every request and is the key, and a card never shows what is not in it any more. What belongs to the
request, the form's CSRF token, is put in afterwards. The form has no address: it goes to the page on which it stands.
"""

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from django.http import HttpRequest
from django.middleware.csrf import get_token
from django.template.loader import get_template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from orders.forms import AddForm
from orders.models import Offer

TEMPLATE = "orders/_offer.html"
KEPT = 1000
# The database keeps no text with a NUL, so these stand nowhere else.
TOKEN = mark_safe("\x00token\x00")
# Line breaks show nothing beside a tag: twenty cards have a thousand of them.
BREAKS_AT_TAGS = re.compile(r"(?<=>)\s*\n\s*|\s*\n\s*(?=<)")
# What a card is made of.
READ = (
    "id", "product_id", "sku_id", "availability_id", "sku_title", "description", "category", "segment", "kind",
    "string_id", "terms", "billing_cycles", "unit", "min_quantity", "max_quantity", "price_cents",
)  # fmt: skip
Content = tuple[Any, ...]


def cards(
    request: HttpRequest, offers: Iterable[tuple[Offer, AddForm | None]], *, orderable: bool
) -> SafeString:
    """Return the cards of offers that carry `needed`, the titles of their prerequisites.

    A form that is given stands in its offer's card as it was typed; without `orderable` there are no forms.
    """
    language = get_language()
    drawn = [
        _kept(_content(offer), language, orderable)
        if form is None
        else _drawn(offer, form, orderable=orderable)
        for offer, form in offers
    ]
    token = format_html('<input type="hidden" name="csrfmiddlewaretoken" value="{}">', get_token(request))
    return mark_safe("\n".join(drawn).replace(TOKEN, token))  # noqa: S308 - templates drew it


def _content(offer: Offer) -> Content:
    values = offer.__dict__
    plain = (values[name] for name in (*READ, "needed"))
    return tuple(tuple(each) if isinstance(each, list) else each for each in plain)


@lru_cache(KEPT)
def _kept(content: Content, _language: str | None, orderable: bool) -> str:
    values = [list(each) if isinstance(each, tuple) else each for each in content]
    offer = Offer(**dict(zip(READ, values, strict=False)))
    offer.needed = values[-1]  # type: ignore[attr-defined]
    return _drawn(offer, AddForm(offer), orderable=orderable)


def _drawn(offer: Offer, form: AddForm, *, orderable: bool) -> str:
    context = {"offer": offer, "form": form, "orderable": orderable, "token": TOKEN}
    return BREAKS_AT_TAGS.sub("", get_template(TEMPLATE).render(context))
