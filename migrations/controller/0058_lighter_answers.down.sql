DROP FUNCTION portcullis.record_reports(text, text[], text[], timestamptz[], text[], boolean[], boolean[], boolean[],
    bigint[], bigint[], text[], bigint[], text[], text[], timestamptz[], interval[]);
DROP TRIGGER instance_status_stamped_anew ON portcullis.instance_status;
DROP TRIGGER instance_status_stamped ON portcullis.instance_status;
CREATE TRIGGER instance_status_stamped BEFORE INSERT OR UPDATE ON portcullis.instance_status
    FOR EACH ROW EXECUTE FUNCTION portcullis.stamp_instance_status();
DROP TRIGGER operation_steps_of_orders ON portcullis.operation_steps;
CREATE TRIGGER operation_steps_of_orders AFTER INSERT ON portcullis.operation_steps
    REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT
    EXECUTE FUNCTION portcullis.check_references('operation_steps_operation_id_instance_id_fkey', 'operation_instances',
                                                 'p.operation_id = f.operation_id AND p.instance_id = f.instance_id');
DROP TRIGGER operation_steps_noted ON portcullis.operation_steps;
CREATE TRIGGER operation_steps_noted AFTER INSERT ON portcullis.operation_steps
    REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT
    EXECUTE FUNCTION portcullis.note_steps();
DROP TRIGGER operation_steps_told ON portcullis.operation_steps;
CREATE TRIGGER operation_steps_told AFTER INSERT ON portcullis.operation_steps
    REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT
    EXECUTE FUNCTION portcullis.tell_steps();

CREATE OR REPLACE FUNCTION portcullis.order_kill(kill text, named text[], sent_to text[], sent bigint[], made_from bigint[])
RETURNS SETOF text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = portcullis, pg_temp
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET enable_memoize = off SET jit = off AS $$
DECLARE
    o operations;
    given timestamptz;   -- when, as the journal of the controller says that sent it
    moment timestamptz;  -- portcullis.now()
    issued bigint;
    noted bigint;
