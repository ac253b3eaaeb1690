"""The operations of the schema, one by one, as tests walk through them."""

from dataclasses import dataclass
from typing import Any

from django.urls import get_resolver

from gcc_portal.api.openapi import schema


@dataclass(frozen=True)
class Operation:
    """One verb at one path."""

    verb: str
    path: str
    detail: dict[str, Any]

    def __str__(self) -> str:
        return f"{self.verb} {self.path.removeprefix('/v1/')}"

    @property
    def id(self) -> str:
        """Return the operation's id."""
        return str(self.detail["operationId"])

    @property
    def tag(self) -> str:
        """Return the tag it stands under."""
        return str(self.detail["tags"][0])

    @property
    def user_only(self) -> bool:
        """Return whether it needs an App+User token."""
        return self.detail["security"] == [{"AppUser": []}]

    @property
    def writes(self) -> bool:
        """Return whether it is no mere reading."""
        return self.verb not in ("GET", "HEAD")

    @property
    def parameters(self) -> list[dict[str, Any]]:
        """Return all its parameters, those by reference too."""
        return [self.resolved(each) for each in self.detail["parameters"]]

    def named(self, place: str) -> dict[str, dict[str, Any]]:
        """Return the parameters in `path`, `query` or `header` by their names."""
        return {each["name"]: each for each in self.parameters if each["in"] == place}

    @property
    def body(self) -> dict[str, Any] | None:
        """Return the schema of the body, all references in their place, or None when it takes none."""
        content = self.detail.get("requestBody", {}).get("content", {})
        return self.whole(content["application/json"]["schema"]) if content else None

    def resolved(self, part: dict[str, Any]) -> dict[str, Any]:
        """Return what a reference leads to, or the part itself."""
        found: Any = part
        if "$ref" in part:
            found = schema()
            for step in part["$ref"].removeprefix("#/").split("/"):
                found = found[step]
        return dict(found)

    def whole(self, part: Any, seen: tuple[str, ...] = ()) -> Any:
        """Return a part with what its references lead to; one that leads back into itself ends in `{}`."""
        match part:
            case {"$ref": str(ref)}:
                return {} if ref in seen else self.whole(self.resolved(part), (*seen, ref))
            case dict():
                return {key: self.whole(each, seen) for key, each in part.items()}
            case list():
                return [self.whole(each, seen) for each in part]
        return part


def operations() -> list[Operation]:
    """Return every operation of the schema."""
    _rooms = get_resolver().url_patterns  # the rooms offer their resources when the addresses are read
    assert _rooms
    from gcc_portal.api import urls

    assert urls.urlpatterns
    return [
        Operation(verb.upper(), path, detail)
        for path, verbs in schema()["paths"].items()
        for verb, detail in verbs.items()
    ]


OPERATIONS = operations()
