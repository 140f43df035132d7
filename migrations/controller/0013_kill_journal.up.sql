-- Kills that were given, and sent to instances, before the database was asked (docs/adr/0074): what the controller's
-- journal says of each, entered together with its operation.
--
-- A controller numbers such an order by itself. Every sixteenth generation is kept for that, so no other order can have
-- the same number: there is one document for one generation, whoever makes it.

CREATE TABLE portcullis.kill_journal (
    operation_id text PRIMARY KEY REFERENCES portcullis.operations DEFERRABLE INITIALLY DEFERRED,
    controller   text NOT NULL CHECK (controller <> ''),  -- whose journal it comes from
    given_at     timestamptz NOT NULL,                    -- by the giver's idea of the rules' clock
    entered_at   timestamptz NOT NULL DEFAULT portcullis.now()
);

-- The documents that were signed and sent for it. `base` is the generation of the instance's order that the document
-- was made from; 0: it had none.
CREATE TABLE portcullis.kill_pushes (
    operation_id text NOT NULL REFERENCES portcullis.kill_journal,
    instance_id  text NOT NULL REFERENCES portcullis.instances,
    generation   bigint NOT NULL CHECK (generation > 0 AND generation % 16 = 0),
    base         bigint NOT NULL CHECK (base >= 0 AND base < generation),
    PRIMARY KEY (operation_id, instance_id)
);

CREATE TRIGGER kill_journal_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON portcullis.kill_journal
    FOR EACH STATEMENT EXECUTE FUNCTION portcullis.refuse_change('AUD-3');
CREATE TRIGGER kill_pushes_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON portcullis.kill_pushes
    FOR EACH STATEMENT EXECUTE FUNCTION portcullis.refuse_change('AUD-3');

-- Only switching off is ever given without the database.
CREATE FUNCTION portcullis.guard_journalled_operation() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = portcullis, pg_temp AS $$
BEGIN
    IF NEW.enabled AND EXISTS (SELECT FROM kill_journal j WHERE j.operation_id = NEW.id) THEN
        PERFORM refuse('KSW-8', format('operation %s comes from a journal of kills, and nothing is switched on there',
                                       NEW.id));
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER operations_journalled BEFORE INSERT ON portcullis.operations
    FOR EACH ROW EXECUTE FUNCTION portcullis.guard_journalled_operation();

-- Behind desired_states_only_forward, by its name. The order that was sent is the one on record when the instance was
-- ordered nothing else meanwhile; otherwise the kill is ordered again, above both.
CREATE FUNCTION portcullis.take_pushed_order() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = portcullis, pg_temp AS $$
DECLARE
    pushed record;
BEGIN
    SELECT p.generation, p.base, j.given_at INTO pushed
    FROM kill_pushes p JOIN kill_journal j ON j.operation_id = p.operation_id
    WHERE p.operation_id = NEW.operation_id AND p.instance_id = NEW.instance_id;
    IF FOUND THEN
        IF pushed.base = coalesce(OLD.generation, 0) THEN
            NEW.generation := pushed.generation;
            NEW.issued_at := pushed.given_at;
            RETURN NEW;
        END IF;
        NEW.generation := greatest(NEW.generation, pushed.generation + 1);
    END IF;
    IF NEW.generation % 16 = 0 THEN
        NEW.generation := NEW.generation + 1;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER desired_states_pushed BEFORE INSERT OR UPDATE ON portcullis.desired_states
    FOR EACH ROW EXECUTE FUNCTION portcullis.take_pushed_order();

REVOKE ALL ON portcullis.kill_journal, portcullis.kill_pushes FROM PUBLIC;
GRANT SELECT ON portcullis.kill_journal, portcullis.kill_pushes TO portcullis_app;
GRANT INSERT (operation_id, controller, given_at) ON portcullis.kill_journal TO portcullis_app;
GRANT INSERT (operation_id, instance_id, generation, base) ON portcullis.kill_pushes TO portcullis_app;
