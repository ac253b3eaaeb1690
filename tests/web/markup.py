"""Reads markup so that a test can ask for an element instead of comparing strings."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = {"input", "br", "img", "hr", "meta", "link"}


@dataclass
class Element:
    """A tag with its attributes, its text and the tags around it."""

    tag: str
    attrs: dict[str, str]
    around: tuple["Element", ...] = ()
    raw_text: str = field(default="")

    @property
    def text(self) -> str:
        """Return the text as a browser shows it: white space is one space."""
        return " ".join(self.raw_text.split())

    @property
    def classes(self) -> list[str]:
        """Return the class names."""
        return self.attrs.get("class", "").split()


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[Element] = []
        self.open: list[Element] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs}, tuple(self.open))
        self.found.append(element)
        if tag not in VOID:
            self.open.append(element)

    def handle_endtag(self, tag: str) -> None:
        assert self.open, f"</{tag}> closes nothing"
        assert self.open[-1].tag == tag, f"</{tag}> closes <{self.open[-1].tag}>"
        self.open.pop()

    def handle_data(self, data: str) -> None:
        for element in self.open:
            element.raw_text += data


def read(html: str) -> list[Element]:
    """Return all elements in their order. Fails where a tag is not closed or closed in the wrong order."""
    reader = _Reader()
    reader.feed(html)
    assert not reader.open, f"not closed: {[element.tag for element in reader.open]}"
    return reader.found


def find(html: str, tag: str, **attrs: str) -> list[Element]:
    """Return the elements of a tag with these attributes (`class_` is one class name; `_` stands for `-`)."""
    wanted = dict(attrs)
    name = wanted.pop("class_", "")
    return [
        element
        for element in read(html)
        if element.tag == tag
        and (not name or name in element.classes)
        and all(element.attrs.get(key.replace("_", "-")) == value for key, value in wanted.items())
    ]


def one(html: str, tag: str, **attrs: str) -> Element:
    """Return the only such element."""
    found = find(html, tag, **attrs)
    assert len(found) == 1, f"{len(found)} of {tag} {attrs} in {html}"
    return found[0]
