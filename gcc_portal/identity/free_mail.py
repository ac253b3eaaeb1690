"""Free e-mail services: anyone can open an account there, so an address is no evidence of an organisation."""

from django.utils.translation import gettext as _

from gcc_portal.core.hosts import host_of

# The services that US organisations use most, and a few known abroad. A reviewer sees the address in any case, so a
# missing one costs a question and not a wrong approval.
LISTS = (
    "aol.com att.net bellsouth.net comcast.net cox.net duck.com earthlink.net email.com fastmail.com fastmail.fm",
    "gmail.com gmx.com gmx.de gmx.net googlemail.com hey.com hotmail.co.uk hotmail.com hotmail.de hotmail.fr",
    "hushmail.com icloud.com inbox.com juno.com live.co.uk live.com mac.com mail.com mail.ru mailinator.com me.com",
    "msn.com netzero.net optonline.net outlook.com outlook.de pm.me proton.me protonmail.com qq.com roadrunner.com",
    "rocketmail.com sbcglobal.net tuta.com tutanota.com verizon.net web.de yahoo.co.uk yahoo.com yahoo.de yandex.com",
    "yandex.ru ymail.com zoho.com 126.com 163.com",
)
FREE_MAIL = frozenset(host for line in LISTS for host in line.split())


def is_free_mail(address: str) -> bool:
    """Return whether an e-mail address belongs to a free mail service."""
    host = host_of(address) if "@" in address else None
    return host in FREE_MAIL


def free_mail_notices(address: str) -> list[str]:
    """Return a sentence for the applicant about an address of a free e-mail service; [] for other addresses."""
    if not is_free_mail(address):
        return []
    return [
        _(
            "%(address)s is an address of a free mail service. You may go on with it, but we will ask about it before "
            "we can approve the form: an address of your organization is quicker."
        )
        % {"address": address}
    ]
