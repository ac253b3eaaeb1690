"""The tables as they are; nothing has been released yet, so there is one migration."""

import datetime
import uuid

import django.db.models.deletion
import django.db.models.expressions
import django.utils.timezone
import django_fsm
from django.conf import settings
from django.db import migrations, models

import customers.models.validation
import partners.models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("gcc_portal", "0001_initial"),
        ("partners", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Customer",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, primary_key=True, serialize=False, verbose_name="tenant ID"
                    ),
                ),
                ("name", models.CharField(max_length=200, verbose_name="legal name")),
                ("domain", models.CharField(max_length=253, unique=True, verbose_name="domain")),
                ("email", models.EmailField(blank=True, max_length=254, verbose_name="e-mail")),
                ("first_name", models.CharField(blank=True, max_length=50, verbose_name="first name")),
                ("last_name", models.CharField(blank=True, max_length=50, verbose_name="last name")),
                ("address_line1", models.CharField(blank=True, max_length=200, verbose_name="address")),
                (
                    "address_line2",
                    models.CharField(blank=True, max_length=200, verbose_name="address, second line"),
                ),
                ("city", models.CharField(blank=True, max_length=100, verbose_name="city")),
                ("state", models.CharField(blank=True, max_length=2, verbose_name="state")),
                ("postal_code", models.CharField(blank=True, max_length=10, verbose_name="ZIP code")),
                ("country", models.CharField(default="US", max_length=2, verbose_name="country")),
                ("phone", models.CharField(blank=True, max_length=30, verbose_name="phone")),
                ("culture", models.CharField(default="en-US", max_length=10, verbose_name="culture")),
                ("language", models.CharField(default="en", max_length=10, verbose_name="language")),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="since")),
            ],
            options={
                "verbose_name": "customer",
                "verbose_name_plural": "customers",
                "ordering": ["name", "id"],
                "indexes": [
                    models.Index(fields=["name", "id"], name="customer_by_name"),
                    models.Index(fields=["created_at", "id"], name="customer_by_age"),
                ],
            },
        ),
        migrations.CreateModel(
            name="CustomerForm",
            fields=[
                (
                    "intakeform_ptr",
                    models.OneToOneField(
                        auto_created=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        parent_link=True,
                        primary_key=True,
                        serialize=False,
                        to="gcc_portal.intakeform",
                    ),
                ),
                (
                    "access_token",
                    models.CharField(
                        default=partners.models.new_token, editable=False, max_length=64, unique=True
                    ),
                ),
                (
                    "partner",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="customer_forms",
                        to="partners.partner",
                        verbose_name="partner",
                    ),
                ),
            ],
            options={
                "verbose_name": "customer intake form",
                "verbose_name_plural": "customer intake forms",
            },
            bases=("gcc_portal.intakeform",),
        ),
        migrations.CreateModel(
            name="ValidationId",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "number",
                    models.CharField(
                        default=customers.models.validation.new_number,
                        editable=False,
                        max_length=12,
                        unique=True,
                        verbose_name="validation ID",
                    ),
                ),
                ("organization_name", models.CharField(max_length=200, verbose_name="organization")),
                ("web_domain", models.CharField(blank=True, max_length=253, verbose_name="web domain")),
                ("max_creates", models.PositiveSmallIntegerField(verbose_name="creates in all")),
                ("reserved", models.PositiveSmallIntegerField(default=0, verbose_name="under way")),
                ("used", models.PositiveSmallIntegerField(default=0, verbose_name="used")),
                (
                    "state",
                    django_fsm.FSMField(
                        choices=[
                            ("issued", "Issued"),
                            ("exhausted", "Exhausted"),
                            ("expired", "Expired"),
                            ("revoked", "Revoked"),
                        ],
                        default="issued",
                        max_length=12,
                        protected=True,
                        verbose_name="state",
                    ),
                ),
                ("issued_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="issued")),
                ("expires_at", models.DateTimeField(verbose_name="expires")),
                (
                    "form",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="validation_id",
                        to="customers.customerform",
                    ),
                ),
                (
                    "partner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="validation_ids",
                        to="partners.partner",
                    ),
                ),
            ],
            options={
                "verbose_name": "validation ID",
                "verbose_name_plural": "validation IDs",
                "ordering": ["-issued_at", "-id"],
            },
            bases=(django_fsm.FSMModelMixin, models.Model),
        ),
        migrations.CreateModel(
            name="SpecialQualification",
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
                        choices=[
                            ("education", "Education"),
                            ("nonprofit", "Nonprofit"),
                            ("government_community_cloud", "Government Community Cloud"),
                            ("state_owned_entity", "State-owned entity"),
                        ],
                        max_length=32,
                        verbose_name="special qualification",
                    ),
                ),
                (
                    "state",
                    django_fsm.FSMField(
                        choices=[
                            ("none", "None"),
                            ("in_review", "In review"),
                            ("granted", "Granted"),
                            ("denied", "Denied"),
                            ("revoked", "Revoked"),
                        ],
                        default="none",
                        max_length=12,
                        protected=True,
                        verbose_name="state",
                    ),
                ),
                ("source", models.CharField(blank=True, max_length=200, verbose_name="how it is known")),
                ("reason", models.TextField(blank=True, verbose_name="reason")),
                ("changed_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="since")),
                (
                    "customer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="qualifications",
                        to="customers.customer",
                    ),
                ),
                (
                    "validation",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="qualifications",
                        to="customers.validationid",
                    ),
                ),
            ],
            options={
                "verbose_name": "special qualification",
                "verbose_name_plural": "special qualifications",
            },
            bases=(django_fsm.FSMModelMixin, models.Model),
        ),
        migrations.CreateModel(
            name="CustomerCreation",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "state",
                    django_fsm.FSMField(
                        choices=[
                            ("draft", "Draft"),
                            ("qualification_checked", "Qualification checked"),
                            ("provisioning", "Provisioning"),
                            ("active", "Created"),
                            ("failed", "Failed"),
                        ],
                        default="draft",
                        max_length=24,
                        protected=True,
                        verbose_name="state",
                    ),
                ),
                ("revision", models.PositiveIntegerField(default=0)),
                ("answers", models.JSONField(blank=True, default=dict)),
                ("company_name", models.CharField(blank=True, max_length=200, verbose_name="legal name")),
                ("domain", models.CharField(blank=True, max_length=253, verbose_name="domain")),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("failure", models.TextField(blank=True, verbose_name="what went wrong")),
                ("progress", models.CharField(blank=True, max_length=40, verbose_name="progress")),
                (
                    "admin_user_name",
                    models.CharField(blank=True, max_length=300, verbose_name="admin user name"),
                ),
                ("sealed_password", models.TextField(blank=True)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="begun")),
                (
                    "changed_at",
                    models.DateTimeField(default=django.utils.timezone.now, verbose_name="last changed"),
                ),
                ("started_at", models.DateTimeField(null=True, verbose_name="provisioning began")),
                ("finished_at", models.DateTimeField(null=True, verbose_name="finished")),
                (
                    "created_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "customer",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="creation",
                        to="customers.customer",
                    ),
                ),
                (
                    "partner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="creations",
                        to="partners.partner",
                    ),
                ),
                (
                    "validation",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="creations",
                        to="customers.validationid",
                    ),
                ),
            ],
            options={
                "verbose_name": "customer creation",
                "verbose_name_plural": "customer creations",
                "ordering": ["-id"],
            },
            bases=(django_fsm.FSMModelMixin, models.Model),
        ),
        migrations.CreateModel(
            name="ValidationUse",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[("reserved", "Under way"), ("used", "Used"), ("released", "Released")],
                        default="reserved",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                ("by_label", models.CharField(max_length=200, verbose_name="who")),
                (
                    "reserved_at",
                    models.DateTimeField(default=django.utils.timezone.now, verbose_name="reserved"),
                ),
                ("settled_at", models.DateTimeField(null=True, verbose_name="used or released")),
                ("reason", models.TextField(blank=True, verbose_name="reason")),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "creation",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="validation_uses",
                        to="customers.customercreation",
                    ),
                ),
                (
                    "customer",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="customers.customer",
                    ),
                ),
                (
                    "validation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="uses",
                        to="customers.validationid",
                    ),
                ),
            ],
            options={
                "verbose_name": "use of a validation ID",
                "verbose_name_plural": "uses of validation IDs",
                "ordering": ["-id"],
            },
        ),
        migrations.CreateModel(
            name="CustomerAgreement",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "how",
                    models.CharField(
                        choices=[
                            ("attested", "Attested by the partner"),
                            ("accepted", "Accepted by the customer"),
                        ],
                        max_length=10,
                        verbose_name="how",
                    ),
                ),
                ("first_name", models.CharField(max_length=50, verbose_name="first name")),
                ("last_name", models.CharField(max_length=50, verbose_name="last name")),
                ("email", models.EmailField(max_length=254, verbose_name="e-mail")),
                ("phone", models.CharField(blank=True, max_length=30, verbose_name="phone")),
                ("agreed_on", models.DateField(verbose_name="accepted on")),
                (
                    "template_version",
                    models.CharField(max_length=20, verbose_name="version of the agreement"),
                ),
                (
                    "recorded_at",
                    models.DateTimeField(default=django.utils.timezone.now, verbose_name="recorded"),
                ),
                ("recorded_from", models.CharField(blank=True, max_length=45, verbose_name="from address")),
                (
                    "customer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="agreements",
                        to="customers.customer",
                    ),
                ),
                (
                    "partner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="partners.partner"
                    ),
                ),
                (
                    "recorded_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "customer agreement",
                "verbose_name_plural": "customer agreements",
                "ordering": ["-id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("agreed_on__gte", datetime.date(2019, 1, 1))),
                        name="agreed_since_there_is_an_agreement",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Relationship",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "state",
                    django_fsm.FSMField(
                        choices=[
                            ("invited", "Invited"),
                            ("active", "Active"),
                            ("declined", "Declined"),
                            ("expired", "Expired"),
                            ("ended", "Ended"),
                        ],
                        default="invited",
                        max_length=10,
                        protected=True,
                        verbose_name="state",
                    ),
                ),
                ("is_request", models.BooleanField(default=True)),
                (
                    "for_gcc",
                    models.BooleanField(
                        default=True, verbose_name="for a Government Community Cloud customer"
                    ),
                ),
                ("organization_name", models.CharField(max_length=200, verbose_name="organization")),
                ("contact_name", models.CharField(blank=True, max_length=150, verbose_name="contact")),
                (
                    "contact_email",
                    models.EmailField(blank=True, max_length=254, verbose_name="contact e-mail"),
                ),
                (
                    "token",
                    models.CharField(
                        default=partners.models.new_token, editable=False, max_length=64, unique=True
                    ),
                ),
                ("message_subject", models.CharField(blank=True, max_length=200, verbose_name="subject")),
                ("message", models.TextField(blank=True, verbose_name="message")),
                ("revision", models.PositiveIntegerField(default=0)),
                (
                    "created_at",
                    models.DateTimeField(default=django.utils.timezone.now, verbose_name="requested"),
                ),
                ("sent_at", models.DateTimeField(null=True, verbose_name="last sent")),
                ("sends", models.PositiveSmallIntegerField(default=0)),
                ("expires_at", models.DateTimeField(null=True, verbose_name="expires")),
                ("cancelled_at", models.DateTimeField(null=True, verbose_name="cancelled")),
                ("answered_at", models.DateTimeField(null=True, verbose_name="answered")),
                ("answered_by", models.CharField(blank=True, max_length=200, verbose_name="answered by")),
                ("decline_reason", models.TextField(blank=True, verbose_name="reason")),
                ("ended_at", models.DateTimeField(null=True, verbose_name="ended")),
                ("customer_name", models.TextField(db_collation="C", editable=False, null=True)),
                ("customer_domain", models.TextField(db_collation="C", editable=False, null=True)),
                ("customer_since", models.DateTimeField(editable=False, null=True)),
                (
                    "created_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "customer",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="relationships",
                        to="customers.customer",
                    ),
                ),
                (
                    "partner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="relationships",
                        to="partners.partner",
                    ),
                ),
                (
                    "reseller",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="served",
                        to="partners.partner",
                    ),
                ),
            ],
            options={
                "verbose_name": "relationship",
                "verbose_name_plural": "relationships",
                "ordering": ["-created_at", "-id"],
                "indexes": [
                    models.Index(fields=["partner", "-created_at"], name="relationship_of_partner"),
                    models.Index(
                        condition=models.Q(("is_request", True)),
                        fields=["partner", "-created_at", "-id"],
                        name="requests_of_partner",
                    ),
                    models.Index(
                        condition=models.Q(("is_request", True), ("state", "invited")),
                        fields=["partner", "-created_at", "-id"],
                        name="requests_open",
                    ),
                    models.Index(
                        condition=models.Q(("state", "invited")),
                        fields=["expires_at", "id"],
                        name="requests_by_expiry",
                    ),
                    models.Index(
                        condition=models.Q(("state", "active")),
                        fields=["partner", "customer_name", "customer"],
                        name="active_customers_by_name",
                    ),
                    models.Index(
                        condition=models.Q(("state", "active")),
                        fields=["partner", "customer_since", "customer"],
                        name="active_customers_by_since",
                    ),
                    models.Index(
                        condition=models.Q(("state", "active")),
                        fields=["partner", "customer_domain"],
                        name="active_customers_by_domain",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state", "active")),
                        fields=("partner", "customer"),
                        name="one_active_relationship_a_pair",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "active"), _negated=True),
                            ("customer__isnull", False),
                            _connector="OR",
                        ),
                        name="active_relationship_has_customer",
                    ),
                ],
            },
            bases=(django_fsm.FSMModelMixin, models.Model),
        ),
        migrations.AddIndex(
            model_name="validationid",
            index=models.Index(fields=["partner", "-issued_at", "-id"], name="validation_of_partner"),
        ),
        migrations.AddIndex(
            model_name="validationid",
            index=models.Index(
                condition=models.Q(("state", "issued")),
                fields=["partner", "-issued_at", "-id"],
                name="validation_in_force",
            ),
        ),
        migrations.AddIndex(
            model_name="validationid",
            index=models.Index(fields=["-issued_at", "-id"], name="validation_by_age"),
        ),
        migrations.AddIndex(
            model_name="validationid",
            index=models.Index(
                condition=models.Q(("state", "issued")),
                fields=["expires_at", "id"],
                name="validation_by_expiry",
            ),
        ),
        migrations.AddConstraint(
            model_name="validationid",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "max_creates__gte",
                        django.db.models.expressions.CombinedExpression(
                            models.F("reserved"), "+", models.F("used")
                        ),
                    )
                ),
                name="validation_id_never_overdrawn",
            ),
        ),
        migrations.AddIndex(
            model_name="specialqualification",
            index=models.Index(
                condition=models.Q(("state", "granted")), fields=["kind", "customer"], name="granted_of_kind"
            ),
        ),
        migrations.AddConstraint(
            model_name="specialqualification",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state__in", ("none", "in_review", "granted"))),
                fields=("customer", "kind"),
                name="one_live_qualification_a_kind",
            ),
        ),
        migrations.AddIndex(
            model_name="customercreation",
            index=models.Index(
                condition=models.Q(("state", "active"), _negated=True),
                fields=["partner", "-id"],
                name="creations_in_progress",
            ),
        ),
        migrations.AddIndex(
            model_name="customercreation",
            index=models.Index(
                condition=models.Q(("state", "provisioning")),
                fields=["started_at"],
                name="creations_under_way",
            ),
        ),
        migrations.AddConstraint(
            model_name="customercreation",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state__in", ("provisioning", "active"))),
                fields=("domain",),
                name="one_creation_a_domain",
            ),
        ),
        migrations.AddConstraint(
            model_name="validationuse",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state__in", ("reserved", "used"))),
                fields=("creation",),
                name="one_live_use_a_creation",
            ),
        ),
    ]
