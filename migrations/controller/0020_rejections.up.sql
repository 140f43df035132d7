-- What instances turned away, as far as it is in the audit log: each time the number rises it is entered there once,
-- whichever controller hears of it, and however often controllers and instances start.

CREATE TABLE portcullis.instance_rejections (
    instance_id text PRIMARY KEY REFERENCES portcullis.instances,
    boot_id     text NOT NULL,
    rejected    bigint NOT NULL CHECK (rejected > 0),  -- by this process, since its start
    noted_at    timestamptz NOT NULL DEFAULT portcullis.now()
);

CREATE TRIGGER instance_rejections_stay BEFORE DELETE OR TRUNCATE ON portcullis.instance_rejections
    FOR EACH STATEMENT EXECUTE FUNCTION portcullis.refuse_change('AUD-3');

CREATE FUNCTION portcullis.guard_instance_rejection() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = portcullis, pg_temp AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND (NEW.instance_id <> OLD.instance_id
                             OR (NEW.boot_id = OLD.boot_id AND NEW.rejected <= OLD.rejected)) THEN
        PERFORM refuse('AUD-3', format('what instance %s turned away is counted up; %s is not above %s', OLD.instance_id,
                                       NEW.rejected, OLD.rejected));
    END IF;
    NEW.noted_at := portcullis.now();
    RETURN NEW;
END $$;
CREATE TRIGGER instance_rejections_guarded BEFORE INSERT OR UPDATE ON portcullis.instance_rejections
    FOR EACH ROW EXECUTE FUNCTION portcullis.guard_instance_rejection();

REVOKE ALL ON portcullis.instance_rejections FROM PUBLIC;
GRANT SELECT ON portcullis.instance_rejections TO portcullis_app;
GRANT INSERT (instance_id, boot_id, rejected), UPDATE (boot_id, rejected)
    ON portcullis.instance_rejections TO portcullis_app;
