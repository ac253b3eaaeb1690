"""URLs of the customers app, in three namespaces: customers, eligibility, relationships."""

from django.urls import URLPattern, include, path

from customers.views import (
    agreement,
    agreement_text,
    answering,
    creation,
    customers,
    eligibility,
    relationships,
    validation,
)

# --- customers: validation IDs -------------------------------------------------------------------------------------
VALIDATION_IDS: list[URLPattern] = [
    path("validation-ids/", validation.validation_ids, name="validation-ids"),
    path("validation-ids/<str:number>/", validation.validation_id, name="validation-id"),
]

# --- customers: list, account, creation, agreement -------------------------------------------------------------------
CUSTOMERS: list[URLPattern] = [
    path("", customers.customer_list, name="list"),
    path("export/", customers.export, name="export"),
    path("create/", creation.create, name="create"),
    path("create/domain/", creation.domain_check, name="domain-check"),
    path("create/<int:creation_id>/", creation.creation, name="creation"),
    path("create/<int:creation_id>/progress/", creation.progress, name="creation-progress"),
    path("create/<int:creation_id>/start/", creation.start, name="creation-start"),
    path("create/<int:creation_id>/retry/", creation.retry, name="creation-retry"),
    path("create/<int:creation_id>/discard/", creation.discard, name="creation-discard"),
    path("create/<int:creation_id>/password/", creation.password, name="creation-password"),
    path("create/<int:creation_id>/<slug:slug>/", creation.create_step, name="create-step"),
    path("<uuid:customer_id>/account/", customers.account, name="account"),
    path("<uuid:customer_id>/account/end/", customers.end_relationship, name="end-relationship"),
    path("<uuid:customer_id>/agreement/", agreement.agreement, name="agreement"),
    path("agreement-text/<uuid:agreement_template>/", agreement_text.agreement_text, name="agreement-text"),
    path("agreement-document/<str:token>/", agreement_text.agreement_document, name="agreement-document"),
]

# --- eligibility: the customer's intake form, public ------------------------------------------------------------------
ELIGIBILITY: list[URLPattern] = [
    path("", eligibility.start, name="start"),
    path("sent/", eligibility.sent, name="sent"),
    path("forms/<str:token>/", eligibility.resume, name="resume"),
    path("forms/<str:token>/sign/", eligibility.sign, name="sign"),
    path("forms/<str:token>/status/", eligibility.status, name="status"),
    path("forms/<str:token>/copy/", eligibility.copy, name="copy"),
    path("forms/<str:token>/partner-check/", eligibility.partner, name="partner"),
    path("forms/<str:token>/files/<int:attachment_id>/", eligibility.attachment, name="attachment"),
    path("forms/<str:token>/steps/<slug:slug>/", eligibility.step, name="step"),
]

# --- relationships ----------------------------------------------------------------------------------------------------
RELATIONSHIPS: list[URLPattern] = [
    path("", relationships.requests, name="list"),
    path("new/", relationships.new, name="new"),
    path("<int:relationship_id>/", relationships.detail, name="detail"),
    path("<int:relationship_id>/message/", relationships.message, name="message"),
    path("<int:relationship_id>/send/", relationships.send, name="send"),
    path("<int:relationship_id>/cancel/", relationships.cancel, name="cancel"),
    path("answer/<str:token>/", answering.answer, name="answer"),
    path("answer/<str:token>/tenant/", answering.tenant, name="answer-tenant"),
]

urlpatterns = [
    path("customers/", include((VALIDATION_IDS + CUSTOMERS, "customers"))),
    path("eligibility/", include((ELIGIBILITY, "eligibility"))),
    path("relationships/", include((RELATIONSHIPS, "relationships"))),
]
