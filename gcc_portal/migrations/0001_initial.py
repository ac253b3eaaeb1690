"""The tables as they are; nothing has been released yet, so there is one migration."""

import uuid

import django.core.serializers.json
import django.db.models.deletion
import django.db.models.functions.comparison
import django.db.models.functions.datetime
import django.db.models.functions.text
import django.utils.timezone
import django_fsm
from django.conf import settings
from django.db import migrations, models

import gcc_portal.intake.models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
        ("post_office", "0014_alter_email_recipient_delivery_status_and_more"),
    ]

    operations = [
        migrations.CreateModel(
            name="GovDomain",
            fields=[
                (
                    "domain",
                    models.CharField(
                        max_length=253, primary_key=True, serialize=False, verbose_name="domain"
                    ),
                ),
                ("domain_type", models.CharField(max_length=40, verbose_name="type")),
                (
                    "category",
                    models.CharField(
                        choices=[
                            ("federal", "Federal"),
                            ("state", "State or territory"),
                            ("local", "Local"),
                            ("special_district", "Special district"),
                            ("tribal", "Tribal"),
                            ("regional", "Regional or interstate"),
                            ("school", "School district"),
                        ],
                        max_length=20,
                        verbose_name="category",
                    ),
                ),
                ("organization_name", models.CharField(max_length=300, verbose_name="organization")),
                (
                    "suborganization_name",
                    models.CharField(blank=True, max_length=300, verbose_name="part of the organization"),
                ),
                (
                    "name_key",
                    models.CharField(
                        db_index=True, editable=False, max_length=600, verbose_name="name for comparing"
                    ),
                ),
                ("city", models.CharField(blank=True, max_length=100, verbose_name="city")),
                ("state", models.CharField(blank=True, max_length=2, verbose_name="state")),
                ("listed_on", models.DateField(verbose_name="as of")),
            ],
            options={
                "verbose_name": ".gov domain",
                "verbose_name_plural": ".gov domains",
                "ordering": ["domain"],
            },
        ),
        migrations.CreateModel(
            name="User",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("password", models.CharField(max_length=128, verbose_name="password")),
                ("last_login", models.DateTimeField(blank=True, null=True, verbose_name="last login")),
                (
                    "is_superuser",
                    models.BooleanField(
                        default=False,
                        help_text="Designates that this user has all permissions without explicitly assigning them.",
                        verbose_name="superuser status",
                    ),
                ),
                ("email", models.EmailField(max_length=254, unique=True, verbose_name="e-mail address")),
                ("name", models.CharField(blank=True, max_length=150, verbose_name="name")),
                ("is_reviewer", models.BooleanField(default=False, verbose_name="reviewer")),
                ("is_staff", models.BooleanField(default=False, verbose_name="operator")),
                ("is_active", models.BooleanField(default=True, verbose_name="active")),
                (
                    "date_joined",
                    models.DateTimeField(default=django.utils.timezone.now, verbose_name="joined"),
                ),
                (
                    "groups",
                    models.ManyToManyField(
                        blank=True,
                        help_text="The groups this user belongs to. A user will get all permissions granted to each of their groups.",
                        related_name="user_set",
                        related_query_name="user",
                        to="auth.group",
                        verbose_name="groups",
                    ),
                ),
                (
                    "user_permissions",
                    models.ManyToManyField(
                        blank=True,
                        help_text="Specific permissions for this user.",
                        related_name="user_set",
                        related_query_name="user",
                        to="auth.permission",
                        verbose_name="user permissions",
                    ),
                ),
            ],
            options={
                "verbose_name": "person",
                "verbose_name_plural": "people",
            },
        ),
        migrations.CreateModel(
            name="AuditEntry",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), verbose_name="when"
                    ),
                ),
                ("actor_label", models.CharField(max_length=200, verbose_name="who")),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("admin_agent", "Admin agent"),
                            ("sales_agent", "Sales agent"),
                            ("reviewer", "Reviewer"),
                            ("customer", "Customer contact"),
                            ("system", "The portal"),
                            ("nobody", "Visitor"),
                        ],
                        max_length=20,
                        verbose_name="as",
                    ),
                ),
                (
                    "channel",
                    models.CharField(
                        choices=[
                            ("page", "Page"),
                            ("api", "API"),
                            ("task", "Task"),
                            ("link", "Personal link"),
                            ("command", "Command"),
                        ],
                        max_length=10,
                        verbose_name="channel",
                    ),
                ),
                ("action", models.CharField(max_length=60, verbose_name="what")),
                ("refused", models.BooleanField(default=False, verbose_name="refused")),
                ("object_type", models.CharField(max_length=40, verbose_name="kind of object")),
                ("object_id", models.CharField(max_length=64)),
                ("object_label", models.CharField(max_length=250, verbose_name="object")),
                ("from_state", models.CharField(blank=True, max_length=40, verbose_name="from")),
                ("to_state", models.CharField(blank=True, max_length=40, verbose_name="to")),
                ("reason", models.TextField(blank=True, verbose_name="why")),
                (
                    "data",
                    models.JSONField(
                        blank=True, default=dict, encoder=django.core.serializers.json.DjangoJSONEncoder
                    ),
                ),
                ("partner_id", models.BigIntegerField(null=True)),
                ("customer_id", models.UUIDField(null=True)),
                ("application_id", models.CharField(blank=True, max_length=100)),
                ("address", models.CharField(blank=True, max_length=45, verbose_name="from address")),
                ("correlation_id", models.CharField(blank=True, max_length=64)),
                (
                    "user",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "audit entry",
                "verbose_name_plural": "audit entries",
                "ordering": ["-id"],
            },
        ),
        migrations.CreateModel(
            name="DirectoryTenant",
            fields=[
                (
                    "tenant_id",
                    models.UUIDField(
                        default=uuid.uuid4, primary_key=True, serialize=False, verbose_name="tenant ID"
                    ),
                ),
                ("domain", models.CharField(max_length=253, unique=True, verbose_name="domain")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("commercial", "Commercial"),
                            ("gcc", "Government Community Cloud"),
                            ("azure_government", "Azure Government"),
                            ("dod", "Department of Defense"),
                            ("china", "China (21Vianet)"),
                        ],
                        max_length=20,
                        verbose_name="cloud",
                    ),
                ),
                ("organization_name", models.CharField(max_length=200, verbose_name="organization")),
                (
                    "special_qualifications",
                    models.JSONField(blank=True, default=list, verbose_name="special qualifications"),
                ),
                (
                    "unreachable",
                    models.BooleanField(default=False, verbose_name="answers as could not check"),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created")),
            ],
            options={
                "verbose_name": "directory tenant",
                "verbose_name_plural": "directory tenants",
                "constraints": [
                    models.UniqueConstraint(
                        django.db.models.functions.text.Lower("domain"), name="directory_domain_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="IntakeForm",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[("partner", "Partner"), ("customer", "Customer")],
                        editable=False,
                        max_length=10,
                        verbose_name="kind",
                    ),
                ),
                (
                    "reference",
                    models.CharField(
                        default=gcc_portal.intake.models.new_reference,
                        editable=False,
                        max_length=12,
                        unique=True,
                        verbose_name="reference",
                    ),
                ),
                (
                    "state",
                    django_fsm.FSMField(
                        choices=[
                            ("draft", "Draft"),
                            ("submitted", "Submitted"),
                            ("in_review", "In review"),
                            ("approved", "Approved"),
                            ("declined", "Declined"),
                            ("information_requested", "Information requested"),
                            ("withdrawn", "Withdrawn"),
                        ],
                        default="draft",
                        max_length=24,
                        protected=True,
                        verbose_name="state",
                    ),
                ),
                ("answers", models.JSONField(blank=True, default=dict, verbose_name="answers")),
                ("revision", models.PositiveIntegerField(default=0)),
                (
                    "organization_name",
                    models.CharField(blank=True, max_length=200, verbose_name="organization"),
                ),
                ("contact_name", models.CharField(blank=True, max_length=150, verbose_name="contact")),
                (
                    "contact_email",
                    models.EmailField(blank=True, max_length=254, verbose_name="contact e-mail"),
                ),
                ("applicant_key", models.CharField(editable=False, max_length=60, null=True)),
                (
                    "tenant_answer",
                    models.JSONField(
                        blank=True,
                        db_default=models.Value({}, models.JSONField()),
                        default=dict,
                        editable=False,
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created")),
                ("submitted_at", models.DateTimeField(null=True, verbose_name="submitted")),
                ("respond_by", models.DateTimeField(null=True, verbose_name="answer due")),
                ("auto_review_at", models.DateTimeField(null=True, verbose_name="desk answers at")),
                ("taken_at", models.DateTimeField(null=True, verbose_name="taken")),
                ("escalated_at", models.DateTimeField(null=True, verbose_name="escalated")),
                ("warned_at", models.DateTimeField(null=True, verbose_name="reviewers warned")),
                ("decided_at", models.DateTimeField(null=True, verbose_name="decided")),
                ("decision_code", models.CharField(blank=True, max_length=40, verbose_name="reason")),
                ("decision_text", models.TextField(blank=True, verbose_name="reason in words")),
                ("error", models.TextField(blank=True, verbose_name="why it was set aside")),
                (
                    "reviewer",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "intake form",
                "verbose_name_plural": "intake forms",
            },
            bases=(django_fsm.FSMModelMixin, models.Model),
        ),
        migrations.CreateModel(
            name="Attachment",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("file", models.FileField(upload_to=gcc_portal.intake.models.attachment_path)),
                ("name", models.CharField(max_length=150, verbose_name="name")),
                ("content_type", models.CharField(max_length=100, verbose_name="type")),
                ("size", models.PositiveIntegerField(verbose_name="size in bytes")),
                ("sha256", models.CharField(max_length=64)),
                ("uploaded_at", models.DateTimeField(auto_now_add=True, verbose_name="uploaded")),
                ("removed_at", models.DateTimeField(editable=False, null=True, verbose_name="removed")),
                (
                    "form",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="attachments",
                        to="gcc_portal.intakeform",
                    ),
                ),
            ],
            options={
                "verbose_name": "attachment",
                "verbose_name_plural": "attachments",
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="OutboxMail",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("kind", models.CharField(max_length=60, verbose_name="kind of e-mail")),
                ("key", models.CharField(max_length=120, unique=True)),
                ("about_type", models.CharField(max_length=40)),
                ("about_id", models.CharField(max_length=64)),
                ("partner_id", models.BigIntegerField(null=True)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "email",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="outbox",
                        to="post_office.email",
                    ),
                ),
            ],
            options={
                "verbose_name": "outgoing mail",
                "verbose_name_plural": "outgoing mails",
            },
        ),
        migrations.CreateModel(
            name="RepeatableCall",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("partner_id", models.BigIntegerField()),
                ("verb", models.CharField(max_length=6)),
                ("path", models.CharField(max_length=64)),
                ("request_id", models.UUIDField()),
                ("body", models.CharField(max_length=64)),
                ("status", models.PositiveSmallIntegerField()),
                ("answer", models.TextField()),
                ("at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
            options={
                "verbose_name": "repeatable call",
                "verbose_name_plural": "repeatable calls",
                "indexes": [models.Index(fields=["at"], name="repeatable_by_age")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("partner_id", "verb", "path", "request_id"), name="one_answer_a_request_id"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Submission",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveSmallIntegerField(verbose_name="number")),
                ("answers", models.JSONField(verbose_name="answers")),
                ("terms_version", models.CharField(max_length=20, verbose_name="version of the terms")),
                ("signatory_name", models.CharField(max_length=150, verbose_name="signed by")),
                ("signatory_title", models.CharField(max_length=150, verbose_name="title")),
                ("signed_at", models.DateTimeField(verbose_name="signed at")),
                ("signed_from", models.CharField(blank=True, max_length=45, verbose_name="signed from")),
                ("respond_by", models.DateTimeField(verbose_name="answer due")),
                (
                    "answer",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("approved", "Approved"),
                            ("declined", "Declined"),
                            ("information_requested", "Information requested"),
                            ("under_review", "Still under review"),
                        ],
                        max_length=24,
                        verbose_name="answer",
                    ),
                ),
                ("answered_at", models.DateTimeField(null=True, verbose_name="answered")),
                (
                    "notices",
                    models.PositiveSmallIntegerField(
                        default=0, verbose_name="notices that it is still under review"
                    ),
                ),
                (
                    "form",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="submissions",
                        to="gcc_portal.intakeform",
                    ),
                ),
                (
                    "signed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "submission",
                "verbose_name_plural": "submissions",
                "ordering": ["form_id", "number"],
            },
        ),
        migrations.CreateModel(
            name="InformationPoint",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("field", models.CharField(max_length=40, verbose_name="field")),
                ("text", models.TextField(verbose_name="what is wanted")),
                (
                    "submission",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="points",
                        to="gcc_portal.submission",
                    ),
                ),
            ],
            options={
                "verbose_name": "information point",
                "verbose_name_plural": "information points",
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="Check",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.CharField(max_length=40)),
                ("label", models.CharField(max_length=150, verbose_name="check")),
                ("asked", models.TextField(verbose_name="asked")),
                ("came_back", models.TextField(verbose_name="came back")),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("pass", "Pass"),
                            ("warn", "Warning"),
                            ("fail", "Fail"),
                            ("could_not_check", "Could not check"),
                        ],
                        max_length=16,
                        verbose_name="outcome",
                    ),
                ),
                ("field", models.CharField(blank=True, max_length=40)),
                ("question", models.TextField(blank=True, verbose_name="asked of the applicant")),
                ("forbids", models.BooleanField(default=False)),
                ("ran_at", models.DateTimeField(auto_now_add=True, verbose_name="when")),
                (
                    "submission",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="checks",
                        to="gcc_portal.submission",
                    ),
                ),
            ],
            options={
                "verbose_name": "check",
                "verbose_name_plural": "checks",
                "ordering": ["submission_id", "id"],
            },
        ),
        migrations.AddConstraint(
            model_name="user",
            constraint=models.UniqueConstraint(
                django.db.models.functions.text.Lower("email"), name="user_email_once"
            ),
        ),
        migrations.AddIndex(
            model_name="auditentry",
            index=models.Index(fields=["object_type", "object_id", "-id"], name="audit_of_object"),
        ),
        migrations.AddIndex(
            model_name="auditentry",
            index=models.Index(fields=["partner_id", "-at", "-id"], name="audit_of_partner"),
        ),
        migrations.AddIndex(
            model_name="auditentry",
            index=models.Index(
                condition=models.Q(("refused", True)),
                fields=["partner_id", "-at", "-id"],
                name="audit_refused_partner",
            ),
        ),
        migrations.AddIndex(
            model_name="auditentry",
            index=models.Index(
                condition=models.Q(("refused", True)), fields=["-at", "-id"], name="audit_refused"
            ),
        ),
        migrations.AddIndex(
            model_name="auditentry",
            index=models.Index(fields=["-at", "-id"], name="audit_by_time"),
        ),
        migrations.AddIndex(
            model_name="intakeform",
            index=models.Index(
                condition=models.Q(("state__in", ("submitted", "in_review"))),
                fields=["respond_by", "id"],
                name="review_queue",
            ),
        ),
        migrations.AddIndex(
            model_name="intakeform",
            index=models.Index(
                condition=models.Q(("state__in", ("submitted", "in_review"))),
                fields=["kind", "respond_by", "id"],
                name="review_queue_by_kind",
            ),
        ),
        migrations.AddIndex(
            model_name="intakeform",
            index=models.Index(
                django.db.models.functions.comparison.Coalesce("reviewer_id", 0),
                models.F("respond_by"),
                models.F("id"),
                condition=models.Q(("state__in", ("submitted", "in_review"))),
                name="review_queue_by_reviewer",
            ),
        ),
        migrations.AddIndex(
            model_name="intakeform",
            index=models.Index(
                condition=models.Q(
                    ("escalated_at__isnull", False), ("state__in", ("submitted", "in_review"))
                ),
                fields=["respond_by", "id"],
                name="review_queue_escalated",
            ),
        ),
        migrations.AddIndex(
            model_name="intakeform",
            index=models.Index(fields=["state", "id"], name="forms_by_state"),
        ),
        migrations.AddIndex(
            model_name="intakeform",
            index=models.Index(
                condition=models.Q(("reviewer", None), ("state", "submitted")),
                fields=["auto_review_at"],
                name="auto_review_queue",
            ),
        ),
        migrations.AddIndex(
            model_name="intakeform",
            index=models.Index(
                condition=models.Q(
                    ("state__in", ("submitted", "in_review")), models.Q(("error", ""), _negated=True)
                ),
                fields=["respond_by"],
                name="forms_set_aside",
            ),
        ),
        migrations.AddIndex(
            model_name="intakeform",
            index=models.Index(
                django.db.models.functions.text.Upper("organization_name"), name="form_of_organization"
            ),
        ),
        migrations.AddIndex(
            model_name="intakeform",
            index=models.Index(
                django.db.models.functions.comparison.Collate(
                    django.db.models.functions.text.Upper("organization_name"), "C"
                ),
                name="form_by_organization",
            ),
        ),
        migrations.AddIndex(
            model_name="intakeform",
            index=models.Index(
                django.db.models.functions.comparison.Collate(
                    django.db.models.functions.text.Upper("contact_email"), "C"
                ),
                name="form_by_email",
            ),
        ),
        migrations.AddConstraint(
            model_name="intakeform",
            constraint=models.UniqueConstraint(
                condition=models.Q(
                    ("state__in", ("draft", "submitted", "in_review", "information_requested"))
                ),
                fields=("applicant_key",),
                name="one_open_form_an_organization",
            ),
        ),
        migrations.AddConstraint(
            model_name="intakeform",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state__in", ("submitted", "in_review")), _negated=True),
                    ("respond_by__isnull", False),
                    _connector="OR",
                ),
                name="waiting_form_has_deadline",
            ),
        ),
        migrations.AddIndex(
            model_name="outboxmail",
            index=models.Index(fields=["about_type", "about_id", "-id"], name="mail_about_object"),
        ),
        migrations.AddConstraint(
            model_name="submission",
            constraint=models.UniqueConstraint(fields=("form", "number"), name="submission_number_once"),
        ),
        migrations.AddConstraint(
            model_name="submission",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("answer", ""), ("answered_at", None)),
                    models.Q(models.Q(("answer", ""), _negated=True), ("answered_at__isnull", False)),
                    _connector="OR",
                ),
                name="submission_answer_has_a_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="check",
            constraint=models.UniqueConstraint(fields=("submission", "code"), name="check_once_a_submission"),
        ),
    ]
