"""Labels of the app's audited actions."""

from django.utils.translation import gettext_lazy as _

from gcc_portal.core.audit.labels import name_actions


def register() -> None:
    """Register the labels of actions on validation IDs, relationships, creations and agreements."""
    # --- intake, validation IDs, relationships
    name_actions(
        start_form=_("Form begun"),
        send_form_link=_("Personal link sent"),
        issue=_("Issued"),
        reserve=_("Create reserved"),
        use=_("Create used"),
        release=_("Create released"),
        exhaust=_("Used up"),
        expire=_("Expired"),
        cancel=_("Cancelled"),
        revoke=_("Revoked"),
        request_relationship=_("Relationship requested"),
        edit_message=_("Email changed"),
        send_message=_("Email sent"),
        activate=_("Relationship began"),
        end=_("Relationship ended"),
        leave_sandbox=_("Removed from the sandbox"),
        renew_request=_("Request made anew"),
    )
    # --- creation, customers, agreements
    name_actions(
        start_creation=_("Creation begun"),
        check_qualification=_("Qualification check"),
        reopen=_("Opened again"),
        discard_creation=_("Draft discarded"),
        provision=_("Provisioning begun"),
        succeed=_("Created"),
        fail=_("Failed"),
        create=_("Customer created"),
        change_billing_profile=_("Billing profile changed"),
        show_password=_("One-time password shown"),
        examine=_("Examination begun"),
        grant=_("Granted"),
        deny=_("Denied"),
        qualify=_("Special qualification asked for"),
        attest_agreement=_("Agreement attested"),
        accept_agreement=_("Agreement accepted"),
    )
