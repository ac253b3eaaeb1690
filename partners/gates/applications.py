"""Rules about a partner's API applications. No writes."""

from django.utils.translation import gettext as _

from gcc_portal.core.gates import Blocker
from partners.models import Partner

APPLICATIONS_MAX = 25


def can_make(partner: Partner, name: str) -> list[Blocker]:
    """A name is unique among an organization's applications in use, of which there are at most `APPLICATIONS_MAX`."""
    in_use = partner.applications.in_use()
    if in_use.filter(name__iexact=name).exists():
        return [
            Blocker(
                "AP.same_name",
                _("An application is called %(name)s already.") % {"name": name},
                _("Choose another name: it is how you tell them apart here and in the audit."),
                field="name",
            )
        ]
    if in_use.count() >= APPLICATIONS_MAX:
        return [
            Blocker(
                "AP.too_many",
                _("Your organization has %(count)d applications.") % {"count": APPLICATIONS_MAX},
                _("Revoke those that are not needed any more first."),
                to=("partners:applications", ()),
                url_label=_("API applications"),
            )
        ]
    return []
