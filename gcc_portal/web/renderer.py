"""The form renderer: Django renders every form with the design system's (USWDS) templates."""

from django.forms.renderers import TemplatesSetting


class UswdsRenderer(TemplatesSetting):
    """Renders forms from `templates/forms/`, widgets from `templates/django/forms/widgets/`.

    Named by the setting FORM_RENDERER. `django.forms` must be in INSTALLED_APPS, so that the widgets' templates that
    are not overridden are found.
    """

    form_template_name = "forms/form.html"
    field_template_name = "forms/field.html"
    formset_template_name = "forms/formset.html"
