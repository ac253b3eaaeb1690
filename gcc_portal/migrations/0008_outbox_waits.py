"""What waits in the outbox is found in the order in which it is sent, however many mails were sent before."""

from django.db import migrations

# The table is a library's, so the index stands in no model. 2: queued, 3: to be tried again.
FORWARDS = "CREATE INDEX outbox_waits ON post_office_email (priority DESC, id) WHERE status IN (2, 3)"
BACKWARDS = "DROP INDEX outbox_waits"


class Migration(migrations.Migration):
    dependencies = [
        ("gcc_portal", "0007_audit_lists"),
        ("post_office", "0014_alter_email_recipient_delivery_status_and_more"),
    ]
    operations = [migrations.RunSQL(FORWARDS, BACKWARDS)]
