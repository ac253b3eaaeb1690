"""Addresses of the review pages."""

from django.urls import path

from gcc_portal.intake import views

app_name = "review"
urlpatterns = [
    path("", views.queue_page, name="queue"),
    path("<str:reference>/", views.form_page, name="form"),
    path("<str:reference>/copy/", views.copy, name="copy"),
    path("<str:reference>/take/", views.take, name="take"),
    path("<str:reference>/take-over/", views.take_over, name="take-over"),
    path("<str:reference>/hand-back/", views.hand_back, name="hand-back"),
    path("<str:reference>/approve/", views.approve, name="approve"),
    path("<str:reference>/decline/", views.decline, name="decline"),
    path("<str:reference>/ask-information/", views.ask_information, name="ask-information"),
    path("<str:reference>/files/<int:attachment_id>/", views.attachment, name="attachment"),
]
