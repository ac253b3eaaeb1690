-- A relationship keeps its customer's name, domain and age, so that lists of customers read one index in their order.
-- The triggers fill them in, whoever writes. The customer's row is locked against change while it is read: a
-- relationship that begins while its customer is renamed can't keep the old name.
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
