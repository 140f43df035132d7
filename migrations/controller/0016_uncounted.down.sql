CREATE OR REPLACE FUNCTION portcullis.note_inventory() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = portcullis, pg_temp AS $$
BEGIN
    UPDATE instance_status s SET tenants = NEW.tenants, tenants_digest = NEW.tenants_digest
    WHERE s.instance_id = NEW.instance_id
      AND (s.tenants, s.tenants_digest) IS DISTINCT FROM (NEW.tenants, NEW.tenants_digest);
    RETURN NULL;
END $$;
CREATE OR REPLACE FUNCTION portcullis.take_inventory() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = portcullis, pg_temp AS $$
BEGIN
    SELECT i.tenants, i.tenants_digest INTO NEW.tenants, NEW.tenants_digest
    FROM instance_inventories i WHERE i.instance_id = NEW.instance_id;
    RETURN NEW;
END $$;
