"""The constant parts of templates, rendered once a process: words, addresses and icons that no variable decides.

A page is mostly constant. Django renders each `{% translate "…" %}`, `{% url "…" %}`, `{% static "…" %}` and
`{% icon "…" %}` anew for every request; here neighbours among them and the text around them become one string, kept for
each language and each root of addresses. What a template gives stays the same to the letter.
"""

from collections.abc import Callable, Iterator
from itertools import groupby
from typing import Any, TypeVar

from django.core.exceptions import ObjectDoesNotExist
from django.core.signals import setting_changed
from django.template import Context, Node, NodeList, Template
from django.template.base import (
    FilterExpression,
    TextNode,
    TokenType,
    Variable,
    VariableNode,
    render_value_in_context,
)
from django.template.defaulttags import CommentNode, IfNode, LoadNode, URLNode
from django.template.library import SimpleNode
from django.template.loaders.base import Loader as BaseLoader
from django.template.loaders.cached import Loader as CachedLoader
from django.templatetags.i18n import BlockTranslateNode, TranslateNode
from django.templatetags.static import StaticNode
from django.urls import get_script_prefix, get_urlconf
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from gcc_portal.web.addresses import address_of
from gcc_portal.web.escaping import esc

Tag = TypeVar("Tag", bound=Callable[..., Any])
Place = tuple[int, str | None, str, str | None]

_CONSTANT = "gives_the_same"
_HERE = "gcc_portal.web.folding"
_generation = 0


def gives_the_same(tag: Tag) -> Tag:
    """Mark a simple tag whose output depends on its arguments and the language alone."""
    setattr(tag, _CONSTANT, True)
    return tag


def _place(context: Context) -> Place:
    """Return what decides how constants read: the language and the root of addresses, asked for once a page."""
    kept: dict[Any, Any] = context.render_context.dicts[0]
    found: Place | None = kept.get(_HERE)
    if found is None:
        found = kept[_HERE] = (_generation, get_language(), get_script_prefix(), get_urlconf())
    return found


class Constant(Node):
    """Neighbours that are the same on every page, as one string."""

    child_nodelists = ()

    def __init__(self, nodes: list[Node]) -> None:
        self.nodes = NodeList(nodes)
        self.token, self.origin = nodes[0].token, nodes[0].origin
        self.kept: dict[Place, SafeString] = {}

    def render(self, context: Context) -> SafeString:
        """Return the string for the language in force."""
        place = _place(context)
        found = self.kept.get(place)
        if found is None:
            found = self.kept[place] = self.nodes.render(context)
        return found

    def render_annotated(self, context: Context) -> SafeString:
        """Return the same: nothing in here can fail for one page alone."""
        return self.render(context)


class Named(Node):
    """A constant that goes into a variable: `{% translate "…" as name %}`, `{% url "…" as name %}`."""

    child_nodelists = ()

    def __init__(self, node: Node, name: str) -> None:
        self.node, self.name = node, name
        self.token, self.origin = node.token, node.origin
        self.kept: dict[Place, Any] = {}

    def render(self, context: Context) -> str:
        """Set the variable; nothing is shown."""
        place = _place(context)
        if place in self.kept:
            context[self.name] = self.kept[place]
        else:
            self.node.render(context)
            self.kept[place] = context[self.name]
        return ""


class Address(Node):
    """An address with one part that differs from row to row: `{% url "…" customer.pk %}`."""

    child_nodelists = ()

    def __init__(self, node: URLNode) -> None:
        self.name, self.part = str(node.view_name.var), _quick(node.args[0])
        self.token, self.origin = node.token, node.origin

    def render(self, context: Context) -> str:
        """Return the address; its parts are quoted by `reverse`, and no escape changes them."""
        return address_of(self.name, self.part.resolve(context))


class Quick(Variable):
    """A variable with parts, `customer.name`, looked up as an attribute where the thing is no container.

    Django's long way still does all beyond that: calls what can be called, counts in lists, says what is missing.
    """

    def _resolve_lookup(self, context: Context) -> Any:
        found: Any = context
        parts = self.lookups or ()
        for part in parts:
            try:
                found = found[part] if found is context else getattr(found, part)
            except (KeyError, AttributeError, TypeError, ObjectDoesNotExist):
                return super()._resolve_lookup(context)
            if callable(found) or (hasattr(type(found), "__getitem__") and part is not parts[-1]):
                return super()._resolve_lookup(context)
        return found


