"""A relationship knows its customer's name, domain and age, so that lists walk one index in their order.

The database keeps them, whoever writes: a form, a batch, or SQL by hand. A foreign key that cascades on update would
need every writer to send the name, and would refuse a row that was read before a renaming and is saved after it; the
triggers put in what is true instead. The customer's row is locked against change while it is read, so that a
relationship that begins while its customer is renamed can't keep the old name: one of the two waits for the other.
"""

from django.db import migrations, models
from django.db.models import Q

FORWARDS = """
CREATE FUNCTION relationship_knows_its_customer() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND (NEW.customer_id, NEW.customer_name, NEW.customer_domain, NEW.customer_since)
        IS NOT DISTINCT FROM (OLD.customer_id, OLD.customer_name, OLD.customer_domain, OLD.customer_since)
    THEN
        RETURN NEW;
    END IF;
    -- Nothing is found for a request that has no customer yet: then all three are NULL.
    SELECT upper(name), upper(domain), created_at
    INTO NEW.customer_name, NEW.customer_domain, NEW.customer_since
    FROM customers_customer WHERE id = NEW.customer_id FOR SHARE;
    RETURN NEW;
END $$;
CREATE TRIGGER relationship_knows_its_customer BEFORE INSERT
    OR UPDATE OF customer_id, customer_name, customer_domain, customer_since ON customers_relationship
    FOR EACH ROW EXECUTE FUNCTION relationship_knows_its_customer();

CREATE FUNCTION customer_tells_its_relationships() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE customers_relationship
    SET customer_name = upper(NEW.name), customer_domain = upper(NEW.domain), customer_since = NEW.created_at
    WHERE customer_id = NEW.id
        AND (customer_name, customer_domain, customer_since)
            IS DISTINCT FROM (upper(NEW.name), upper(NEW.domain), NEW.created_at);
    RETURN NULL;
END $$;
-- On INSERT, too: within one transaction the relationship may be there first.
CREATE TRIGGER customer_tells_its_relationships AFTER INSERT OR UPDATE OF name, domain, created_at
    ON customers_customer FOR EACH ROW EXECUTE FUNCTION customer_tells_its_relationships();

UPDATE customers_relationship r
SET customer_name = upper(c.name), customer_domain = upper(c.domain), customer_since = c.created_at
FROM customers_customer c WHERE c.id = r.customer_id;
"""
BACKWARDS = """
DROP TRIGGER customer_tells_its_relationships ON customers_customer;
DROP FUNCTION customer_tells_its_relationships();
DROP TRIGGER relationship_knows_its_customer ON customers_relationship;
DROP FUNCTION relationship_knows_its_customer();
"""
IN_FORCE = Q(state="active")


class Migration(migrations.Migration):
    dependencies = [("customers", "0002_programs")]

    operations = [
        migrations.AddField(
            "relationship",
            "customer_name",
            models.TextField(db_collation="C", editable=False, null=True),
        ),
        migrations.AddField(
            "relationship",
            "customer_domain",
            models.TextField(db_collation="C", editable=False, null=True),
        ),
        migrations.AddField(
            "relationship", "customer_since", models.DateTimeField(editable=False, null=True)
        ),
        migrations.RunSQL(FORWARDS, BACKWARDS),
        migrations.AddIndex(
            "relationship",
            models.Index(
                fields=["partner", "customer_name", "customer"], condition=IN_FORCE, name="held_by_name"
            ),
        ),
        migrations.AddIndex(
            "relationship",
            models.Index(
                fields=["partner", "customer_since", "customer"], condition=IN_FORCE, name="held_by_age"
            ),
        ),
        migrations.AddIndex(
            "relationship",
            models.Index(fields=["partner", "customer_domain"], condition=IN_FORCE, name="held_by_domain"),
        ),
        migrations.AddIndex(
            "specialqualification",
            models.Index(fields=["kind", "customer"], condition=Q(state="granted"), name="granted_of_kind"),
        ),
    ]
