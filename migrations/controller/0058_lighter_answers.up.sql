-- A kill of all at once is entered, and what a fleet answers is recorded, with less work for each row. The refusals are
-- the same.

-- The orders of a kill of all at once, to its targets, which are locked: what portcullis.order_kill did by a statement
-- for each table. Whoever was ordered something before, as nearly all were, is not looked for among those that were
-- not, and the newest order of each is noted in the statement that gives it; one of its own was planned as each
-- against all.
-- Rows are looked up by key for each target, whatever the planner knows of the tables.
CREATE FUNCTION portcullis.give_kill(o portcullis.operations, given timestamptz, moment timestamptz) RETURNS void
LANGUAGE plpgsql SET search_path = portcullis, pg_temp
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET enable_memoize = off
SET enable_material = off SET enable_bitmapscan = off SET jit = off AS $$
DECLARE
    due bigint;
    issued bigint;
    noted bigint;
BEGIN
    LOOP
        -- The order that was sent is the one on record when the instance was ordered nothing else meanwhile; otherwise
        -- the kill is ordered again, above both. Whoever a newer operation has chosen gets no order of this one, and
        -- whoever has one gets no other. Above 2^52 nobody is believed, so that there is always a higher one; every
        -- sixteenth is kept for orders that are sent first.
        WITH due AS MATERIALIZED (
            SELECT t.instance_id, p.generation AS sent, p.base,
                   greatest(p.generation + 1, least(coalesce(s.generation, 0), 4503599627370496)
                                              + CASE WHEN p.generation IS NULL THEN 1 ELSE 0 END) AS lowest,
                   s.instance_id IS NOT NULL AS known, s.boot_id, s.process_started_at, s.process_began_at,
                   s.boot_before, s.started_before, s.began_before, s.tenants, s.tenants_digest
            FROM (SELECT x.instance_id FROM operation_targets x WHERE x.operation_id = o.id ORDER BY x.instance_id) t
            LEFT JOIN LATERAL (SELECT x.chosen FROM instance_orders x
                               WHERE x.instance_id = t.instance_id AND x.subject = o.subject) w ON true
            LEFT JOIN LATERAL (SELECT x.generation, x.base FROM kill_pushes x
                               WHERE x.operation_id = o.id AND x.instance_id = t.instance_id) p ON true
            LEFT JOIN LATERAL (SELECT * FROM instance_status x WHERE x.instance_id = t.instance_id) s ON true
            WHERE coalesce(w.chosen, 0) < o.number
        ), ordered AS (
            UPDATE desired_states d SET enabled = false, mode = o.mode, reason = o.reason, operation_id = o.id,
                generation = CASE WHEN d.operation_id = o.id THEN d.generation
                                  WHEN x.base = d.generation THEN x.sent
                                  WHEN greatest(d.generation + 1, x.lowest) % 16 = 0
                                      THEN greatest(d.generation + 1, x.lowest) + 1
                                  ELSE greatest(d.generation + 1, x.lowest) END,
                issued_at = CASE WHEN d.operation_id = o.id THEN d.issued_at WHEN x.base = d.generation THEN given
                                 ELSE moment END
            FROM due x WHERE d.instance_id = x.instance_id
            RETURNING d.generation, x.*
        ), given_to AS (  -- as operation_instances_stamped has it
            INSERT INTO operation_instances (operation_id, instance_id, generation, issued_at, boot_before,
                                             started_before, began_before, tenants_before, tenants_digest_before)
            SELECT o.id, x.instance_id, x.generation, g.issued_at,
                   coalesce(CASE b.which WHEN 1 THEN x.boot_id WHEN 2 THEN x.boot_before END, ''),
                   CASE b.which WHEN 1 THEN x.process_started_at WHEN 2 THEN x.started_before END,
                   CASE b.which WHEN 1 THEN x.process_began_at WHEN 2 THEN x.began_before END,
                   x.tenants, x.tenants_digest
            FROM ordered x
            CROSS JOIN LATERAL (SELECT CASE WHEN x.sent = x.generation THEN o.ordered_at
                                            ELSE greatest(clock_timestamp(), o.ordered_at) END AS issued_at OFFSET 0) g
            CROSS JOIN LATERAL (SELECT CASE WHEN NOT x.known THEN 0
                                            WHEN coalesce(x.process_began_at <= g.issued_at, true) THEN 1
                                            WHEN coalesce(x.began_before <= g.issued_at, true) THEN 2
                                            ELSE 0 END AS which) b
        ), newest AS (
            UPDATE instance_orders w SET chosen = o.number, issued = o.number, operation_id = o.id,
                generation = x.generation, rolling = false
            FROM ordered x WHERE w.instance_id = x.instance_id AND w.subject = o.subject
            RETURNING 1
        )
        SELECT (SELECT count(*) FROM due), (SELECT count(*) FROM ordered), (SELECT count(*) FROM newest)
        INTO due, issued, noted;
        IF noted < issued THEN
            INSERT INTO instance_orders (instance_id, subject, chosen, issued, operation_id, generation)
            SELECT i.instance_id, o.subject, o.number, o.number, o.id, i.generation FROM operation_instances i
            WHERE i.operation_id = o.id
              AND NOT EXISTS (SELECT FROM instance_orders w
                              WHERE w.instance_id = i.instance_id AND w.subject = o.subject);
        END IF;
        EXIT WHEN issued = due;
        -- The others were never ordered anything. Somebody else may begin at the same moment: then there is an order.
        INSERT INTO desired_states (instance_id, generation, enabled, mode, reason, operation_id)
        SELECT t.instance_id,
               greatest(coalesce(p.generation, 1 + coalesce(s.generation, 0)), s.generation),
               false, o.mode, o.reason, o.id
        FROM operation_targets t
        LEFT JOIN LATERAL (SELECT x.generation FROM kill_pushes x
                           WHERE x.operation_id = o.id AND x.instance_id = t.instance_id) p ON true
        LEFT JOIN LATERAL (SELECT least(x.generation, 4503599627370496) AS generation FROM instance_status x
                           WHERE x.instance_id = t.instance_id) s ON true
        WHERE t.operation_id = o.id
          AND NOT EXISTS (SELECT FROM desired_states d WHERE d.instance_id = t.instance_id)
          AND NOT EXISTS (SELECT FROM instance_orders w
                          WHERE w.instance_id = t.instance_id AND w.subject = o.subject AND w.chosen >= o.number)
        ORDER BY t.instance_id
        ON CONFLICT (instance_id) DO NOTHING;
    END LOOP;
