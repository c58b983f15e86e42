-- The application's role may read the log and call append(); it owns nothing.
-- Where the migrating user may not make roles, the application runs as that user, and the triggers alone guard.

DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'camket_app') THEN
        BEGIN
            CREATE ROLE camket_app NOLOGIN;
        EXCEPTION
            WHEN insufficient_privilege THEN RAISE NOTICE 'camket_app was not made';
            WHEN duplicate_object OR unique_violation THEN NULL;
        END;
    END IF;
    PERFORM ensure_year(0::smallint);
    FOR year IN 2015 .. 2040 LOOP
        PERFORM ensure_year(year::smallint);
    END LOOP;
    REVOKE ALL ON FUNCTION append, ensure_year, put_rows, put_intervals FROM PUBLIC;
    REVOKE CREATE ON SCHEMA public FROM PUBLIC;
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'camket_app') THEN
        BEGIN
            EXECUTE format('GRANT camket_app TO %I', current_user);
        EXCEPTION
            WHEN OTHERS THEN NULL;
        END;
        GRANT USAGE ON SCHEMA public TO camket_app;
        GRANT SELECT ON events, streams, commands, head, projection_state TO camket_app;
        GRANT EXECUTE ON FUNCTION append, ensure_year TO camket_app;
        GRANT SELECT, INSERT, UPDATE ON keys TO camket_app;
        GRANT SELECT, INSERT, UPDATE, DELETE
            ON checkpoints, parked, people, accounts, sessions, drafts, attempts, operations TO camket_app;
    END IF;
END $$;
