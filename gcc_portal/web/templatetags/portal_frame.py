"""What every page or list draws: header, crumbs, filters, page links. As strings, for they cost each request."""

from typing import Any

from django import template
from django.http import HttpRequest
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from gcc_portal.web import parts
from gcc_portal.web.addresses import address_of
from gcc_portal.web.escaping import esc
from gcc_portal.web.nav import Identity, NavItem
from gcc_portal.web.templatetags.portal_forms import active_filters, is_single_checkbox
from gcc_portal.web.templatetags.portal_ui import icon, page_numbers, query_url, query_url_without, request_of

register = template.Library()
FIELDS_KEPT = 200
_kept_fields: dict[Any, str] = {}


@register.simple_tag
def crumb(label: Any, url: str = "") -> SafeString:
    """Return a crumb: a link, or without one the current page."""
    if not url:
        return SafeString(
            '<li class="usa-breadcrumb__list-item usa-current" aria-current="page">'
            f"<span>{esc(label)}</span></li>"
        )
    return SafeString(
        f'<li class="usa-breadcrumb__list-item"><a href="{esc(url)}" class="usa-breadcrumb__link">'
        f"<span>{esc(label)}</span></a></li>"
    )


@register.simple_tag
def nav_links(items: list[NavItem]) -> SafeString:
    """Return the links of the primary navigation, the current one marked."""
    return SafeString("".join(_nav_link(item.label, item.url, current=item.current) for item in items))


def _nav_link(label: Any, url: str, *, current: bool) -> str:
    css, aria = (" usa-current", ' aria-current="page"') if current else ("", "")
    return (
        f'<li class="usa-nav__primary-item"><a class="usa-nav__link{css}" href="{esc(url)}"{aria}>'
        f"<span>{esc(label)}</span></a></li>\n"
    )


@register.simple_tag(takes_context=True)
def sign_in_link(context: template.Context) -> SafeString:
    """Return the link to sign in, for a visitor."""
    request, url = request_of(context), address_of("account_login")
    return SafeString(_nav_link(_("Sign in"), url, current=request is not None and request.path == url))


@register.simple_tag
def who_is_it(identity: Identity) -> SafeString:
    """Return the lines of the user menu that say who is signed in."""
    lines = "".join(f"<span>{esc(line)}</span>" for line in (identity.organization, identity.role) if line)
    return SafeString(f'<p class="portal-user__who"><strong>{esc(identity.name)}</strong>{lines}</p>')


@register.simple_tag(takes_context=True)
def filters(context: template.Context, form: Any, label: Any = "", clear_url: str = "") -> SafeString:
    """Return the form that narrows a list, with a chip for each filter in force. It fetches the list alone."""
    request, active = request_of(context), active_filters(form)
    named = f' aria-label="{esc(label)}"' if label else ""
    hidden = "".join(str(field) for field in form.hidden_fields())
    fields = _filter_fields(form)
    clear = (
        f' <a class="usa-button usa-button--unstyled" href="{esc(clear_url or "?")}">{esc(_("Clear"))}</a>'
        if active
        else ""
    )
    return SafeString(
        f'<form method="get" class="portal-filters" role="search"{named}{parts.FETCHES}>\n  {_sort_kept(request)}'
        f'{hidden}\n  <div class="portal-filters__fields">\n    {fields}\n'
        '    <div class="portal-filters__buttons"><button type="submit" class="usa-button" id="filter-apply">'
        f"{esc(_('Apply'))}</button>{clear}</div>\n  </div>\n  {_chips(context, active)}\n</form>\n"
    )


def _sort_kept(request: HttpRequest | None) -> str:
    sort = request.GET.get("sort") if request else ""
    return f'<input type="hidden" name="sort" value="{esc(sort)}">' if sort else ""


def _filter_fields(form: Any) -> str:
    """Return the fields; those of a form that says `always_the_same` are drawn once for what was asked with them."""
    if not getattr(form, "always_the_same", False):
        return "".join(map(_filter_field, form.visible_fields()))
    asked = tuple(form.data.get(name) for name in form.fields)
    key = (type(form), form.auto_id, get_language(), form.is_bound, asked)
    found = _kept_fields.get(key)
    if found is None:
        if len(_kept_fields) >= FIELDS_KEPT:
            _kept_fields.clear()
        found = _kept_fields[key] = "".join(map(_filter_field, form.visible_fields()))
    return found


