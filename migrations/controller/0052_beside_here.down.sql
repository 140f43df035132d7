CREATE OR REPLACE FUNCTION portcullis.keep_process_before() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = portcullis, pg_temp AS $$
DECLARE
    credentials bigint;
BEGIN
    IF OLD.boot_id <> NEW.boot_id THEN
        -- Who closes its connection first is connected to nobody by then.
        IF OLD.connected_to <> NEW.connected_to AND NOT NEW.agent THEN
            NEW.beside_at := clock_timestamp();
        END IF;
        -- What an agent speaks for is started anew by others as they like.
        NEW.turns := CASE WHEN NEW.boot_id = OLD.boot_before AND NOT NEW.agent THEN least(OLD.turns + 1, 3) ELSE 0 END;
        NEW.boot_before := OLD.boot_id;
        NEW.started_before := OLD.process_started_at;
        NEW.began_before := OLD.process_began_at;
    END IF;
    IF NEW.turns = 3 OR NEW.took_turns_at IS NOT NULL THEN
        SELECT count(*) INTO credentials FROM instance_credentials c WHERE c.instance_id = NEW.instance_id;
        -- First, so that a last word from before the replacement counts as the first turn behind it.
        IF NEW.took_turns_at < clock_timestamp() - interval '1 hour' OR NEW.credentials_then <> credentials THEN
            NEW.turns := 0;
            NEW.took_turns_at := NULL;
            NEW.credentials_then := NULL;
        ELSIF NEW.turns = 3 AND OLD.boot_id <> NEW.boot_id THEN
            NEW.took_turns_at := clock_timestamp();
            NEW.credentials_then := credentials;
        END IF;
        IF NEW.took_turns_at IS NOT NULL AND NOT starts_with(NEW.problem, 'Two processes use this name') THEN
            NEW.problem := format('Two processes use this name: %s and %s take turns with one credential.%s',
                                  least(NEW.boot_id, NEW.boot_before), greatest(NEW.boot_id, NEW.boot_before),
                                  CASE NEW.problem WHEN '' THEN '' ELSE ' ' || NEW.problem END);
        END IF;
    END IF;
    RETURN NEW;
END $$;
DROP TRIGGER instance_status_beside_later ON portcullis.instance_status;
DROP FUNCTION portcullis.guard_beside();
REVOKE UPDATE (beside_at) ON portcullis.instance_status FROM portcullis_app;
