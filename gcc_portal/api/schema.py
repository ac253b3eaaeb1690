"""Base classes of request and response bodies: camelCase without nulls out, any casing in."""

import uuid
from datetime import datetime
from typing import Annotated, Any
from urllib.parse import quote, urlencode

from django.utils.translation import gettext as _
from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetJsonSchemaHandler,
    PlainSerializer,
    WithJsonSchema,
    model_validator,
)
from pydantic.alias_generators import to_camel
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from gcc_portal.api.errors import INPUT, ApiError

Guid = uuid.UUID
WHOLE_MAX = 2**31 - 1
Whole = Annotated[int, Field(ge=0, le=WHOLE_MAX)]


def _to_the_millisecond(moment: datetime) -> str:
    text = moment.isoformat(timespec="milliseconds" if moment.microsecond else "seconds")
    return text.removesuffix("+00:00") + "Z" if text.endswith("+00:00") else text


# A moment in responses.
Moment = Annotated[
    datetime,
    PlainSerializer(_to_the_millisecond, return_type=str, when_used="json"),
    WithJsonSchema({"type": "string", "format": "date-time"}, mode="serialization"),
]


def guid_of(text: str) -> Guid | None:
    """Return the GUID in a text, in any of its spellings, or None."""
    try:
        return uuid.UUID(text.strip())
    except ValueError:
        return None


class Resource(BaseModel):
    """A response body. Its members are camelCase on the wire; those that are None are left out."""

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True, extra="forbid")

    @classmethod
    def __get_pydantic_json_schema__(cls, core: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        """Return the schema of a response: members that may be None are optional, all others required."""
        made = handler(core)
        shape = handler.resolve_ref_schema(made)
        members = shape.get("properties", {})
        needed = []
        for name, member in members.items():
            options = [option for option in member.get("anyOf", []) if option != {"type": "null"}]
            if len(options) == len(member.get("anyOf", [])):
                needed.append(name)
                continue
            rest = {key: value for key, value in member.items() if key not in ("anyOf", "default")}
            members[name] = {**(options[0] if len(options) == 1 else {"anyOf": options}), **rest}
        if getattr(handler, "mode", "") == "serialization":
            shape["required"] = needed
        return made


class Body(BaseModel):
    """A request body: members in any casing, nulls count as absent, unknown members are ignored.

    JSON's own casing rules are the .NET client's, which sends PascalCase with explicit nulls.
    """

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True, extra="ignore")

    @model_validator(mode="before")
    @classmethod
    def _in_any_casing(cls, sent: Any) -> Any:
        if not isinstance(sent, dict):
            return sent
        aliases = {_plain(alias): alias for alias in cls._aliases()}
        return {aliases.get(_plain(key), key): value for key, value in sent.items() if value is not None}

    @classmethod
    def _aliases(cls) -> list[str]:
        return [field.alias or name for name, field in cls.model_fields.items()]


def _plain(name: object) -> str:
    return str(name).replace("_", "").casefold()


def folded(value: Any) -> Any:
    """Return the text of an enum without case and underscores: `Is_Monthly` and `isMonthly` are the same word."""
    return _plain(value) if isinstance(value, str) else value


def one_of(*words: str, numbers: dict[int, str] | None = None) -> BeforeValidator:
    """Return a validator that normalises an enum's value, sent in any casing or as its number."""
    spellings = {_plain(word): word for word in words}

    def spell(value: Any) -> Any:
        if isinstance(value, bool):
            return value
        if isinstance(value, int) or (isinstance(value, str) and value.isascii() and value.isdigit()):
            return (numbers or {}).get(int(value), value)
        return spellings.get(folded(value), value) if isinstance(value, str) else value

    return BeforeValidator(spell)


class Header(Resource):
    """A header to copy into the request that follows a link."""

    key: str
    value: str


class Link(Resource):
    """The address of a related resource, relative and without the version."""

    uri: str
    method: str = "GET"
    headers: list[Header] = Field(default_factory=list)


class SelfLinks(Resource):
    """The links of a resource that has no others."""

    self: Link | None = None


class Attributes(Resource):
    """The resource's type, and its version if it has one."""

    object_type: str
    etag: str | None = None


class SentAttributes(Body):
    """The attributes that a client sends back; only the etag is read."""

    etag: Annotated[str, Field(max_length=200)] = ""


def link(path: str, *, method: str = "GET", headers: list[Header] | None = None, **query: Any) -> Link:
    """Return a link to `path` (already `/customers/…`, unquoted), with a query of what is not None."""
    named = {key: value for key, value in query.items() if value is not None}
    suffix = f"?{urlencode(named)}" if named else ""
    return Link(uri=quote(path, safe="/:@") + suffix, method=method, headers=headers or [])


def self_link(path: str, **query: Any) -> SelfLinks:
    """Return the links of a resource that has no others."""
    return SelfLinks(self=link(path, **query))


def typed(name: str, etag: str | None = None) -> Attributes:
    """Return the attributes of a resource of this type."""
    return Attributes(object_type=name, etag=etag)


def clean_text(value: Any) -> Any:
    """Return parsed JSON unchanged. Raises `ApiError` for text that PostgreSQL can't store: NUL, lone surrogates."""
    match value:
        case str():
            if "\x00" in value or any("\ud800" <= letter <= "\udfff" for letter in value):
                sentence = _("The request holds a character that no text has (NUL or half a character).")
                raise ApiError(INPUT, sentence)
        case dict():
            for key, each in value.items():
                clean_text(key)
                clean_text(each)
        case list():
            for each in value:
                clean_text(each)
    return value