def _filter_field(field: Any) -> str:
    target, label = esc(field.id_for_label), esc(field.label)
    if is_single_checkbox(field):
        return (
            '<div class="portal-filters__field portal-filters__field--box"><div class="usa-checkbox">'
            f'{field}<label class="usa-checkbox__label" for="{target}">{label}</label></div></div>'
        )
    return (
        f'<div class="portal-filters__field"><label class="usa-label" for="{target}">{label}</label>'
        f"{_notes(field)}{field}</div>"
    )


def _notes(field: Any) -> str:
    """Return a field's hint and its errors, as `forms/field_notes.html` shows them."""
    hint = (
        f'<div class="usa-hint" id="{esc(field.auto_id)}_helptext">{field.help_text}</div>\n'
        if field.help_text
        else ""
    )
    errors = "<br>".join(map(esc, field.errors))
    wrong = (
        f'<span class="usa-error-message" id="{esc(field.auto_id)}_error">{errors}</span>\n' if errors else ""
    )
    return hint + wrong


def _chips(context: template.Context, active: list[dict[str, str]]) -> str:
    if not active:
        return ""
    remove, close = esc(_("Remove filter")), icon("close")
    chips = "".join(
        f'\n    <li><a class="portal-chip" href="{esc(query_url_without(context, each["name"], each["value"]))}">'
        f'<span class="usa-sr-only">{remove} </span>{esc(each["label"])}: {esc(each["shown"])}{close}</a></li>'
        for each in active
    )
    return f'<ul class="portal-chips" aria-label="{esc(_("Filters in force"))}">{chips}\n  </ul>'


@register.simple_tag
def list_links() -> SafeString:
    """Return the attributes with which links of a list's own fetch the list alone: `{% list_links as fetches %}`."""
    return parts.FETCHES


@register.simple_tag(takes_context=True)
def page_links(context: template.Context, page: Any, label: Any = "") -> SafeString:
    """Return the links to the pages before and after this one, and to numbered ones where they are counted."""
    # A page of no rows is no true value, and may have others before and after it: a search that goes on.
    if page is None or page == "" or not (page.has_previous or page.has_next):
        return SafeString("")
    previous, following = _call(page.has_previous), _call(page.has_next)
    if not (previous or following):
        return SafeString("")
    rows = []
    if previous:
        url = getattr(page, "previous_url", "") or query_url(context, page=_call(page.previous_page_number))
        words = f'<span class="usa-pagination__link-text">{esc(_("Previous"))}</span>'
        rows.append(_arrow("previous", "prev", url, f"{icon('navigate_before')}{words}"))
    if getattr(page, "paginator", None):
        rows.append("".join(_number(context, number, page.number) for number in page_numbers(page)))
    if following:
        url = getattr(page, "next_url", "") or query_url(context, page=_call(page.next_page_number))
        words = f'<span class="usa-pagination__link-text">{esc(_("Next"))}</span>'
        rows.append(_arrow("next", "next", url, f"{words}{icon('navigate_next')}"))
    return SafeString(
        f'<nav aria-label="{esc(label or _("Pages"))}" class="usa-pagination portal-pagination"'
        f'{parts.FETCHES_FROM_THE_TOP}>\n  <ul class="usa-pagination__list">\n    '
        + "\n    ".join(rows)
        + "\n  </ul>\n</nav>"
    )


def _call(value: Any) -> Any:
    """Return a value, or what a method gives: pages of Django's have methods where ours have properties."""
    return value() if callable(value) else value


def _arrow(way: str, rel: str, url: str, inside: str) -> str:
    return (
        '<li class="usa-pagination__item usa-pagination__arrow">'
        f'<a class="usa-pagination__link usa-pagination__{way}-page" id="page-{way}" rel="{rel}" href="{esc(url)}">'
        f"{inside}</a></li>"
    )


def _number(context: template.Context, number: int, here: int) -> str:
    if not number:
        return (
            '<li class="usa-pagination__item usa-pagination__overflow" aria-hidden="true"><span>…</span></li>'
        )
    css, aria = (" usa-current", ' aria-current="page"') if number == here else ("", "")
    spoken = esc(_("Page %(number)s") % {"number": number})
    return (
        '<li class="usa-pagination__item usa-pagination__page-no">'
        f'<a class="usa-pagination__button{css}"{aria} href="{esc(query_url(context, page=number))}"'
        f' aria-label="{spoken}">{number}</a></li>'
    )
