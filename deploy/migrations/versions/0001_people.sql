-- What may be erased: names and logins, sessions, drafts. Names are NFC: PostgreSQL compares bytes.

CREATE TABLE people (
    person text COLLATE "C" PRIMARY KEY,
    name text NOT NULL CHECK (name IS NFC NORMALIZED AND name <> ''),
    search text NOT NULL,
    sort_key text COLLATE "C" NOT NULL,
    birth_year smallint,
    mail text CHECK (mail IS NFC NORMALIZED),
    language text NOT NULL DEFAULT 'vi',
    theme text NOT NULL DEFAULT 'auto',
    text_size text NOT NULL DEFAULT 'normal'
);
CREATE INDEX people_sort ON people (sort_key, person);
CREATE INDEX people_search ON people (search text_pattern_ops);

CREATE TABLE accounts (
    person text COLLATE "C" PRIMARY KEY,
    username text NOT NULL UNIQUE CHECK (username IS NFC NORMALIZED),
    password_hash text NOT NULL,
    role_note text,
    changed_at timestamptz NOT NULL DEFAULT clock_timestamp()
);

CREATE TABLE sessions (
    id_hash bytea PRIMARY KEY,
    person text COLLATE "C",
    data jsonb NOT NULL DEFAULT '{}',
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    seen_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    expires_at timestamptz NOT NULL
);
CREATE INDEX sessions_person ON sessions (person);
CREATE INDEX sessions_expires ON sessions (expires_at);

CREATE TABLE drafts (
    person text COLLATE "C" NOT NULL,
    stream text COLLATE "C" NOT NULL,
    form text NOT NULL,
    sealed text NOT NULL,
    saved_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (person, stream, form)
);

-- Counts of failed logins by key (name or address) and window.
CREATE TABLE attempts (
    key text NOT NULL,
    window_start timestamptz NOT NULL,
    count integer NOT NULL DEFAULT 1,
    PRIMARY KEY (key, window_start)
);

-- What the worker sees of Temporal and the relay, for pages to read.
CREATE TABLE operations (
    key text PRIMARY KEY,
    value jsonb NOT NULL,
    seen_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
