"""What the tenant directory said of a tenant ID: asked while the person is on the page, remembered for the gate."""

from typing import Any

from gcc_portal.identity.tenants.directory import tenant_directory
from gcc_portal.intake.models import EDITABLE_STATES
from partners.models import PartnerForm


def ask(tenant_id: str) -> dict[str, Any]:
    """Ask the directory now and return its answer as plain values, with the ID that was asked (`asked`).

    May wait for the network: never called with a row locked.
    """
    return {"asked": tenant_id, **tenant_directory().find(tenant_id).as_record()}


def ask_for(form: PartnerForm, tenant_id: str) -> dict[str, Any]:
    """Ask as `ask` does, and remember the answer on the form while it can still be signed: the gate reads it there.

    What a form was signed with is not overwritten.
    """
    answer = ask(tenant_id)
    rows = PartnerForm.objects.filter(pk=form.pk, state__in=EDITABLE_STATES)
    if rows.update(tenant_answer=answer):
        form.tenant_answer = answer
    return answer
