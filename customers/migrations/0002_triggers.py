"""What no model declares: a relationship keeps its customer's name, domain and age."""

from pathlib import Path

from django.db import migrations

from gcc_portal.core.sql_files import run_sql_file


class Migration(migrations.Migration):
    dependencies = [("customers", "0001_initial")]
    operations = [run_sql_file(Path(__file__).parent / "sql", "relationship_customer")]
