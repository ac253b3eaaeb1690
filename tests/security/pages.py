"""Reads the forms of a page as a browser does: what would be sent, and where."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

TYPED = {"text", "email", "tel", "url", "search", "number", "date", "textarea"}


@dataclass
class Field:
    """One thing that a form sends."""

    name: str
    type: str
    value: str
    id: str = ""
    choices: list[str] = field(default_factory=list)

    @property
    def is_typed(self) -> bool:
        """Return whether a person types into it, so that it must not be lost."""
        return self.type in TYPED


@dataclass
class Form:
    """One form of a page."""

    action: str
    method: str
    fields: list[Field] = field(default_factory=list)
    has_files: bool = False

    @property
    def target(self) -> str:
        """Return the path that the form is sent to."""
        return urlsplit(self.action).path

    def data(self) -> dict[str, list[str]]:
        """Return what the browser would send, but for files."""
        sent: dict[str, list[str]] = {}
        for each in self.fields:
            if each.type in ("checkbox", "radio", "submit") and not each.choices:
                continue
            if each.type != "file":
                sent.setdefault(each.name, []).append(each.value)
        return sent

    def named(self, name: str) -> list[Field]:
        """Return the fields of this name."""
        return [each for each in self.fields if each.name == name]


class Reader(HTMLParser):
    """Collects the forms, and the ids of a page."""

    def __init__(self, path: str) -> None:
        super().__init__()
        self.path = path
        self.forms: list[Form] = []
        self.ids: set[str] = set()
        self.by_id: dict[str, Form] = {}
        self.now: Form | None = None
        self.text: Field | None = None
        self.select: Field | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if "id" in given:
            self.ids.add(given["id"])
        if tag == "form":
            action = urljoin(self.path, given.get("action") or self.path)
            self.now = Form(action, given.get("method", "get").lower())
            self.forms.append(self.now)
            self.by_id[given.get("id", "")] = self.now
        elif tag == "option" and self.select is not None:
            value = given.get("value", "")
            self.select.choices.append(value)
            if "selected" in given or len(self.select.choices) == 1:
                self.select.value = value
        elif tag in ("input", "textarea", "select", "button"):
            self._field(tag, given)

    def _field(self, tag: str, given: dict[str, str]) -> None:
        form = self.by_id.get(given.get("form", "")) if given.get("form") else self.now
        name = given.get("name", "")
        if form is None or not name or name == "csrfmiddlewaretoken":
            return
        kind = (
            given.get("type", "text")
            if tag == "input"
            else given.get("type", "submit")
            if tag == "button"
            else tag
        )
        made = Field(name, kind, given.get("value", ""), given.get("id", ""))
        if kind == "file":
            form.has_files = True
        if kind in ("checkbox", "radio") and "checked" in given:
            made.choices = [made.value]
        if kind == "submit" and not form.named(name):
            made.choices = [made.value]
        form.fields.append(made)
        if tag == "textarea":
            self.text = made
        if tag == "select":
            self.select = made

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.now = None
        elif tag == "textarea" and self.text is not None:
            # A browser leaves out the line break that follows the tag.
            self.text.value = self.text.value.removeprefix("\r\n").removeprefix("\n")
            self.text = None
        elif tag == "select":
            self.select = None

    def handle_data(self, data: str) -> None:
        if self.text is not None:
            self.text.value += data


def read(html: str, path: str) -> Reader:
    """Return a reader with the forms and ids of a page at this path."""
    reader = Reader(path)
    reader.feed(html)
    return reader
