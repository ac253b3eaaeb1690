"""The schema of the API, made from the code that answers: OpenAPI 3.1 at `/v1/openapi.json`."""

import inspect
import json
import sys
from functools import cache
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.openapi.schema import OpenAPISchema
from ninja.operation import Operation

from gcc_portal.api.casing import ROOT
from gcc_portal.api.descriptions import (
    CONTINUATION,
    IF_MATCH,
    PARAMETERS,
    REFUSALS,
    REQUEST_HEADERS,
    RESPONSE_HEADERS,
    SUCCESSES,
    Header,
)
from gcc_portal.api.portal_api import api
from gcc_portal.api.replay import JSON
from gcc_portal.api.resources import ResourceOptions

APP_ONLY, APP_USER = "AppOnly", "AppUser"
TOKEN_URL, AUTHORIZE_URL = "/oauth2/token", "/oauth2/authorize"
EVERY_CALL = """
## Every call
Addresses begin with `/v1` or `/v1.0`. Paths, query parameters and members may be written in any casing.
Members that are `null` count as absent, unknown ones are ignored. Answers are camelCase JSON without nulls.
Send `Authorization: Bearer` and an access token: an **App-only** token belongs to a program, an **App+User**
token to a program that an agent signed in to. Roles and rules are those of the portal's pages.

## Refusals
A refusal has `code`, `description` (what is missing and what to do next), `data` (the rules that said no) and `source`.
Nothing was changed. Only status and code together say what happened: `/v1/docs` lists them.
"""


class SchemaConflict(Exception):
    """Two different schemas have one name, so a client could not tell them apart."""


class Document(OpenAPISchema):
    """ninja's document with headers, kinds of token and descriptions of tags added, and repeated titles removed."""

    def __init__(self, api: NinjaAPI, path_prefix: str) -> None:
        self.tag_texts: dict[str, list[str]] = {}
        super().__init__(api, path_prefix)
        self["info"]["description"] = f"{api.description}\n{EVERY_CALL.rstrip()}"
        self["info"]["x-documentation"] = f"{ROOT}/docs"
        self["servers"] = [{"url": "/"}]
        self["tags"] = [
            {"name": tag, "description": " ".join(said)} for tag, said in sorted(self.tag_texts.items())
        ]
        self["components"].update(
            securitySchemes=_security("http://localhost"),
            parameters={each.component: each.as_parameter() for each in REQUEST_HEADERS},
            headers={each.component: each.as_header() for each in RESPONSE_HEADERS},
            responses={status: _refusal(status) for status in REFUSALS},
        )

    def operation_details(self, operation: Operation) -> dict[str, Any]:
        """Return one operation with its kinds of token, its headers, and its refusals by reference."""
        options: ResourceOptions = operation.view_func.options  # type: ignore[attr-defined]
        self._note_tag(operation)
        details = super().operation_details(operation)
        details["security"] = [{APP_USER: []}] if options.user_only else [{APP_ONLY: []}, {APP_USER: []}]
        named = [_described(_plain(each)) for each in details["parameters"]]
        details["parameters"] = [*named, *self._headers(operation, details)]
        headless = "HEAD" in operation.methods
        details["responses"] = {
            str(status): {"$ref": f"#/components/responses/{status}"}
            if str(status) in REFUSALS and not headless
            else _answer(str(status), answer, headless)
            for status, answer in details["responses"].items()
        }
        return details

    def _note_tag(self, operation: Operation) -> None:
        """Describe the tag by the first sentence of the module that offers the resource."""
        doc = inspect.getdoc(sys.modules[operation.view_func.__module__]) or ""
        sentence = doc.split("\n\n")[0].replace("\n", " ")
        for tag in operation.tags or []:
            said = self.tag_texts.setdefault(tag, [])
            if sentence not in said:
                said.append(sentence)

    def _headers(self, operation: Operation, details: dict[str, Any]) -> list[dict[str, str]]:
        names = {each["name"] for each in details["parameters"]}
        fits = {CONTINUATION: "seekOperation" in names, IF_MATCH: self._has_etag(operation)}
        return [
            {"$ref": f"#/components/parameters/{each.component}"}
            for each in REQUEST_HEADERS
            if fits.get(each, True)
        ]

    def _has_etag(self, operation: Operation) -> bool:
        """Return whether the body may hold an etag: such operations read `If-Match` too."""
        body = self.request_body(operation)
        sent: list[dict[str, Any]] = list(body.get("content", {}).values())
        shape = sent[0]["schema"] if sent else {}
        members = self.schemas.get(str(shape.get("$ref", "")).rpartition("/")[2], shape).get("properties", {})
        return "attributes" in members

    def add_schema_definitions(self, definitions: dict[str, Any]) -> None:
        """Add schemas. Raises `SchemaConflict` if another schema has the same name."""
        for name, shape in definitions.items():
            plain = _plain(shape)
            if self.schemas.setdefault(name, plain) != plain:
                raise SchemaConflict(f"Two schemas are called {name}. Rename one of the two classes.")