BEGIN
    SELECT * INTO o FROM operations x WHERE x.id = kill;
    IF NOT FOUND OR o.kind <> 'multi_tenant' OR o.enabled OR o.batch_size IS NOT NULL OR o.drill_id IS NOT NULL THEN
        PERFORM refuse('KSW-3', format('operation %s is no kill of all at once; its orders are given by batches', kill));
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
    -- Those that were never ordered anything. Somebody else may begin at the same moment: then there is an order.
    INSERT INTO desired_states (instance_id, generation, enabled, mode, reason, operation_id)
    SELECT t.instance_id,
           greatest(coalesce(p.generation, 1 + coalesce(s.generation, 0)), s.generation),
           false, o.mode, o.reason, kill
    FROM operation_targets t
    LEFT JOIN LATERAL (SELECT x.generation FROM kill_pushes x
                       WHERE x.operation_id = kill AND x.instance_id = t.instance_id OFFSET 0) p ON true
    LEFT JOIN LATERAL (SELECT least(x.generation, 4503599627370496) AS generation FROM instance_status x
                       WHERE x.instance_id = t.instance_id OFFSET 0) s ON true
    WHERE t.operation_id = kill
      AND NOT EXISTS (SELECT FROM desired_states d WHERE d.instance_id = t.instance_id)
      AND NOT EXISTS (SELECT FROM instance_orders w
                      WHERE w.instance_id = t.instance_id AND w.subject = o.subject AND w.chosen > o.number)
    ORDER BY t.instance_id
    ON CONFLICT (instance_id) DO NOTHING;
    -- The order that was sent is the one on record when the instance was ordered nothing else meanwhile; otherwise the
    -- kill is ordered again, above both. Whoever a newer operation has chosen gets no order of this one. Above 2^52
    -- nobody is believed, so that there is always a higher one; every sixteenth is kept for orders that are sent first.
    WITH due AS MATERIALIZED (
        SELECT t.instance_id, p.generation AS sent, p.base,
               greatest(p.generation + 1, least(coalesce(s.generation, 0), 4503599627370496)
                                          + CASE WHEN p.generation IS NULL THEN 1 ELSE 0 END) AS lowest,
               s.instance_id IS NOT NULL AS known, s.boot_id, s.process_started_at, s.process_began_at, s.boot_before,
               s.started_before, s.began_before, s.tenants, s.tenants_digest
        FROM (SELECT x.instance_id FROM operation_targets x WHERE x.operation_id = kill ORDER BY x.instance_id) t
        LEFT JOIN LATERAL (SELECT x.chosen FROM instance_orders x
                           WHERE x.instance_id = t.instance_id AND x.subject = o.subject OFFSET 0) w ON true
        LEFT JOIN LATERAL (SELECT x.generation, x.base FROM kill_pushes x
                           WHERE x.operation_id = kill AND x.instance_id = t.instance_id OFFSET 0) p ON true
        LEFT JOIN LATERAL (SELECT * FROM instance_status x WHERE x.instance_id = t.instance_id OFFSET 0) s ON true
        WHERE coalesce(w.chosen, 0) < o.number
    ), ordered AS (
        UPDATE desired_states d SET enabled = false, mode = o.mode, reason = o.reason, operation_id = kill,
            generation = CASE WHEN d.operation_id = kill THEN d.generation
                              WHEN x.base = d.generation THEN x.sent
                              WHEN greatest(d.generation + 1, x.lowest) % 16 = 0 THEN greatest(d.generation + 1, x.lowest) + 1
                              ELSE greatest(d.generation + 1, x.lowest) END,
            issued_at = CASE WHEN d.operation_id = kill THEN d.issued_at WHEN x.base = d.generation THEN given
                             ELSE moment END
        FROM due x WHERE d.instance_id = x.instance_id
        RETURNING d.generation, x.*
    )
    -- As operation_instances_stamped has it.
    INSERT INTO operation_instances (operation_id, instance_id, generation, issued_at, boot_before, started_before,
                                     began_before, tenants_before, tenants_digest_before)
    SELECT kill, x.instance_id, x.generation, g.issued_at, coalesce(CASE b.which WHEN 1 THEN x.boot_id
                                                                                 WHEN 2 THEN x.boot_before END, ''),
           CASE b.which WHEN 1 THEN x.process_started_at WHEN 2 THEN x.started_before END,
           CASE b.which WHEN 1 THEN x.process_began_at WHEN 2 THEN x.began_before END, x.tenants, x.tenants_digest
    FROM ordered x
    CROSS JOIN LATERAL (SELECT CASE WHEN x.sent = x.generation THEN o.ordered_at
                                    ELSE greatest(clock_timestamp(), o.ordered_at) END AS issued_at OFFSET 0) g
    CROSS JOIN LATERAL (SELECT CASE WHEN NOT x.known THEN 0
                                    WHEN coalesce(x.process_began_at <= g.issued_at, true) THEN 1
                                    WHEN coalesce(x.began_before <= g.issued_at, true) THEN 2 ELSE 0 END AS which) b;
    GET DIAGNOSTICS issued = ROW_COUNT;
    UPDATE instance_orders w SET chosen = o.number, issued = o.number, operation_id = kill, generation = i.generation,
        rolling = false
    FROM operation_instances i
    WHERE i.operation_id = kill AND w.instance_id = i.instance_id AND w.subject = o.subject;
    GET DIAGNOSTICS noted = ROW_COUNT;
    IF noted < issued THEN
        INSERT INTO instance_orders (instance_id, subject, chosen, issued, operation_id, generation)
        SELECT i.instance_id, o.subject, o.number, o.number, kill, i.generation FROM operation_instances i
        WHERE i.operation_id = kill
          AND NOT EXISTS (SELECT FROM instance_orders w WHERE w.instance_id = i.instance_id AND w.subject = o.subject);
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
DROP FUNCTION portcullis.give_kill(portcullis.operations, timestamptz, timestamptz);
DROP FUNCTION portcullis.give_kill_to_all(portcullis.operations, timestamptz, timestamptz);
