-- The change number, and what was observed: it only grows.

CREATE TABLE meta (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    change INTEGER NOT NULL CHECK (change >= 0),
    -- Of the catalogue that the curated tables hold; NULL: fill them anew.
    digest TEXT
) STRICT;

INSERT INTO meta (one, change, digest) VALUES (1, 0, NULL);

CREATE TRIGGER meta_change_never_shrinks BEFORE UPDATE OF change ON meta
WHEN NEW.change < OLD.change
BEGIN SELECT RAISE(ABORT, 'the change number never shrinks'); END;

CREATE TRIGGER meta_stays BEFORE DELETE ON meta
BEGIN SELECT RAISE(ABORT, 'the meta row stays'); END;

CREATE TABLE run (
    id INTEGER PRIMARY KEY,
    -- No foreign key: a run outlives the model's place in the catalogue.
    model TEXT,
    hub TEXT,
    revision TEXT,
    verdict TEXT NOT NULL,
    device TEXT NOT NULL,
    dtype TEXT NOT NULL,
    loader TEXT NOT NULL,
    threads INTEGER NOT NULL CHECK (threads >= 0),
    began_us INTEGER NOT NULL,
    took_us INTEGER NOT NULL CHECK (took_us >= 0)
) STRICT;

CREATE INDEX run_by_model ON run (model, id);

CREATE TABLE run_check (
    run INTEGER NOT NULL REFERENCES run (id),
    place INTEGER NOT NULL,
    name TEXT NOT NULL,
    outcome TEXT NOT NULL,
    figure REAL,
    detail TEXT,
    PRIMARY KEY (run, place)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER run_is_never_changed BEFORE UPDATE ON run
BEGIN SELECT RAISE(ABORT, 'a run is never changed'); END;

CREATE TRIGGER run_is_never_deleted BEFORE DELETE ON run
BEGIN SELECT RAISE(ABORT, 'a run is never deleted'); END;

-- INSERT OR REPLACE would delete without asking the triggers above.
CREATE TRIGGER run_is_never_replaced BEFORE INSERT ON run
WHEN EXISTS (SELECT 1 FROM run WHERE id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'a run is never replaced'); END;

CREATE TRIGGER run_check_is_never_changed BEFORE UPDATE ON run_check
BEGIN SELECT RAISE(ABORT, 'a check of a run is never changed'); END;

CREATE TRIGGER run_check_is_never_deleted BEFORE DELETE ON run_check
BEGIN SELECT RAISE(ABORT, 'a check of a run is never deleted'); END;

CREATE TRIGGER run_check_is_never_replaced BEFORE INSERT ON run_check
WHEN EXISTS (SELECT 1 FROM run_check WHERE run = NEW.run AND place = NEW.place)
BEGIN SELECT RAISE(ABORT, 'a check of a run is never replaced'); END;
