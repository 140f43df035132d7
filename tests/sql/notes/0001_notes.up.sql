-- What the tests of platform/sql need: a table behind row-level security, one without, and what refuses by itself.

CREATE SCHEMA notes;

CREATE TABLE notes.notes (
    org  text NOT NULL,
    id   text NOT NULL,
    body text NOT NULL DEFAULT '',
    PRIMARY KEY (org, id)
);
ALTER TABLE notes.notes ENABLE ROW LEVEL SECURITY;
ALTER TABLE notes.notes FORCE ROW LEVEL SECURITY;
CREATE POLICY notes_of_the_org ON notes.notes
    USING (org = nullif(current_setting('notes.org', true), ''))
    WITH CHECK (org = nullif(current_setting('notes.org', true), ''));

CREATE TABLE notes.events (
    id   text PRIMARY KEY,
    seq  bigint GENERATED ALWAYS AS IDENTITY,
    size bigint NOT NULL DEFAULT 0,
    CONSTRAINT events_are_small CHECK (size < 100),
    CONSTRAINT events_are_not_negative CHECK (size >= 0)
);

CREATE FUNCTION notes.refuse_event() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'NTE-1: an event is not called %; choose another name', NEW.id USING ERRCODE = 'PC001';
END $$;
CREATE TRIGGER refuse_event BEFORE INSERT ON notes.events
    FOR EACH ROW WHEN (NEW.id = 'forbidden') EXECUTE FUNCTION notes.refuse_event();