END $$;
REVOKE ALL ON FUNCTION portcullis.give_kill(portcullis.operations, timestamptz, timestamptz) FROM PUBLIC;

-- The same for the whole fleet: each table is read once instead.
DO $$
BEGIN
    EXECUTE replace(pg_get_functiondef('portcullis.give_kill'::regproc), 'give_kill', 'give_kill_to_all');
    ALTER FUNCTION portcullis.give_kill_to_all(portcullis.operations, timestamptz, timestamptz)
        SET enable_seqscan = on SET enable_hashjoin = on SET enable_bitmapscan = on SET enable_nestloop = off;
END $$;
REVOKE ALL ON FUNCTION portcullis.give_kill_to_all(portcullis.operations, timestamptz, timestamptz) FROM PUBLIC;

CREATE OR REPLACE FUNCTION portcullis.order_kill(kill text, named text[], sent_to text[], sent bigint[],
                                                 made_from bigint[])
RETURNS SETOF text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = portcullis, pg_temp
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET enable_memoize = off
SET enable_material = off SET enable_bitmapscan = off SET jit = off AS $$
DECLARE
    o operations;
    given timestamptz;   -- when, as the journal of the controller says that sent it
    moment timestamptz;  -- portcullis.now()
BEGIN
    SELECT * INTO o FROM operations x WHERE x.id = kill;
    IF NOT FOUND OR o.kind <> 'multi_tenant' OR o.enabled OR o.batch_size IS NOT NULL OR o.drill_id IS NOT NULL THEN
        PERFORM refuse('KSW-3', format('operation %s is no kill of all at once; its orders are given by batches',
                                       kill));
    END IF;
    IF cardinality(sent_to) > 0 THEN
        SELECT j.given_at INTO given FROM kill_journal j WHERE j.operation_id = kill;
        IF NOT FOUND THEN
            PERFORM refuse('KSW-3', format('kill %s comes from no journal, so nothing was sent for it before', kill));
        END IF;
        INSERT INTO kill_pushes (operation_id, instance_id, generation, base)
        SELECT kill, p.instance_id, p.generation, p.base
        FROM unnest(sent_to, sent, made_from) AS p (instance_id, generation, base)
        CROSS JOIN LATERAL (SELECT FROM instances i WHERE i.id = p.instance_id OFFSET 0) i;
    END IF;
    INSERT INTO operation_targets (operation_id, instance_id, batch)
    SELECT kill, i.id, 1
    FROM (SELECT x.id FROM instances x WHERE x.retired_at IS NULL AND (o.whole_fleet OR x.id = ANY (named))
          ORDER BY x.id FOR NO KEY UPDATE) i;

    -- What follows sees what every operation before it did: the instances are locked.
    moment := transaction_timestamp() + (SELECT c."offset" FROM clock c);
    IF o.whole_fleet THEN
        PERFORM give_kill_to_all(o, given, moment);
    ELSE
        PERFORM give_kill(o, given, moment);
    END IF;
    -- Nobody is asked about the order before any more. In their order: this finds the few that are open at once.
    PERFORM FROM (SELECT v.next_at FROM verifications v WHERE v.state <> 'done' ORDER BY v.next_at LIMIT 1) v;
    IF FOUND THEN
        UPDATE verifications v SET state = 'done', request = NULL
        FROM operation_instances i, operations b
        WHERE i.operation_id = kill AND v.instance_id = i.instance_id AND v.state <> 'done' AND v.operation_id <> kill
          AND b.id = v.operation_id AND b.subject = o.subject;
    END IF;
    RETURN QUERY SELECT t.instance_id FROM operation_targets t WHERE t.operation_id = kill ORDER BY t.instance_id;
