"""The expected state machines, written a second time for the tests: who may take which transition from which state.

Roles: A admin agent, S sales agent, R the reviewer who has the form (any reviewer for other models), O another
reviewer, C customer contact, P the portal (automatic review and tasks), N nobody.
"""

from dataclasses import dataclass, field

ROLES = "ASROCPN"
OPEN = "draft submitted in_review information_requested"
# A transition that changes the row and not its state.
SAME = "None"


@dataclass(frozen=True)
class Step:
    """One transition: its source states, its target state, and the roles that may take it."""

    sources: str
    target: str
    roles: str


@dataclass(frozen=True)
class Machine:
    """One state field of one model. `fields` are the row's other values on which permissions depend (`variant`)."""

    model: str
    states: str
    steps: dict[str, Step]
    variant: str = ""
    fields: dict[str, object] = field(default_factory=dict)


FORM_STATES = "draft submitted in_review approved declined information_requested withdrawn"
SIGNING = {
    "submit": Step("draft information_requested", "submitted", "AC"),
    "withdraw": Step(OPEN, "withdrawn", "AC"),
    "take_over": Step("submitted in_review", "in_review", "RO"),
}
EXPECTED = [
    Machine(
        "gcc_portal.IntakeForm",
        FORM_STATES,
        SIGNING
        | {
            "take": Step("submitted", "in_review", "ROP"),
            "hand_back": Step("in_review", "submitted", "P"),
            "approve": Step("in_review", "approved", "P"),
            "decline": Step("in_review", "declined", "P"),
            "ask_information": Step("in_review", "information_requested", "P"),
        },
        variant="no reviewer",
    ),
    Machine(
        "gcc_portal.IntakeForm",
        FORM_STATES,
        SIGNING
        | {
            "take": Step("submitted", "in_review", "R"),
            "hand_back": Step("in_review", "submitted", "R"),
            "approve": Step("in_review", "approved", "R"),
            "decline": Step("in_review", "declined", "R"),
            "ask_information": Step("in_review", "information_requested", "R"),
        },
        variant="with a reviewer",
        fields={"reviewer_id": 1},
    ),
    Machine(
        "partners.Partner",
        "none pending qualified revoked",
        {
            "apply": Step("none", "pending", "A"),
            "qualify": Step("pending", "qualified", "ROP"),
            "dismiss": Step("pending", "none", "AROP"),
            "revoke": Step("qualified", "revoked", "RO"),
        },
    ),
    Machine(
        "customers.ValidationId",
        "issued exhausted expired revoked",
        {
            "exhaust": Step("issued", "exhausted", "ASP"),
            "expire": Step("issued", "expired", "P"),
            "revoke": Step("issued exhausted", "revoked", "RO"),
        },
    ),
    Machine(
        "customers.CustomerCreation",
        "draft qualification_checked provisioning active failed",
        {
            "check_qualification": Step("draft qualification_checked", "qualification_checked", "AS"),
            "reopen": Step("qualification_checked", "draft", "AS"),
            "provision": Step("qualification_checked failed", "provisioning", "AS"),
            "succeed": Step("provisioning", "active", "P"),
            "fail": Step("provisioning", "failed", "P"),
        },
    ),
    Machine(
        "customers.SpecialQualification",
        "none in_review granted denied revoked",
        {
            "examine": Step("none", "in_review", "ASROP"),
            "grant": Step("in_review", "granted", "ASROP"),
            "deny": Step("in_review", "denied", "ROP"),
            "revoke": Step("granted", "revoked", "RO"),
        },
    ),
    Machine(
        "customers.Relationship",
        "invited active declined expired ended",
        {
            "activate": Step("invited", "active", "ASCP"),
            "decline": Step("invited", "declined", "C"),
            "expire": Step("invited", "expired", "ASP"),
            "end": Step("active", "ended", "AS"),
        },
    ),
    Machine(
        "orders.Order",
        "cart submitted processing completed failed cancelled",
        {
            "submit": Step("cart", "submitted", "AS"),
            "begin": Step("submitted", "processing", "P"),
            "retry": Step("failed", "processing", "AS"),
            "complete": Step("processing", "completed", "P"),
            "fail": Step("processing", "failed", "P"),
            "cancel": Step("cart submitted", "cancelled", "ASP"),
        },
    ),
    Machine(
        "orders.Subscription",
        "pending active suspended cancelled expired",
        {
            "activate": Step("pending", "active", "P"),
            "change_seats": Step("active", SAME, "AS"),
            "schedule_seats": Step("active", SAME, "AS"),
            "unschedule_seats": Step("active suspended", SAME, "AS"),
            "set_auto_renew": Step("active suspended", SAME, "AS"),
            "suspend": Step("active", "suspended", "AS"),
            "resume": Step("suspended", "active", "AS"),
            "rename": Step("active suspended", SAME, "AS"),
            "put_on_record": Step("active suspended", SAME, "AS"),
            "cancel": Step("active suspended", "cancelled", "AS"),
            "renew": Step("active suspended", SAME, "P"),
            "expire": Step("active suspended", "expired", "P"),
        },
    ),
]
