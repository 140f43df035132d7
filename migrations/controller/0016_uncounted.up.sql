-- An instance that has just started has not counted its tenants' records and says so by an empty digest. That is no
-- count: what it said before stays what the next order's verification compares with.
CREATE OR REPLACE FUNCTION portcullis.note_inventory() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = portcullis, pg_temp AS $$
BEGIN
    UPDATE instance_status s SET tenants = NEW.tenants, tenants_digest = NEW.tenants_digest
    WHERE s.instance_id = NEW.instance_id AND NEW.tenants_digest <> ''
      AND (s.tenants, s.tenants_digest) IS DISTINCT FROM (NEW.tenants, NEW.tenants_digest);
    RETURN NULL;
END $$;
CREATE OR REPLACE FUNCTION portcullis.take_inventory() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = portcullis, pg_temp AS $$
BEGIN
    SELECT i.tenants, i.tenants_digest INTO NEW.tenants, NEW.tenants_digest
    FROM instance_inventories i WHERE i.instance_id = NEW.instance_id AND i.tenants_digest <> '';
    RETURN NEW;
END $$;
UPDATE portcullis.instance_status SET tenants = NULL, tenants_digest = NULL WHERE tenants_digest = '';