def _described(parameter: dict[str, Any]) -> dict[str, Any]:
    """Return a parameter with its description, and without `null`, which no address can hold."""
    shape = {
        key: value
        for key, value in parameter["schema"].items()
        if key != "default" or value not in ("", None)
    }
    options = [each for each in shape.get("anyOf", []) if each != {"type": "null"}]
    if len(options) == 1:
        shape = {**options[0], **{key: value for key, value in shape.items() if key != "anyOf"}}
    elif options:
        shape["anyOf"] = options
    text = parameter.get("description") or PARAMETERS.get(parameter["name"], "")
    return {**parameter, "schema": shape, **({"description": text} if text else {})}


def _plain(shape: Any, inside: bool = False) -> Any:
    """Return a schema without the titles that repeat the members' names, and without wrappings of a reference."""
    match shape:
        case {"allOf": [{"$ref": _} as only]}:
            return only
        case dict():
            # Within `properties` the keys are members, and one of them may be called title.
            return {
                key: _plain(value, key == "properties" and not inside)
                for key, value in shape.items()
                if inside or key != "title" or not isinstance(value, str)
            }
        case list():
            return [_plain(each) for each in shape]
    return shape


def _answer(status: str, answer: dict[str, Any], headless: bool) -> dict[str, Any]:
    """Return a response with its headers; the one to HEAD has no body."""
    made = {
        **answer,
        "description": SUCCESSES.get(status) or REFUSALS[status],
        "headers": _headers_of(status),
    }
    if headless:
        made.pop("content", None)
    return _plain(made)


def _refusal(status: str) -> dict[str, Any]:
    shape = "ThrottledBody" if status == "429" else "ErrorBody"
    body = {"application/json": {"schema": {"$ref": f"#/components/schemas/{shape}"}}}
    return {"description": REFUSALS[status], "headers": _headers_of(status), "content": body}


def _headers_of(status: str) -> dict[str, Any]:
    def fits(each: Header) -> bool:
        return not each.status or each.status == status

    return {
        each.name: {"$ref": f"#/components/headers/{each.component}"}
        for each in RESPONSE_HEADERS
        if fits(each)
    }


def _security(base: str) -> dict[str, Any]:
    """Return both kinds of token, and where they come from on the portal at `base`."""
    token, authorize = f"{base}{TOKEN_URL}", f"{base}{AUTHORIZE_URL}"
    by_code = {"authorizationUrl": authorize, "tokenUrl": token, "refreshUrl": token, "scopes": {}}
    return {
        APP_ONLY: {
            "type": "oauth2",
            "description": "A bearer token by which a program acts for itself: got with the client credentials of an "
            "application that an admin agent made on the portal's page API applications.",
            "flows": {"clientCredentials": {"tokenUrl": token, "scopes": {}}},
        },
        APP_USER: {
            "type": "oauth2",
            "description": "A bearer token by which a program acts for an agent who signed in: got with the "
            "authorization code and PKCE, and renewed with the refresh token that comes with it.",
            "flows": {"authorizationCode": by_code},
        },
    }


@cache
def schema() -> dict[str, Any]:
    """Return the OpenAPI document of all resources, with a relative server address. Computed once a process."""
    return json.loads(json.dumps(Document(api, ROOT)))


def schema_at(base: str) -> dict[str, Any]:
    """Return the document of the portal at `base`, e.g. `https://portal.example`."""
    components = {**schema()["components"], "securitySchemes": _security(base)}
    return {**schema(), "servers": [{"url": base}], "components": components}


def schema_json(request: HttpRequest) -> HttpResponse:
    """Answer the document. It is public: it holds no partner's data."""
    base = request.build_absolute_uri("/").rstrip("/")
    return HttpResponse(json.dumps(schema_at(base)), content_type=JSON)
