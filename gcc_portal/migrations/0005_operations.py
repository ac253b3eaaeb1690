"""Samples of the queues, and what the figures of /metrics are found by."""

import django.contrib.postgres.indexes
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("gcc_portal", "0004_programs")]

    operations = [
        migrations.CreateModel(
            name="QueueSample",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("minute", models.DateTimeField(verbose_name="minute")),
                ("queue", models.CharField(max_length=30, verbose_name="queue")),
                ("depth", models.PositiveIntegerField(verbose_name="waiting")),
                ("lag", models.PositiveIntegerField(verbose_name="lag in seconds")),
                ("failed", models.PositiveIntegerField(verbose_name="failed")),
                ("done", models.PositiveIntegerField(verbose_name="done")),
                ("done_total", models.PositiveBigIntegerField(verbose_name="done in all")),
            ],
            options={
                "verbose_name": "sample of a queue",
                "verbose_name_plural": "samples of queues",
                "ordering": ["minute", "queue"],
                "constraints": [
                    models.UniqueConstraint(fields=("minute", "queue"), name="one_sample_a_minute")
                ],
            },
        ),
        migrations.AddIndex(
            model_name="auditentry",
            index=django.contrib.postgres.indexes.BrinIndex(
                autosummarize=True, fields=["at"], name="audit_by_time", pages_per_range=32
            ),
        ),
        migrations.AddIndex(
            model_name="intakeform",
            index=models.Index(
                condition=Q(("state__in", ("submitted", "in_review")), Q(("error", ""), _negated=True)),
                fields=["respond_by"],
                name="forms_set_aside",
            ),
        ),
    ]
