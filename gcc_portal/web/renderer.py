"""The form renderer: every Django form becomes USWDS markup without the form doing anything for it."""

from django.forms.renderers import TemplatesSetting


class UswdsRenderer(TemplatesSetting):
    """Renders forms from `templates/forms/`, widgets from `templates/django/forms/widgets/`.

    Named by the setting FORM_RENDERER. `django.forms` must stand in INSTALLED_APPS, after the project's templates,
    so that the widgets that need no change are found.
    """

    form_template_name = "forms/form.html"
    field_template_name = "forms/field.html"
    formset_template_name = "forms/formset.html"
