"""What no model declares: the audit is append-only, what was signed stays, and the index of e-mails that wait."""

from pathlib import Path

from django.db import migrations

from gcc_portal.core.sql_files import run_sql_file

SQL = Path(__file__).parent / "sql"


class Migration(migrations.Migration):
    dependencies = [
        ("gcc_portal", "0001_initial"),
        ("post_office", "0014_alter_email_recipient_delivery_status_and_more"),
    ]
    operations = [
        run_sql_file(SQL, name) for name in ("audit_append_only", "submission_signed", "outbox_waits")
    ]
