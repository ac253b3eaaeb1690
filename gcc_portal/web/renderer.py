"""The form renderer: every Django form becomes USWDS markup without the form doing anything for it."""

from typing import Any

from django.forms.renderers import TemplatesSetting
from django.http import HttpRequest

from gcc_portal.web import widgets


class UswdsRenderer(TemplatesSetting):
    """Renders forms from `templates/forms/`; widgets by `widgets`, or from `templates/django/forms/widgets/`.

    Named by the setting FORM_RENDERER. `django.forms` must stand in INSTALLED_APPS, after the project's templates,
    so that the widgets that need no change are found.
    """

    form_template_name = "forms/form.html"
    field_template_name = "forms/field.html"
    formset_template_name = "forms/formset.html"

    def render(self, template_name: str, context: dict[str, Any], request: HttpRequest | None = None) -> str:
        """Return the markup of a form, a field or a widget."""
        drawn = widgets.draw(template_name, context)
        return super().render(template_name, context, request) if drawn is None else drawn
