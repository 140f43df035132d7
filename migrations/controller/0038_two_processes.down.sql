CREATE OR REPLACE FUNCTION portcullis.keep_process_before() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = portcullis, pg_temp AS $$
BEGIN
    NEW.boot_before := OLD.boot_id;
    NEW.started_before := OLD.process_started_at;
    NEW.began_before := OLD.process_began_at;
    RETURN NEW;
END $$;
DROP TRIGGER instance_status_keeps_process_before ON portcullis.instance_status;
CREATE TRIGGER instance_status_keeps_process_before BEFORE UPDATE ON portcullis.instance_status
    FOR EACH ROW WHEN (OLD.boot_id <> NEW.boot_id) EXECUTE FUNCTION portcullis.keep_process_before();
ALTER TABLE portcullis.instance_status DROP COLUMN turns, DROP COLUMN took_turns_at, DROP COLUMN credentials_then;
