"""The people of the demo, for its sign-in page alone."""

from django.utils.translation import gettext_lazy as _

DEMO_PEOPLE = [
    ("admin@contoso.example", _("Contoso Cloud, direct bill, qualified: admin agent")),
    ("sales@contoso.example", _("Contoso Cloud: sales agent")),
    ("admin@fabrikam.example", _("Fabrikam Distribution, indirect provider, not yet qualified: admin agent")),
    ("admin@northwind.example", _("Northwind Resale, indirect reseller of Fabrikam: admin agent")),
    ("admin@tailspin.example", _("Tailspin Gov Services, direct bill, form in review: admin agent")),
    ("reviewer@portal.example", _("Reviewer of intake forms")),
]