class Shown(Node):
    """A variable's value, `{{ customer.name }}`: strings go the short way, all else Django's."""

    child_nodelists = ()

    def __init__(self, node: VariableNode) -> None:
        self.expression = _quick(node.filter_expression)
        self.token, self.origin = node.token, node.origin

    def render(self, context: Context) -> str:
        """Return the value, escaped where it must be."""
        try:
            value = self.expression.resolve(context)
        except UnicodeDecodeError:
            return ""
        kind = type(value)
        if kind is SafeString:
            return value  # type: ignore[no-any-return]
        if kind is str and context.autoescape:
            return esc(value)
        return str(render_value_in_context(value, context))


def _quick(expression: FilterExpression) -> FilterExpression:
    """Return the expression, its variable looked up the quick way."""
    variable = expression.var
    if type(variable) is Variable and len(variable.lookups or ()) > 1 and not variable.translate:
        expression.var = Quick(variable.var)
    return expression


def _is_constant(expression: FilterExpression) -> bool:
    """Return whether an argument is a literal without filters."""
    variable = expression.var
    return not expression.filters and (not isinstance(variable, Variable) or variable.lookups is None)


def _is_own_address(node: URLNode) -> bool:
    """Return whether the name is a literal, of a room that stands at one place (the admin's depend on the page)."""
    return (
        _is_constant(node.view_name) and not node.kwargs and not str(node.view_name.var).startswith("admin:")
    )


def _variable_of(node: Node) -> str | None:
    """Return into which variable a node writes."""
    for name in ("asvar", "target_var", "varname"):
        if found := getattr(node, name, None):
            return str(found)
    return None


def _same_everywhere(node: Node) -> bool:
    """Return whether what a node gives depends on the language and the addresses alone."""
    match node:
        case TextNode() | CommentNode() | LoadNode():
            return True
        case TranslateNode():
            return node.message_context is None and _is_constant(node.filter_expression)
        case BlockTranslateNode():
            plain = all(token.token_type == TokenType.TEXT for token in node.singular)
            return plain and not (
                node.plural or node.extra_context or node.countervar or node.message_context
            )
        case URLNode():
            return _is_own_address(node) and not node.args
        case StaticNode():
            return _is_constant(node.path)
        case SimpleNode():
            arguments = [*node.args, *node.kwargs.values()]
            return (
                hasattr(node.func, _CONSTANT) and not node.takes_context and all(map(_is_constant, arguments))
            )
    return False


def fold(nodes: NodeList) -> NodeList:
    """Return the nodes with what is constant among them and in them folded; those that stay are changed in place."""
    return NodeList(_folded(nodes))


def _folded(nodes: NodeList) -> Iterator[Node]:
    for shown, group in groupby(nodes, key=lambda node: _same_everywhere(node) and not _variable_of(node)):
        if shown:
            neighbours = list(group)
            yield (
                neighbours[0]
                if len(neighbours) == 1 and isinstance(neighbours[0], TextNode)
                else Constant(neighbours)
            )
            continue
        for node in group:
            yield _single(node)


def _single(node: Node) -> Node:
    """Return what stands for a node that is not constant, or not shown; what it holds is folded."""
    variable = _variable_of(node)
    if variable and _same_everywhere(node):
        return Named(node, variable)
    if isinstance(node, URLNode) and _is_own_address(node) and len(node.args) == 1 and not variable:
        return Address(node)
    if isinstance(node, VariableNode):
        return Shown(node)
    if isinstance(node, SimpleNode):
        for argument in (*node.args, *node.kwargs.values()):
            _quick(argument)
    if isinstance(node, IfNode):
        node.conditions_nodelists = [
            (condition, fold(inner)) for condition, inner in node.conditions_nodelists
        ]
        return node
    for name in node.child_nodelists:
        if isinstance(inner := getattr(node, name, None), NodeList):
            setattr(node, name, fold(inner))
    return node


class _Folding(BaseLoader):
    """Folds what it reads."""

    def get_template(self, template_name: str, skip: Any = None) -> Template:
        """Return the template, folded. Raises `TemplateDoesNotExist`."""
        template = super().get_template(template_name, skip)
        template.nodelist = fold(template.nodelist)
        return template


class Loader(CachedLoader, _Folding):
    """Django's cached loader, which here keeps folded templates. Named by the setting TEMPLATES."""


def _forget(**_: Any) -> None:
    global _generation
    _generation += 1


# Settings change in tests alone: a new generation of constants is made.
setting_changed.connect(_forget, dispatch_uid=_HERE)
