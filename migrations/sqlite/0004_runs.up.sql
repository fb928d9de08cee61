-- What a run examined, and the files it read. Runs from before are named by
-- what is known of them.

ALTER TABLE run ADD COLUMN subject TEXT;
ALTER TABLE run ADD COLUMN model_type TEXT;

CREATE TABLE run_file (
    run INTEGER NOT NULL REFERENCES run (id),
    place INTEGER NOT NULL,
    name TEXT NOT NULL,
    bytes INTEGER NOT NULL CHECK (bytes >= 0),
    -- Of the content: SHA-256, or git's id of a small file.
    digest TEXT NOT NULL,
    PRIMARY KEY (run, place)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER run_file_is_never_changed BEFORE UPDATE ON run_file
BEGIN SELECT RAISE(ABORT, 'a file of a run is never changed'); END;

CREATE TRIGGER run_file_is_never_deleted BEFORE DELETE ON run_file
BEGIN SELECT RAISE(ABORT, 'a file of a run is never deleted'); END;

CREATE TRIGGER run_file_is_never_replaced BEFORE INSERT ON run_file
WHEN EXISTS (SELECT 1 FROM run_file WHERE run = NEW.run AND place = NEW.place)
BEGIN SELECT RAISE(ABORT, 'a file of a run is never replaced'); END;
