-- Receipts of what was pulled from the hub, and the digests of the tensors
-- that streamed by: observed, so they only grow.

CREATE TABLE receipt (
    id INTEGER PRIMARY KEY,
    repo TEXT NOT NULL,
    revision TEXT NOT NULL,
    commit_sha TEXT NOT NULL,
    endpoint TEXT NOT NULL,
    time_us INTEGER NOT NULL
) STRICT;

CREATE INDEX receipt_by_commit ON receipt (repo, commit_sha, id);

CREATE TABLE receipt_file (
    receipt INTEGER NOT NULL REFERENCES receipt (id),
    path TEXT NOT NULL,
    size INTEGER NOT NULL CHECK (size >= 0),
    digest TEXT NOT NULL,
    PRIMARY KEY (receipt, path)
) STRICT, WITHOUT ROWID;

-- By the file's own digest: one file in two repositories has one set.
CREATE TABLE tensor (
    file TEXT NOT NULL,
    place INTEGER NOT NULL,
    name TEXT NOT NULL,
    dtype TEXT NOT NULL,
    -- Dimensions, outermost first, joined by `x`; nothing for a scalar.
    shape TEXT NOT NULL,
    digest TEXT NOT NULL,
    PRIMARY KEY (file, place)
) STRICT, WITHOUT ROWID;

CREATE INDEX tensor_by_digest ON tensor (digest);

CREATE TRIGGER receipt_is_never_changed BEFORE UPDATE ON receipt
BEGIN SELECT RAISE(ABORT, 'a receipt is never changed'); END;

CREATE TRIGGER receipt_is_never_deleted BEFORE DELETE ON receipt
BEGIN SELECT RAISE(ABORT, 'a receipt is never deleted'); END;

-- INSERT OR REPLACE would delete without asking the triggers above.
CREATE TRIGGER receipt_is_never_replaced BEFORE INSERT ON receipt
WHEN EXISTS (SELECT 1 FROM receipt WHERE id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'a receipt is never replaced'); END;

CREATE TRIGGER receipt_file_is_never_changed BEFORE UPDATE ON receipt_file
BEGIN SELECT RAISE(ABORT, 'a file of a receipt is never changed'); END;

CREATE TRIGGER receipt_file_is_never_deleted BEFORE DELETE ON receipt_file
BEGIN SELECT RAISE(ABORT, 'a file of a receipt is never deleted'); END;

CREATE TRIGGER receipt_file_is_never_replaced BEFORE INSERT ON receipt_file
WHEN EXISTS (SELECT 1 FROM receipt_file WHERE receipt = NEW.receipt AND path = NEW.path)
BEGIN SELECT RAISE(ABORT, 'a file of a receipt is never replaced'); END;

CREATE TRIGGER tensor_is_never_changed BEFORE UPDATE ON tensor
BEGIN SELECT RAISE(ABORT, 'a tensor''s digest is never changed'); END;

CREATE TRIGGER tensor_is_never_deleted BEFORE DELETE ON tensor
BEGIN SELECT RAISE(ABORT, 'a tensor''s digest is never deleted'); END;

CREATE TRIGGER tensor_is_never_replaced BEFORE INSERT ON tensor
WHEN EXISTS (SELECT 1 FROM tensor WHERE file = NEW.file AND place = NEW.place)
BEGIN SELECT RAISE(ABORT, 'a tensor''s digest is never replaced'); END;
