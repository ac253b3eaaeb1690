"""How apps declare resources: a path, a schema, and a function of the `Call`."""

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from ninja import Body as SentBody
from ninja import Query, Router, Status
from ninja.params import models
from pydantic import BaseModel
from pydantic.alias_generators import to_camel

from gcc_portal.api import casing
from gcc_portal.api.errors import ErrorBody, ThrottledBody
from gcc_portal.api.replay import JSON
from gcc_portal.api.schema import Resource

READS = ("GET", "HEAD")
View = Callable[..., Any]


@dataclass(frozen=True)
class ResourceOptions:
    """Options of one resource."""

    status: int = 200
    user_only: bool = False  # App+User tokens alone; others get 403/900329
    kind: str = "others"  # which of the partner's limits it counts against
    writes: bool = False


class Resources:
    """The resources of one tag. Each function takes the `Call` first, then path, query and body by their names.

    Query parameters are camelCase on the wire; one of another spelling says so as its default: `Query(0, alias=…)`.
    A function reads by queries and writes by one use case, returns a `Resource`, and raises what those raise.
    """

    def __init__(self, tag: str, kind: str = "others") -> None:
        self.router = Router(tags=[tag])
        self.kind = kind

    def get(self, path: str, answer: Any, **options: Any) -> Callable[[View], View]:
        """Declare a resource that is read (200)."""
        return self._declare(["GET"], path, answer, **options)

    def post(self, path: str, answer: Any, *, status: int = 201, **options: Any) -> Callable[[View], View]:
        """Declare a resource that creates something (201)."""
        return self._declare(["POST"], path, answer, status=status, **options)

    def put(self, path: str, answer: Any, **options: Any) -> Callable[[View], View]:
        """Declare a resource that is replaced."""
        return self._declare(["PUT"], path, answer, **options)

    def patch(self, path: str, answer: Any, **options: Any) -> Callable[[View], View]:
        """Declare a resource that is changed."""
        return self._declare(["PATCH"], path, answer, **options)

    def delete(self, path: str, **options: Any) -> Callable[[View], View]:
        """Declare a resource that is removed (204)."""
        return self._declare(["DELETE"], path, None, status=204, **options)

    def head(self, path: str, **options: Any) -> Callable[[View], View]:
        """Declare a resource of which only the status matters."""
        return self._declare(["HEAD"], path, None, **options)

    def _declare(
        self,
        verbs: list[str],
        path: str,
        answer: Any,
        *,
        status: int = 200,
        user_only: bool = False,
        kind: str = "",
        writes: bool | None = None,
    ) -> Callable[[View], View]:
        writing = verbs[0] not in READS if writes is None else writes
        options = ResourceOptions(status, user_only, kind or self.kind, writing)

        def declare(function: View) -> View:
            view, names = _as_view(function, path, options)
            casing.register_spelling(path, names)
            self.router.add_api_operation(
                f"/{path}",
                verbs,
                view,
                response={status: answer, (400, 401, 403, 404, 409): ErrorBody, 429: ThrottledBody},
                by_alias=True,
                exclude_none=True,
                operation_id=function.__name__,
                summary=_summary(function),
                description=_description(function, options),
            )
            return function

        return declare


def _as_view(function: View, path: str, options: ResourceOptions) -> tuple[View, list[str]]:
    """Return the function as ninja calls it, and the names of its query parameters."""
    signature = inspect.signature(function)
    parameters = [
        inspect.Parameter("request", inspect.Parameter.POSITIONAL_OR_KEYWORD),
        *(_with_source(each, path) for each in list(signature.parameters.values())[1:]),
    ]

    def view(request: Any, **values: Any) -> Any:
        found = function(request.api_call, **values)
        if not isinstance(found, Resource):
            return Status(options.status, found)
        # It was validated when it was made: ninja would validate it once more.
        text = found.model_dump_json(by_alias=True, exclude_none=True)
        return HttpResponse(text, status=options.status, content_type=JSON)

    view.__name__, view.__doc__, view.__module__ = function.__name__, function.__doc__, function.__module__
    view.__signature__ = signature.replace(parameters=parameters)  # type: ignore[attr-defined]
    view.options = options  # type: ignore[attr-defined]
    return view, [each.default.alias for each in parameters[1:] if isinstance(each.default, models.Query)]


def _with_source(parameter: inspect.Parameter, path: str) -> inspect.Parameter:
    """Return the parameter with its source: the path, the body, or the (camelCase) query."""
    if f"{{{parameter.name}}}" in path or isinstance(parameter.default, models.Param):
        return parameter
    if inspect.isclass(parameter.annotation) and issubclass(parameter.annotation, BaseModel):
        return parameter.replace(default=SentBody(...))
    default = ... if parameter.default is inspect.Parameter.empty else parameter.default
    return parameter.replace(default=Query(default, alias=to_camel(parameter.name)))


def _summary(function: View) -> str:
    first = (inspect.getdoc(function) or function.__name__).split("\n\n")[0]
    return first.replace("\n", " ").rstrip(".")


def _description(function: View, options: ResourceOptions) -> str:
    """Return the rest of the docstring, and the kinds of token that are allowed."""
    rest = (inspect.getdoc(function) or "").partition("\n\n")[2]
    token = "App+User tokens alone." if options.user_only else "App-only and App+User tokens."
    return f"{rest}\n\n{token}".strip()
