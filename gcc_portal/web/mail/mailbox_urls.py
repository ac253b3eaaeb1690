"""The demo's mailbox. Not part of a portal outside the demo."""

from django.urls import path

from gcc_portal.web.mail import mailbox

app_name = "mailbox"
urlpatterns = [
    path("", mailbox.listing, name="list"),
    path("<int:email_id>/", mailbox.message, name="message"),
]