END $$;

-- What instances say is recorded by one function, as a kill is entered by one. The rows it makes are complete, and
-- about orders that it found: so the triggers that judge and complete the application's own are not called for these.
-- Each array has one entry for each report, in the order in which they were said.
--
-- The newest word of each instance is kept, and what follows for operations from all of them is recorded. A document
-- carries the order it was made for, and the newest one carries what each subject was ordered last.
CREATE FUNCTION portcullis.record_reports(controller text, names text[], boots text[], started timestamptz[],
                                          programs text[], agents boolean[], hosts boolean[], switches boolean[],
                                          generations bigint[], turned_away bigint[], problems text[],
                                          refused bigint[], refusals text[], reasons text[], sent timestamptz[],
                                          waits interval[])
RETURNS TABLE (operation text, instance text, what text, came_out text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = portcullis, pg_temp
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET enable_memoize = off
SET enable_material = off SET enable_bitmapscan = off SET jit = off AS $$
DECLARE
    moment timestamptz := transaction_timestamp() + (SELECT c."offset" FROM clock c);  -- portcullis.now()
    began timestamptz[];  -- and how far their clocks are ahead: by this machine's clock
    aheads interval[];
    known bigint;
    operations_of text[];  -- the steps that are new
    instances_of text[];
    steps_of text[];
    outcomes_of text[];
    hosting boolean[];
BEGIN
    SELECT array_agg(clock_timestamp() - g.waited
                     - CASE WHEN g.sent_at IS NOT NULL THEN
                           greatest(interval '0', least(g.sent_at - g.started_at, interval '36525 days'))
                       END ORDER BY g.n),
           array_agg(g.sent_at - (clock_timestamp() - g.waited) ORDER BY g.n)
    INTO began, aheads FROM unnest(sent, started, waits) WITH ORDINALITY AS g (sent_at, started_at, waited, n);
    LOOP
        UPDATE instance_status i SET connected_to = controller, boot_id = x.boot_id, process_started_at = x.started_at,
            program = x.program, agent = x.agent, hosted = x.hosted, enabled = x.enabled, generation = x.generation,
            rejected = x.rejected, problem = x.problem, clock_ahead = x.ahead, process_began_at = x.began_at,
            last_seen_at = clock_timestamp()
        FROM (SELECT DISTINCT ON (g.instance_id) *
              FROM unnest(names, boots, started, programs, agents, hosts, switches, generations, turned_away, problems,
                          aheads, began)
              WITH ORDINALITY AS g (instance_id, boot_id, started_at, program, agent, hosted, enabled, generation,
                                    rejected, problem, ahead, began_at, n)
              ORDER BY g.instance_id, g.n DESC) x
        WHERE i.instance_id = x.instance_id;
        GET DIAGNOSTICS known = ROW_COUNT;
        EXIT WHEN known = cardinality(names) OR known = (SELECT count(DISTINCT u.name) FROM unnest(names) AS u (name));
        -- The first word of the others.
        INSERT INTO instance_status (instance_id) SELECT DISTINCT u.name FROM unnest(names) AS u (name) ORDER BY u.name
        ON CONFLICT (instance_id) DO NOTHING;
    END LOOP;
    -- From here on nobody else records what one of these says: what is not seen now is not there.
    WITH said AS MATERIALIZED (
        SELECT * FROM unnest(names, boots, started, programs, hosts, switches, generations, refused, refusals, reasons,
                             began, aheads)
        WITH ORDINALITY AS g (instance_id, boot_id, started_at, program, hosted, enabled, generation,
                              refused_generation, refusal, refusal_reason, began_at, ahead, n)
    ), carried AS (
        SELECT s.*, i.operation_id, i.boot_before, i.started_before, i.began_before, i.issued_at
        FROM said s CROSS JOIN LATERAL (
            SELECT * FROM operation_instances i
            WHERE i.instance_id = s.instance_id AND i.generation = s.generation OFFSET 0) i
        UNION ALL
        SELECT s.*, w.operation_id, i.boot_before, i.started_before, i.began_before, i.issued_at
        FROM said s
        CROSS JOIN LATERAL (
            SELECT w.operation_id FROM instance_orders w
            WHERE w.instance_id = s.instance_id AND w.generation < s.generation OFFSET 0) w
        CROSS JOIN LATERAL (
            SELECT FROM desired_states d WHERE d.instance_id = s.instance_id AND d.generation = s.generation OFFSET 0) d
        CROSS JOIN LATERAL (
            SELECT * FROM operation_instances i
            WHERE i.operation_id = w.operation_id AND i.instance_id = s.instance_id OFFSET 0) i
    ), judged AS (
        SELECT c.*, o.mode, o.subject, o.kind <> 'multi_tenant' OR c.enabled = o.enabled AS as_ordered,
               o.mode <> 'restart' OR coalesce(c.boot_id <> c.boot_before AND c.began_at > c.issued_at, false) AS counts
        FROM carried c JOIN operations o ON o.id = c.operation_id
    ), follow AS (
        SELECT j.operation_id, j.instance_id, CASE WHEN as_ordered THEN 'applied' ELSE 'contradicted' END AS step,
               CASE WHEN as_ordered THEN 'passed' ELSE 'failed' END AS outcome, '' AS detail, n,
               jsonb_build_object('generation', generation, 'enabled', enabled, 'boot_id', boot_id,
                                  'process_started_at', utc(started_at), 'began_at', utc(began_at), 'program', program,
                                  'hosted', hosted, 'received_by', controller) AS evidence
        FROM judged j
        -- On its way to a newer order, which it has not said to be in force yet: that contradicts nothing.
        WHERE counts AND (as_ordered OR NOT EXISTS (
            SELECT FROM instance_orders w WHERE w.instance_id = j.instance_id AND w.subject = j.subject
                                            AND w.generation > j.generation))
        UNION ALL
        SELECT j.operation_id, j.instance_id, 'restart', 'passed', 'another process, which began after the order', n,
               jsonb_build_object('boot_id', boot_id, 'process_started_at', utc(started_at), 'began_at', utc(began_at),
                                  'ordered_at', utc(issued_at), 'process_before',
                                  jsonb_build_object('boot_id', boot_before, 'process_started_at', utc(started_before),
                                                     'began_at', utc(began_before)),
                                  'clock_ahead_ms', round(extract(epoch FROM ahead) * 1000), 'received_by', controller)
        FROM judged j WHERE counts AND mode = 'restart'
        UNION ALL
        SELECT i.operation_id, i.instance_id, 'refused', 'failed',
               s.refusal || CASE s.refusal_reason WHEN '' THEN '' ELSE ': ' || s.refusal_reason END, s.n,
               jsonb_build_object('generation', s.refused_generation, 'outcome', s.refusal, 'reason', s.refusal_reason,
                                  'generation_in_force', s.generation, 'enabled', s.enabled, 'boot_id', s.boot_id,
                                  'received_by', controller)
        FROM said s CROSS JOIN LATERAL (
            SELECT * FROM operation_instances i
            WHERE i.instance_id = s.instance_id AND i.generation = s.refused_generation OFFSET 0) i
        WHERE s.refused_generation <> 0
    ), recorded AS (
        INSERT INTO operation_steps AS t (operation_id, instance_id, step, outcome, detail, evidence, at)
        SELECT DISTINCT ON (f.operation_id, f.instance_id, f.step)
               f.operation_id, f.instance_id, f.step, f.outcome, f.detail, f.evidence, moment
        FROM follow f
        WHERE NOT EXISTS (SELECT FROM operation_steps b WHERE b.operation_id = f.operation_id
                              AND b.instance_id = f.instance_id AND b.step = f.step AND b.attempt = 1)
        ORDER BY f.operation_id, f.instance_id, f.step, f.n
        RETURNING t.operation_id, t.instance_id, t.step, t.outcome,
                  coalesce(t.evidence ->> 'hosted', '') = 'true' AS hosted
    )
    SELECT array_agg(r.operation_id), array_agg(r.instance_id), array_agg(r.step), array_agg(r.outcome),
           array_agg(r.hosted)
    INTO operations_of, instances_of, steps_of, outcomes_of, hosting FROM recorded r;
    IF operations_of IS NULL THEN
        RETURN;
    END IF;
    PERFORM pg_notify('portcullis_fleet', 'steps');
    -- As operation_steps_noted has it. What was applied by a restart has its proof beside it.
    INSERT INTO verifications (operation_id, instance_id)
    SELECT f.operation_id, f.instance_id
    FROM unnest(operations_of, instances_of, steps_of, hosting) AS f (operation_id, instance_id, step, hosted)
    CROSS JOIN LATERAL (
        SELECT o.subject FROM operations o WHERE o.id = f.operation_id AND o.verify
                                           AND NOT (o.kind = 'multi_tenant' AND NOT o.enabled AND f.hosted) OFFSET 0) o
    CROSS JOIN LATERAL (
        SELECT FROM instance_orders w WHERE w.instance_id = f.instance_id AND w.subject = o.subject
                                        AND w.operation_id = f.operation_id OFFSET 0) w
    WHERE f.step = 'applied'
    ON CONFLICT (operation_id, instance_id) DO NOTHING;
    IF FOUND THEN
        PERFORM pg_notify('portcullis_fleet', 'verify');
    END IF;
    RETURN QUERY SELECT * FROM unnest(operations_of, instances_of, steps_of, outcomes_of);
END $$;
GRANT EXECUTE ON FUNCTION portcullis.record_reports(text, text[], text[], timestamptz[], text[], boolean[], boolean[],
    boolean[], bigint[], bigint[], text[], bigint[], text[], text[], timestamptz[], interval[]) TO portcullis_app;

-- Nobody but the function says itself when an instance was seen: the application has no right to that column.
DROP TRIGGER instance_status_stamped ON portcullis.instance_status;
CREATE TRIGGER instance_status_stamped BEFORE INSERT ON portcullis.instance_status
    FOR EACH ROW EXECUTE FUNCTION portcullis.stamp_instance_status();
CREATE TRIGGER instance_status_stamped_anew BEFORE UPDATE ON portcullis.instance_status
    FOR EACH ROW WHEN (NEW.last_seen_at IS NOT DISTINCT FROM OLD.last_seen_at)
    EXECUTE FUNCTION portcullis.stamp_instance_status();
DROP TRIGGER operation_steps_of_orders ON portcullis.operation_steps;
CREATE TRIGGER operation_steps_of_orders AFTER INSERT ON portcullis.operation_steps
    REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT WHEN (current_user <> 'portcullis_owner')
    EXECUTE FUNCTION portcullis.check_references('operation_steps_operation_id_instance_id_fkey', 'operation_instances',
                                                 'p.operation_id = f.operation_id AND p.instance_id = f.instance_id');
DROP TRIGGER operation_steps_noted ON portcullis.operation_steps;
CREATE TRIGGER operation_steps_noted AFTER INSERT ON portcullis.operation_steps
    REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT WHEN (current_user <> 'portcullis_owner')
    EXECUTE FUNCTION portcullis.note_steps();
DROP TRIGGER operation_steps_told ON portcullis.operation_steps;
CREATE TRIGGER operation_steps_told AFTER INSERT ON portcullis.operation_steps
    REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT WHEN (current_user <> 'portcullis_owner')
    EXECUTE FUNCTION portcullis.tell_steps();
