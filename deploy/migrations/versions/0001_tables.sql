-- The log. Rows are inserted by append() alone and never change.

CREATE TABLE head (
    one boolean PRIMARY KEY DEFAULT true CHECK (one),
    position bigint NOT NULL
) WITH (fillfactor = 10);
INSERT INTO head (position) VALUES (0);

CREATE TABLE events (
    year smallint NOT NULL,
    position bigint NOT NULL,
    stream text COLLATE "C" NOT NULL,
    version integer NOT NULL,
    type text COLLATE "C" NOT NULL,
    schema smallint NOT NULL,
    command_id text COLLATE "C" NOT NULL,
    body bytea NOT NULL,
    leaf_hash bytea NOT NULL,
    recorded_at timestamptz NOT NULL,
    CONSTRAINT events_pkey PRIMARY KEY (position, year),
    CONSTRAINT events_version UNIQUE (year, stream, version)
) PARTITION BY LIST (year);

-- The last version of each stream: what an append compares under its lock, in one look instead of one per partition.
CREATE TABLE streams (
    stream text COLLATE "C" PRIMARY KEY,
    version integer NOT NULL
) WITH (fillfactor = 70);

-- A digest is keyed: what people entered may be short, and a plain hash of it could be guessed.
CREATE TABLE commands (
    command_id text COLLATE "C" CONSTRAINT commands_pkey PRIMARY KEY,
    actor text COLLATE "C" NOT NULL,
    digest bytea NOT NULL,
    stream text COLLATE "C" NOT NULL,
    first_position bigint,
    last_position bigint,
    recorded_at timestamptz NOT NULL,
    CHECK ((first_position IS NULL) = (last_position IS NULL))
);

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'CK009';
END $$;

CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON events FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER append_only_all BEFORE TRUNCATE ON events FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON commands FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER append_only_all BEFORE TRUNCATE ON commands FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- The partition of a year; TRUNCATE triggers are not inherited, so each partition has its own.
CREATE FUNCTION ensure_year(wanted smallint) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp AS $$
DECLARE
    partition text := format('events_%s', wanted);
BEGIN
    IF wanted <> 0 AND wanted NOT BETWEEN 1900 AND 2999 THEN
        RAISE EXCEPTION 'no year: %', wanted;
    END IF;
    IF to_regclass(partition) IS NOT NULL THEN
        RETURN;
    END IF;
    PERFORM pg_advisory_xact_lock(7166221);
    EXECUTE format('CREATE TABLE IF NOT EXISTS %I PARTITION OF events FOR VALUES IN (%s)', partition, wanted);
    IF NOT EXISTS (SELECT FROM pg_trigger WHERE tgrelid = partition::regclass AND tgname = 'append_only_all') THEN
        EXECUTE format(
            'CREATE TRIGGER append_only_all BEFORE TRUNCATE ON %I FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()',
            partition);
    END IF;
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'camket_app') THEN
        EXECUTE format('GRANT SELECT ON %I TO camket_app', partition);
    END IF;
END $$;

-- One data key per person or document, wrapped by the master key; a forgotten one keeps its row without the key.
CREATE TABLE keys (
    key_id text COLLATE "C" PRIMARY KEY,
    wrapped bytea,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    forgotten_at timestamptz,
    CHECK ((wrapped IS NULL) = (forgotten_at IS NOT NULL))
);
CREATE INDEX keys_forgotten ON keys (forgotten_at) WHERE forgotten_at IS NOT NULL;

-- How far each follower has come, and the streams it could not go on with.
CREATE TABLE checkpoints (
    name text PRIMARY KEY,
    position bigint NOT NULL DEFAULT 0,
    moved_at timestamptz NOT NULL DEFAULT clock_timestamp()
) WITH (fillfactor = 10);

CREATE TABLE parked (
    name text NOT NULL,
    stream text COLLATE "C" NOT NULL,
    position bigint NOT NULL,
    error_class text NOT NULL,
    since timestamptz NOT NULL DEFAULT clock_timestamp(),
    retry_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    tries integer NOT NULL DEFAULT 1,
    PRIMARY KEY (name, stream)
);

-- What the tables of projections were made from; the tables themselves are disposable and not migrated.
CREATE TABLE projection_state (
    name text PRIMARY KEY,
    fingerprint text NOT NULL,
    rebuilt_at timestamptz
);
