"""URL of the resend button of e-mails."""

from django.urls import path

from gcc_portal.web.mail import views

app_name = "mail"
urlpatterns = [path("<int:email_id>/resend", views.resend_mail, name="resend")]
