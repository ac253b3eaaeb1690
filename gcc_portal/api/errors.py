"""Error responses: how refusals become an HTTP status, Partner Center's error code and a description."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from django.http import Http404
from django.utils.translation import gettext as _
from pydantic import BaseModel, ConfigDict, Field

from gcc_portal.core.gates import Blocked, Blocker, NotAllowed, Refusal, Stale, WrongState

SOURCE = "GccPortal"
DESCRIPTION_MAX = 1024  # characters

ErrorCode = tuple[int, int]
"""An HTTP status and an error code. The same code means different things under different statuses."""

NOT_FOUND: ErrorCode = (404, 1000)
STALE: ErrorCode = (400, 2055)
WRONG_STATE: ErrorCode = (409, 600006)
ROLE: ErrorCode = (403, 900150)
INPUT: ErrorCode = (400, 3000)
REFUSED: ErrorCode = (400, 800002)
APP_ONLY: ErrorCode = (403, 900329)
UNSUPPORTED: ErrorCode = (400, 900141)
# Codes that several apps use.
MALFORMED_CUSTOMER: ErrorCode = (400, 900118)
NOT_ALLOWED: ErrorCode = (403, 600006)
NOT_ELIGIBLE: ErrorCode = (403, 2006)
NO_AGREEMENT: ErrorCode = (403, 13605)
NO_RELATIONSHIP: ErrorCode = (403, 20002)
NO_PARTNER: ErrorCode = (404, 3000)

_codes: dict[str, ErrorCode] = {}
_not_found: dict[type[Http404], tuple[ErrorCode, object]] = {}


class ErrorBody(BaseModel):
    """The body of every refusal but 429."""

    model_config = ConfigDict(extra="forbid", title="Error")

    code: int = Field(description="What happened: section Errors of docs/api.md.")
    description: str = Field(max_length=DESCRIPTION_MAX, description="What is missing and what to do next.")
    data: list[str] = Field(description="The ids of the rules that said no, e.g. `A2.exhausted`.")
    source: str = Field(description="The component that answers.")


class ThrottledBody(BaseModel):
    """The body of 429."""

    model_config = ConfigDict(extra="forbid", title="Throttled", alias_generator=None)

    statusCode: int  # noqa: N815 - the contract's name
    message: str


class ApiError(Exception):
    """A refusal with its status, code, description, and the ids of the rules that said no."""

    def __init__(self, answer: ErrorCode, description: object, data: Iterable[str] = ()) -> None:
        super().__init__(str(description))
        self.status, self.code = answer
        self.data = list(data)


def register_codes(answers: dict[str, ErrorCode]) -> None:
    """Register status and code of a blocker, by its code `A2.exhausted`, or by `A2` for the rest of a rule."""
    _codes.update(answers)


def register_not_found(kind: type[Http404], answer: ErrorCode, description: object) -> None:
    """Register how a subclass of `Http404` is answered."""
    _not_found[kind] = (answer, description)


def code_of(blockers: list[Blocker]) -> ErrorCode:
    """Return status and code for blockers: of the first with a code of its own, else of the first registered rule."""
    return _named(blockers, _codes) or REFUSED


def _named(blockers: list[Blocker], answers: dict[str, ErrorCode]) -> ErrorCode | None:
    keys = [blocker.code for blocker in blockers] + [blocker.rule for blocker in blockers]
    return next((answers[key] for key in keys if key in answers), None)


def error_of(error: Exception) -> ApiError | None:
    """Return the refusal that an exception stands for, or None for a fault."""
    match error:
        case ApiError():
            return error
        case Blocked():
            return _of(error, code_of(error.blockers))
        case NotAllowed():
            return ApiError(ROLE, error)
        case Stale():
            return ApiError(STALE, error)
        case WrongState():
            return ApiError(WRONG_STATE, error)
        case Refusal():
            return ApiError(REFUSED, error)
        case Http404() if type(error) in _not_found:
            return ApiError(*_not_found[type(error)])
        case Http404():
            return ApiError(NOT_FOUND, _("There is no such resource, or it is not yours."))
        case _:
            return None


def _of(blocked: Blocked, answer: ErrorCode) -> ApiError:
    return ApiError(answer, blocked, [blocker.code for blocker in blocked.blockers])


def cut(text: str) -> str:
    """Return the text cut to the length that a description may have."""
    return text if len(text) <= DESCRIPTION_MAX else f"{text[: DESCRIPTION_MAX - 1]}…"


def body_of(code: int, description: str, data: Iterable[str] = ()) -> dict[str, object]:
    """Return the JSON body of a refusal."""
    return ErrorBody(code=code, description=cut(description), data=list(data), source=SOURCE).model_dump()


@contextmanager
def refused_as(answers: dict[str, ErrorCode]) -> Iterator[None]:
    """Use other codes than the registered ones inside the block: a rule may have another code at one resource."""
    try:
        yield
    except Blocked as blocked:
        found = _named(blocked.blockers, answers)
        if found is None:
            raise
        raise _of(blocked, found) from blocked
