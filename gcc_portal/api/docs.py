"""The schema as a page for people: `/v1/docs`."""

import re
from functools import cache
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.text import slugify
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from gcc_portal.api.codes import CODES
from gcc_portal.api.openapi import schema

Part = dict[str, Any]
# Headers that go with every call are told once.
ALWAYS = ("RequestId", "CorrelationId", "Locale", "ClientName")


def docs(request: HttpRequest) -> HttpResponse:
    """Show every operation of the API, its parameters, bodies, answers and refusals. Anybody may read it."""
    about = schema()["info"]
    chapters = _chapters(get_language())
    return render(
        request,
        "api/docs.html",
        {"title": about["title"], "text": about["description"], "chapters": chapters},
    )


@cache
def _chapters(_language: str) -> SafeString:
    """Return the page's content. It is what the code offers, and that does not change while the portal runs."""
    return render_to_string("api/_chapters.html", _page())


def _page() -> Part:
    """Return what the chapters show."""
    found = schema()
    groups = [
        {
            **tag,
            "text": in_code(tag["description"]),
            "slug": f"tag-{slugify(tag['name'])}",
            "operations": list(_operations(found, tag["name"])),
        }
        for tag in found["tags"]
    ]
    return {
        "groups": groups,
        "headers": [_parameter(found, found["components"]["parameters"][name]) for name in ALWAYS],
        "shapes": [_shape(name, each) for name, each in sorted(found["components"]["schemas"].items())],
        "codes": [
            {"status": status, "code": code, "text": in_code(str(text))}
            for (status, code), text in sorted(CODES.items())
        ],
        "statuses": [
            {"status": status, "text": in_code(answer["description"])}
            for status, answer in found["components"]["responses"].items()
        ],
    }


def _operations(found: Part, tag: str) -> Any:
    """Yield the operations of a tag as the page shows them."""
    for path, verbs in found["paths"].items():
        for verb, each in verbs.items():
            if tag in each["tags"]:
                yield _operation(found, verb.upper(), path, each)


def _operation(found: Part, verb: str, path: str, each: Part) -> Part:
    said, _blank, _tokens = each.get("description", "").rpartition("\n\n")
    always = {f"#/components/parameters/{name}" for name in ALWAYS}
    body = each.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema")
    good = {status: answer for status, answer in each["responses"].items() if status < "300"}
    return {
        "id": each["operationId"],
        "verb": verb,
        "path": path,
        "summary": in_code(each["summary"]),
        "text": [in_code(" ".join(paragraph.split())) for paragraph in said.split("\n\n") if paragraph],
        "user_only": len(each["security"]) == 1,
        "parameters": [
            _parameter(found, part) for part in each["parameters"] if part.get("$ref") not in always
        ],
        "body": _whole(found, body) if body else None,
        "answers": [_answer(found, status, answer) for status, answer in good.items()],
        "refusals": [status for status in each["responses"] if status not in good],
    }


def _answer(found: Part, status: str, answer: Part) -> Part:
    shape = answer.get("content", {}).get("application/json", {}).get("schema")
    return {"status": status, "text": answer["description"], "shape": _whole(found, shape) if shape else None}


def _parameter(found: Part, part: Part) -> Part:
    if "$ref" in part:
        part = found["components"]["parameters"][part["$ref"].rpartition("/")[2]]
    words = {"path": _("in the path"), "query": _("in the query"), "header": _("a header")}
    return {
        "name": part["name"],
        "place": words[part["in"]],
        "required": part["required"],
        "text": in_code(part.get("description", "")),
        **_kind(part["schema"]),
    }


def _shape(name: str, each: Part) -> Part:
    return {
        "name": _short(name),
        "slug": _slug(name),
        "text": in_code(each.get("description", "")),
        **_members(each),
    }


def _whole(found: Part, shape: Part) -> Part:
    """Return a body: its type, and its members where it is an object or a list of objects."""
    inner = shape.get("items", shape)
    name = inner.get("$ref", "").rpartition("/")[2]
    return {**_kind(shape), **_members(found["components"]["schemas"].get(name, inner))}


def _members(shape: Part) -> Part:
    needed = shape.get("required", [])
    rows = [
        {
            "name": name,
            "required": name in needed,
            "text": in_code(each.get("description", "")),
            **_kind(each),
        }
        for name, each in shape.get("properties", {}).items()
    ]
    return {"members": rows}


def _kind(shape: Part) -> Part:
    """Return a type in words, the place of the schema that it refers to, and its limits."""
    choices = shape.get("anyOf") or shape.get("oneOf") or []
    options = [each for each in choices if each.get("type") != "null"]
    if options:
        kinds = [_kind(each) for each in options]
        first = next((each for each in kinds if each["slug"]), kinds[0])
        either = _(" or ").join(dict.fromkeys(each["kind"] for each in kinds))
        return {**first, "kind": either, "limits": first["limits"] + _limits(shape)}
    if "$ref" in shape:
        name = shape["$ref"].rpartition("/")[2]
        return {"kind": _short(name), "slug": _slug(name), "limits": ""}
    if shape.get("type") == "array":
        inner = _kind(shape.get("items", {}))
        return {**inner, "kind": _("list of %(kind)s") % {"kind": inner["kind"]}, "limits": inner["limits"]}
    if isinstance(shape.get("additionalProperties"), dict):
        inner = _kind(shape["additionalProperties"])
        return {"kind": _("object of %(kind)s") % {"kind": inner["kind"]}, "slug": "", "limits": ""}
    words = {"uuid": "GUID", "date-time": _("date and time"), "uri": "URI"}
    kind = words.get(shape.get("format", "")) or str(shape.get("type", _("any JSON")))
    return {"kind": kind, "slug": "", "limits": _limits(shape)}


def _limits(shape: Part) -> str:
    """Return what a value may be, in words."""
    found = []
    if "const" in shape or "enum" in shape:
        found.append(
            _("one of %(words)s") % {"words": ", ".join(map(str, shape.get("enum", [shape.get("const")])))}
        )
    for keys, words in (
        (("minimum", "maximum"), _("%(low)s to %(high)s")),
        (("minLength", "maxLength"), _("%(low)s to %(high)s characters")),
        (("minItems", "maxItems"), _("%(low)s to %(high)s of them")),
    ):
        low, high = (shape.get(key) for key in keys)
        if high is not None:
            found.append(words % {"low": low or 0, "high": high})
        elif low is not None:
            found.append(_("at least %(low)s") % {"low": low})
    if "default" in shape and shape["default"] not in ("", None, [], {}):
        found.append(_("default %(value)s") % {"value": shape["default"]})
    return "; ".join(found)


def _short(name: str) -> str:
    """Return a generic's name as its reader would write it: `Collection[CustomerItem]`."""
    return re.sub(r"^(\w+?)_(\w+)_$", r"\1[\2]", name)


def _slug(name: str) -> str:
    return f"schema-{slugify(name)}"


def in_code(text: str) -> SafeString:
    """Return a text whose `words` between backticks are code."""
    parts = re.split(r"`([^`]+)`", text)
    tags = (("code" if number % 2 else "span", part) for number, part in enumerate(parts) if part)
    return format_html_join("", "{}", ((_tag(tag, part),) for tag, part in tags))


def _tag(tag: str, part: str) -> Any:
    return format_html_join("", "<code>{}</code>", [(part,)]) if tag == "code" else part
