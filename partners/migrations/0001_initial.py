"""The tables as they are; nothing has been released yet, so there is one migration."""

import django.db.models.deletion
import django.db.models.functions.text
import django_fsm
from django.conf import settings
from django.db import migrations, models

import partners.models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("allauth_idp_oidc", "0003_client_allow_uri_wildcards"),
        ("gcc_portal", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Partner",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=200, verbose_name="legal name")),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("direct_bill", "Direct bill partner"),
                            ("indirect_provider", "Indirect provider"),
                            ("indirect_reseller", "Indirect reseller"),
                        ],
                        max_length=20,
                        verbose_name="role",
                    ),
                ),
                ("csp_enrolled", models.BooleanField(default=True, verbose_name="enrolled in CSP")),
                ("tenant_id", models.UUIDField(unique=True, verbose_name="tenant ID (Microsoft ID)")),
                ("domain", models.CharField(max_length=253, verbose_name="default domain")),
                ("mpn_id", models.CharField(max_length=20, verbose_name="partner ID (MPN)")),
                ("web_domain", models.CharField(blank=True, max_length=253, verbose_name="web domain")),
                ("email", models.EmailField(blank=True, max_length=254, verbose_name="e-mail")),
                ("phone", models.CharField(blank=True, max_length=30, verbose_name="phone")),
                ("address_line1", models.CharField(blank=True, max_length=200, verbose_name="address")),
                (
                    "address_line2",
                    models.CharField(blank=True, max_length=200, verbose_name="address, second line"),
                ),
                ("city", models.CharField(blank=True, max_length=100, verbose_name="city")),
                ("state", models.CharField(blank=True, max_length=2, verbose_name="state")),
                ("postal_code", models.CharField(blank=True, max_length=10, verbose_name="ZIP code")),
                (
                    "qualification",
                    django_fsm.FSMField(
                        choices=[
                            ("none", "None"),
                            ("pending", "Pending"),
                            ("qualified", "Qualified"),
                            ("revoked", "Revoked"),
                        ],
                        default="none",
                        max_length=12,
                        protected=True,
                        verbose_name="Government Community Cloud",
                    ),
                ),
                ("qualified_at", models.DateTimeField(blank=True, null=True, verbose_name="qualified since")),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "provider",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="resellers",
                        to="partners.partner",
                    ),
                ),
            ],
            options={
                "verbose_name": "partner",
                "verbose_name_plural": "partners",
                "ordering": ["name"],
            },
            bases=(django_fsm.FSMModelMixin, models.Model),
        ),
        migrations.CreateModel(
            name="OrganizationProfiles",
            fields=[
                (
                    "partner",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="profiles",
                        serialize=False,
                        to="partners.partner",
                    ),
                ),
                ("culture", models.CharField(default="en-US", max_length=10, verbose_name="culture")),
                ("language", models.CharField(default="en", max_length=10, verbose_name="language")),
                ("legal", models.JSONField(blank=True, default=dict, verbose_name="legal business profile")),
                ("billing", models.JSONField(blank=True, default=dict, verbose_name="billing profile")),
                ("support", models.JSONField(blank=True, default=dict, verbose_name="support profile")),
            ],
            options={
                "verbose_name": "organization's API profiles",
                "verbose_name_plural": "organizations' API profiles",
            },
        ),
        migrations.CreateModel(
            name="Invitation",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("email", models.EmailField(max_length=254, verbose_name="e-mail address")),
                (
                    "role",
                    models.CharField(
                        choices=[("admin_agent", "Admin agent"), ("sales_agent", "Sales agent")],
                        max_length=12,
                        verbose_name="role",
                    ),
                ),
                (
                    "token",
                    models.CharField(
                        default=partners.models.new_token, editable=False, max_length=64, unique=True
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="invited")),
                ("expires_at", models.DateTimeField(verbose_name="expires")),
                ("sends", models.PositiveSmallIntegerField(default=0)),
                ("accepted_at", models.DateTimeField(null=True, verbose_name="accepted")),
                ("cancelled_at", models.DateTimeField(null=True, verbose_name="cancelled")),
                (
                    "invited_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "partner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="invitations",
                        to="partners.partner",
                    ),
                ),
            ],
            options={
                "verbose_name": "invitation",
                "verbose_name_plural": "invitations",
            },
        ),
        migrations.CreateModel(
            name="ApiApplication",
            fields=[
                (
                    "client",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="application",
                        serialize=False,
                        to="allauth_idp_oidc.client",
                    ),
                ),
                ("name", models.CharField(max_length=100, verbose_name="name")),
                (
                    "kind",
                    models.CharField(
                        choices=[("app_only", "App-only"), ("app_user", "App+User")],
                        max_length=8,
                        verbose_name="signs in as",
                    ),
                ),
                (
                    "role",
                    models.CharField(
                        choices=[("admin_agent", "Admin agent"), ("sales_agent", "Sales agent")],
                        max_length=12,
                        verbose_name="role",
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="made")),
                ("rotated_at", models.DateTimeField(null=True, verbose_name="secret renewed")),
                ("revoked_at", models.DateTimeField(null=True, verbose_name="revoked")),
                ("last_used_at", models.DateTimeField(null=True, verbose_name="last used")),
                (
                    "created_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "partner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="applications",
                        to="partners.partner",
                    ),
                ),
            ],
            options={
                "verbose_name": "API application",
                "verbose_name_plural": "API applications",
                "ordering": ["name", "client"],
            },
        ),
        migrations.CreateModel(
            name="Agent",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "role",
                    models.CharField(
                        choices=[("admin_agent", "Admin agent"), ("sales_agent", "Sales agent")],
                        max_length=12,
                        verbose_name="role",
                    ),
                ),
                ("is_active", models.BooleanField(default=True, verbose_name="active")),
                ("joined_at", models.DateTimeField(auto_now_add=True, verbose_name="joined")),
                (
                    "user",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="agent",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "partner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="agents",
                        to="partners.partner",
                    ),
                ),
            ],
            options={
                "verbose_name": "agent",
                "verbose_name_plural": "agents",
            },
        ),
        migrations.CreateModel(
            name="PartnerForm",
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
                    "partner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="intake_forms",
                        to="partners.partner",
                    ),
                ),
            ],
            options={
                "verbose_name": "partner intake form",
                "verbose_name_plural": "partner intake forms",
            },
            bases=("gcc_portal.intakeform",),
        ),
        migrations.AddConstraint(
            model_name="partner",
            constraint=models.CheckConstraint(
                condition=models.Q(("provider", None), ("role", "indirect_reseller"), _connector="OR"),
                name="only_a_reseller_has_a_provider",
            ),
        ),
        migrations.AddConstraint(
            model_name="partner",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("qualification", "qualified"), _negated=True),
                    models.Q(("role", "indirect_reseller"), _negated=True),
                    _connector="OR",
                ),
                name="a_reseller_is_never_qualified",
            ),
        ),
        migrations.AddConstraint(
            model_name="invitation",
            constraint=models.UniqueConstraint(
                django.db.models.functions.text.Lower("email"),
                models.F("partner"),
                condition=models.Q(("accepted_at", None), ("cancelled_at", None)),
                name="one_open_invitation_an_address",
            ),
        ),
        migrations.AddIndex(
            model_name="apiapplication",
            index=models.Index(fields=["partner", "name"], name="applications_of_partner"),
        ),
    ]
