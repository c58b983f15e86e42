-- The only writer of events and commands. Arrays, so that one call carries one click or a thousand.
-- Order: rows of projections, lock, versions, head, commands, events, interval rows: the lock is held shortest.
-- CK001 a stream that was read has changed; CK002 a key was forgotten meanwhile.

-- Replaced by the release's own one whenever the set of projections changes.
CREATE FUNCTION put_rows(p_table text, p_rows json, p_dropped json) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'no table of projections is named %', p_table;
END $$;

CREATE FUNCTION put_intervals(p_base bigint, p_streams text[], p_stages text[], p_states text[], p_indexes integer[])
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the table of intervals is not there yet';
END $$;

CREATE FUNCTION append(
    p_read_streams text[], p_read_versions integer[],
    p_keys text[],
    p_command_ids text[], p_actors text[], p_digests bytea[], p_command_streams text[], p_firsts integer[], p_lasts integer[],
    p_years smallint[], p_streams text[], p_versions integer[], p_types text[], p_schemas smallint[],
    p_event_commands text[], p_bodies bytea[], p_hashes bytea[], p_recorded_at timestamptz,
    p_tables text[], p_rows text[], p_dropped text[],
    p_interval_streams text[], p_interval_stages text[], p_interval_states text[], p_interval_indexes integer[],
    p_lazy boolean
) RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    base bigint;
BEGIN
    IF p_lazy THEN
        PERFORM set_config('synchronous_commit', 'off', true);
    END IF;
    IF cardinality(p_keys) > 0 AND EXISTS (SELECT FROM keys WHERE key_id = ANY (p_keys) AND wrapped IS NULL) THEN
        RAISE EXCEPTION 'a key was forgotten' USING ERRCODE = 'CK002';
    END IF;
    FOR i IN 1 .. cardinality(p_tables) LOOP
        PERFORM put_rows(p_tables[i], p_rows[i]::json, p_dropped[i]::json);
    END LOOP;

    PERFORM pg_advisory_xact_lock(7166220);
    IF EXISTS (
        SELECT FROM unnest(p_read_streams, p_read_versions) AS r (stream, version)
        WHERE r.version <> coalesce((SELECT s.version FROM streams AS s WHERE s.stream = r.stream), 0)
    ) THEN
        RAISE EXCEPTION 'stale' USING ERRCODE = 'CK001';
    END IF;

    UPDATE head SET position = position + cardinality(p_streams)
    RETURNING position - cardinality(p_streams) INTO base;
    INSERT INTO commands (command_id, actor, digest, stream, first_position, last_position, recorded_at)
    SELECT c.id, c.actor, c.digest, c.stream, base + c.first, base + c.last, p_recorded_at
    FROM unnest(p_command_ids, p_actors, p_digests, p_command_streams, p_firsts, p_lasts)
        AS c (id, actor, digest, stream, first, last);
    INSERT INTO events (year, position, stream, version, type, schema, command_id, body, leaf_hash, recorded_at)
    SELECT e.year, base + e.index, e.stream, e.version, e.type, e.schema, e.command_id, e.body, e.hash, p_recorded_at
    FROM unnest(p_years, p_streams, p_versions, p_types, p_schemas, p_event_commands, p_bodies, p_hashes)
        WITH ORDINALITY AS e (year, stream, version, type, schema, command_id, body, hash, index);

    INSERT INTO streams (stream, version)
    SELECT e.stream, max(e.version) FROM unnest(p_streams, p_versions) AS e (stream, version) GROUP BY e.stream
    ON CONFLICT (stream) DO UPDATE SET version = excluded.version;

    IF cardinality(p_interval_streams) > 0 THEN
        PERFORM put_intervals(base, p_interval_streams, p_interval_stages, p_interval_states, p_interval_indexes);
    END IF;
    RETURN base;
END $$;
