"""The tables as they are; nothing has been released yet, so there is one migration."""

import uuid

import django.db.models.constraints
import django.db.models.deletion
import django.utils.timezone
import django_fsm
from django.conf import settings
from django.db import migrations, models

import orders.models.order


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("customers", "0001_initial"),
        ("partners", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Offer",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("product_id", models.CharField(max_length=12, verbose_name="product ID")),
                ("sku_id", models.CharField(max_length=4, verbose_name="SKU ID")),
                ("availability_id", models.CharField(max_length=12, verbose_name="availability ID")),
                ("title", models.CharField(max_length=200, verbose_name="product")),
                ("sku_title", models.CharField(max_length=200, verbose_name="title")),
                ("description", models.TextField(blank=True, verbose_name="description")),
                ("category", models.CharField(blank=True, max_length=100, verbose_name="category")),
                (
                    "segment",
                    models.CharField(
                        choices=[
                            ("government", "Government"),
                            ("commercial", "Commercial"),
                            ("education", "Education"),
                            ("nonprofit", "Nonprofit"),
                        ],
                        max_length=12,
                        verbose_name="segment",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[("base", "Base"), ("addon", "Add-on"), ("trial", "Trial")],
                        max_length=8,
                        verbose_name="kind",
                    ),
                ),
                ("string_id", models.CharField(blank=True, max_length=100, verbose_name="string ID")),
                ("sku_guid", models.UUIDField(blank=True, null=True, verbose_name="SKU GUID")),
                ("terms", models.JSONField(default=list, verbose_name="terms")),
                ("billing_cycles", models.JSONField(default=list, verbose_name="billing cycles")),
                (
                    "unit",
                    models.CharField(
                        choices=[("seat", "seat"), ("gigabyte", "gigabyte"), ("unit", "unit")],
                        default="seat",
                        max_length=8,
                        verbose_name="unit",
                    ),
                ),
                ("min_quantity", models.PositiveIntegerField(default=1, verbose_name="fewest seats")),
                ("max_quantity", models.PositiveIntegerField(default=10000000, verbose_name="most seats")),
                (
                    "price_cents",
                    models.PositiveIntegerField(verbose_name="demo price, US cents per unit and month"),
                ),
                ("is_active", models.BooleanField(default=True, verbose_name="for sale")),
                (
                    "prerequisites",
                    models.ManyToManyField(
                        blank=True, related_name="addons", to="orders.offer", verbose_name="needs one of"
                    ),
                ),
            ],
            options={
                "verbose_name": "offer",
                "verbose_name_plural": "offers",
                "ordering": ["sku_title", "id"],
            },
        ),
        migrations.CreateModel(
            name="Order",
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
                        default=orders.models.order.new_number,
                        editable=False,
                        max_length=14,
                        unique=True,
                        verbose_name="order number",
                    ),
                ),
                (
                    "state",
                    django_fsm.FSMField(
                        choices=[
                            ("cart", "Cart"),
                            ("submitted", "Submitted"),
                            ("processing", "Processing"),
                            ("completed", "Completed"),
                            ("failed", "Failed"),
                            ("cancelled", "Cancelled"),
                        ],
                        default="cart",
                        max_length=10,
                        protected=True,
                        verbose_name="state",
                    ),
                ),
                ("revision", models.PositiveIntegerField(default=0)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="begun")),
                (
                    "expires_at",
                    models.DateTimeField(
                        default=orders.models.order.cart_expiry, verbose_name="cart kept until"
                    ),
                ),
                ("submitted_at", models.DateTimeField(null=True, verbose_name="submitted")),
                ("finished_at", models.DateTimeField(null=True, verbose_name="finished")),
                ("touched_at", models.DateTimeField(null=True)),
                ("attempts", models.PositiveSmallIntegerField(default=0, verbose_name="fulfilments begun")),
                ("line_count", models.PositiveIntegerField(default=0, verbose_name="lines")),
                ("month_cents", models.BigIntegerField(default=0, verbose_name="a month, US cents")),
                ("due_cents", models.BigIntegerField(default=0, verbose_name="on the first bill, US cents")),
                (
                    "application",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="orders",
                        to="partners.apiapplication",
                    ),
                ),
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
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="orders",
                        to="customers.customer",
                    ),
                ),
                (
                    "partner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="orders",
                        to="partners.partner",
                    ),
                ),
            ],
            options={
                "verbose_name": "order",
                "verbose_name_plural": "orders",
                "ordering": ["-submitted_at", "-id"],
            },
            bases=(django_fsm.FSMModelMixin, models.Model),
        ),
        migrations.CreateModel(
            name="ApiCart",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                        verbose_name="cart ID",
                    ),
                ),
                ("lines", models.JSONField(default=list, verbose_name="lines")),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="begun")),
                (
                    "changed_at",
                    models.DateTimeField(default=django.utils.timezone.now, verbose_name="last changed"),
                ),
                (
                    "expires_at",
                    models.DateTimeField(default=orders.models.order.cart_expiry, verbose_name="kept until"),
                ),
                (
                    "application",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="carts",
                        to="partners.apiapplication",
                    ),
                ),
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
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="api_carts",
                        to="customers.customer",
                    ),
                ),
                (
                    "partner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="api_carts",
                        to="partners.partner",
                    ),
                ),
                (
                    "order",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="api_cart",
                        to="orders.order",
                        verbose_name="order",
                    ),
                ),
            ],
            options={
                "verbose_name": "API cart",
                "verbose_name_plural": "API carts",
            },
        ),
        migrations.CreateModel(
            name="OrderLine",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("catalog_item_id", models.CharField(max_length=30)),
                ("title", models.CharField(max_length=200, verbose_name="product")),
                ("sku_title", models.CharField(max_length=200, verbose_name="title")),
                (
                    "friendly_name",
                    models.CharField(blank=True, max_length=200, verbose_name="the partner's name for it"),
                ),
                (
                    "partner_on_record",
                    models.CharField(blank=True, max_length=20, verbose_name="partner on record"),
                ),
                ("quantity", models.PositiveIntegerField(verbose_name="seats")),
                (
                    "term",
                    models.CharField(
                        choices=[("P1M", "1 month"), ("P1Y", "1 year"), ("P3Y", "3 years")],
                        max_length=3,
                        verbose_name="term",
                    ),
                ),
                (
                    "billing_cycle",
                    models.CharField(
                        choices=[
                            ("monthly", "billed monthly"),
                            ("annual", "billed yearly"),
                            ("triennial", "billed every three years"),
                        ],
                        max_length=10,
                        verbose_name="billing",
                    ),
                ),
                (
                    "unit_price_cents",
                    models.PositiveIntegerField(verbose_name="demo price per unit and month, US cents"),
                ),
                (
                    "outcome",
                    models.CharField(
                        choices=[("pending", "Waiting"), ("fulfilled", "Fulfilled"), ("failed", "Failed")],
                        default="pending",
                        max_length=10,
                        verbose_name="outcome",
                    ),
                ),
                ("cause", models.TextField(blank=True, verbose_name="cause")),
                (
                    "offer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="lines", to="orders.offer"
                    ),
                ),
                (
                    "order",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="lines", to="orders.order"
                    ),
                ),
            ],
            options={
                "verbose_name": "order line",
                "verbose_name_plural": "order lines",
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="Subscription",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                        verbose_name="subscription ID",
                    ),
                ),
                (
                    "state",
                    django_fsm.FSMField(
                        choices=[
                            ("pending", "Pending"),
                            ("active", "Active"),
                            ("suspended", "Suspended"),
                            ("cancelled", "Cancelled"),
                            ("expired", "Expired"),
                        ],
                        default="pending",
                        max_length=10,
                        protected=True,
                        verbose_name="state",
                    ),
                ),
                ("sku_title", models.CharField(max_length=200, verbose_name="title")),
                (
                    "friendly_name",
                    models.CharField(blank=True, max_length=200, verbose_name="the partner's name for it"),
                ),
                (
                    "partner_on_record",
                    models.CharField(blank=True, max_length=20, verbose_name="partner on record"),
                ),
                ("quantity", models.PositiveIntegerField(verbose_name="seats")),
                (
                    "term",
                    models.CharField(
                        choices=[("P1M", "1 month"), ("P1Y", "1 year"), ("P3Y", "3 years")],
                        max_length=3,
                        verbose_name="term",
                    ),
                ),
                (
                    "billing_cycle",
                    models.CharField(
                        choices=[
                            ("monthly", "billed monthly"),
                            ("annual", "billed yearly"),
                            ("triennial", "billed every three years"),
                        ],
                        max_length=10,
                        verbose_name="billing",
                    ),
                ),
                (
                    "unit_price_cents",
                    models.PositiveIntegerField(verbose_name="demo price per unit and month, US cents"),
                ),
                ("purchased_at", models.DateTimeField(verbose_name="purchased")),
                ("period_started_at", models.DateTimeField(verbose_name="period began")),
                ("commitment_ends_at", models.DateTimeField(verbose_name="period ends")),
                ("auto_renew", models.BooleanField(default=True, verbose_name="renews by itself")),
                (
                    "scheduled_quantity",
                    models.PositiveIntegerField(
                        blank=True, null=True, verbose_name="seats from the renewal on"
                    ),
                ),
                ("revision", models.PositiveIntegerField(default=0)),
                ("suspended_at", models.DateTimeField(null=True, verbose_name="suspended")),
                ("ended_at", models.DateTimeField(null=True, verbose_name="ended")),
                (
                    "base",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="addons",
                        to="orders.subscription",
                    ),
                ),
                (
                    "customer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="subscriptions",
                        to="customers.customer",
                    ),
                ),
                (
                    "line",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="subscription",
                        to="orders.orderline",
                    ),
                ),
                (
                    "offer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="subscriptions",
                        to="orders.offer",
                    ),
                ),
                (
                    "partner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="subscriptions",
                        to="partners.partner",
                    ),
                ),
            ],
            options={
                "verbose_name": "subscription",
                "verbose_name_plural": "subscriptions",
                "ordering": ["sku_title", "id"],
            },
            bases=(django_fsm.FSMModelMixin, models.Model),
        ),
        migrations.AddIndex(
            model_name="offer",
            index=models.Index(fields=["segment", "is_active", "sku_title"], name="offers_of_segment"),
        ),
        migrations.AddConstraint(
            model_name="offer",
            constraint=models.UniqueConstraint(fields=("product_id", "sku_id"), name="one_offer_a_sku"),
        ),
        migrations.AddConstraint(
            model_name="offer",
            constraint=models.CheckConstraint(
                condition=models.Q(("min_quantity__gte", 1), ("max_quantity__gte", models.F("min_quantity"))),
                name="offer_quantities",
            ),
        ),
        migrations.AddIndex(
            model_name="order",
            index=models.Index(fields=["partner", "-submitted_at", "-id"], name="orders_of_partner"),
        ),
        migrations.AddIndex(
            model_name="order",
            index=models.Index(
                fields=["partner", "state", "-submitted_at", "-id"], name="orders_of_partner_by_state"
            ),
        ),
        migrations.AddIndex(
            model_name="order",
            index=models.Index(fields=["customer", "-submitted_at"], name="orders_of_customer"),
        ),
        migrations.AddIndex(
            model_name="order",
            index=models.Index(
                condition=models.Q(("state__in", ("submitted", "processing"))),
                fields=["state", "touched_at"],
                name="orders_under_way",
            ),
        ),
        migrations.AddIndex(
            model_name="order",
            index=models.Index(
                condition=models.Q(("state", "cart")), fields=["expires_at"], name="carts_by_expiry"
            ),
        ),
        migrations.AddIndex(
            model_name="order",
            index=models.Index(
                condition=models.Q(("state", "failed")), fields=["finished_at"], name="orders_failed"
            ),
        ),
        migrations.AddConstraint(
            model_name="order",
            constraint=models.UniqueConstraint(
                condition=models.Q(("application", None), ("state", "cart")),
                fields=("partner", "customer", "created_by"),
                name="one_cart_a_person_and_customer",
            ),
        ),
        migrations.AddConstraint(
            model_name="order",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("created_by__isnull", False), ("application__isnull", False), _connector="OR"
                ),
                name="order_knows_who_placed_it",
            ),
        ),
        migrations.AddConstraint(
            model_name="order",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("state__in", ["cart", "cancelled"]), ("submitted_at__isnull", False), _connector="OR"
                ),
                name="order_knows_its_submission",
            ),
        ),
        migrations.AddIndex(
            model_name="apicart",
            index=models.Index(
                condition=models.Q(("order", None)), fields=["expires_at"], name="api_carts_by_expiry"
            ),
        ),
        migrations.AddConstraint(
            model_name="orderline",
            constraint=models.UniqueConstraint(
                deferrable=django.db.models.constraints.Deferrable["IMMEDIATE"],
                fields=("order", "offer", "term", "billing_cycle"),
                name="one_line_an_offer_and_plan",
            ),
        ),
        migrations.AddConstraint(
            model_name="orderline",
            constraint=models.CheckConstraint(
                condition=models.Q(("quantity__gte", 1)), name="line_has_seats"
            ),
        ),
        migrations.AddConstraint(
            model_name="orderline",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("billing_cycle__in", ["monthly"]), ("term", "P1M")),
                    models.Q(("billing_cycle__in", ["monthly", "annual"]), ("term", "P1Y")),
                    models.Q(("billing_cycle__in", ["monthly", "annual", "triennial"]), ("term", "P3Y")),
                    _connector="OR",
                ),
                name="line_plan_of_new_commerce",
            ),
        ),
        migrations.AddConstraint(
            model_name="orderline",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("outcome", "failed"), _negated=True),
                    models.Q(("cause", ""), _negated=True),
                    _connector="OR",
                ),
                name="failed_line_says_why",
            ),
        ),
        migrations.AddIndex(
            model_name="subscription",
            index=models.Index(fields=["partner", "customer", "sku_title"], name="subscriptions_of_customer"),
        ),
        migrations.AddIndex(
            model_name="subscription",
            index=models.Index(
                condition=models.Q(("state__in", ("active", "suspended"))),
                fields=["commitment_ends_at"],
                name="subscriptions_by_end",
            ),
        ),
        migrations.AddConstraint(
            model_name="subscription",
            constraint=models.CheckConstraint(
                condition=models.Q(("quantity__gte", 1)), name="subscription_has_seats"
            ),
        ),
        migrations.AddConstraint(
            model_name="subscription",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("scheduled_quantity", None), ("scheduled_quantity__gte", 1), _connector="OR"
                ),
                name="scheduled_seats",
            ),
        ),
        migrations.AddConstraint(
            model_name="subscription",
            constraint=models.CheckConstraint(
                condition=models.Q(("scheduled_quantity", None), ("auto_renew", True), _connector="OR"),
                name="scheduled_only_if_renewed",
            ),
        ),
        migrations.AddConstraint(
            model_name="subscription",
            constraint=models.CheckConstraint(
                condition=models.Q(("commitment_ends_at__gt", models.F("period_started_at"))),
                name="period_ends_after_it_began",
            ),
        ),
        migrations.AddConstraint(
            model_name="subscription",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("billing_cycle__in", ["monthly"]), ("term", "P1M")),
                    models.Q(("billing_cycle__in", ["monthly", "annual"]), ("term", "P1Y")),
                    models.Q(("billing_cycle__in", ["monthly", "annual", "triennial"]), ("term", "P3Y")),
                    _connector="OR",
                ),
                name="subscription_plan_of_new_commerce",
            ),
        ),
        migrations.AddConstraint(
            model_name="subscription",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("base", None), models.Q(("base", models.F("id")), _negated=True), _connector="OR"
                ),
                name="no_base_of_itself",
            ),
        ),
        migrations.AddConstraint(
            model_name="subscription",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("state__in", ("pending", "active", "suspended")),
                    ("ended_at__isnull", False),
                    _connector="OR",
                ),
                name="ended_subscription_knows_when",
            ),
        ),
    ]
