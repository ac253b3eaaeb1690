"""URLs of the demo's mailbox, which `gcc_portal.urls` includes in the demo and in development alone."""

from django.urls import path

from gcc_portal.web.mail import mailbox

app_name = "mailbox"
urlpatterns = [
    path("", mailbox.listing, name="list"),
    path("<int:email_id>/", mailbox.message, name="message"),
]
