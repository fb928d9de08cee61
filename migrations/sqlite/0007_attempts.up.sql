-- Examinations as they go: what began, and what was heard of it so far. The
-- run takes the attempt's number and its place; of one that never ended, this
-- is all there is.

CREATE TABLE attempt (
    -- A number that no run has; runs and attempts share one count.
    run INTEGER PRIMARY KEY,
    subject TEXT NOT NULL,
    -- No foreign key: see run.model.
    model TEXT,
    began_us INTEGER NOT NULL,
    -- When its process last gave a sign of life.
    seen_us INTEGER NOT NULL
) STRICT;

CREATE TABLE attempt_check (
    attempt INTEGER NOT NULL REFERENCES attempt (run),
    name TEXT NOT NULL,
    outcome TEXT NOT NULL,
    figure REAL,
    detail TEXT,
    -- In the order heard, from 1; a check heard again gets a new one.
    heard INTEGER NOT NULL CHECK (heard > 0),
    PRIMARY KEY (attempt, name)
) STRICT, WITHOUT ROWID;
