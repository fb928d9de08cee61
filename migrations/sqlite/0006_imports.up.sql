-- Models of the hub in bulk, as the hub speaks of them: observed, and never
-- in one row with what is curated.

CREATE TABLE import (
    id INTEGER PRIMARY KEY,
    kind TEXT NOT NULL,
    -- A file, or a question to the hub.
    source TEXT NOT NULL,
    began_us INTEGER NOT NULL
) STRICT;

-- How far a question to the hub got: what the next import begins with.
CREATE TABLE import_place (
    source TEXT NOT NULL PRIMARY KEY,
    -- The next page, while an import is not at its end.
    next TEXT,
    -- The latest change that was seen before that import, and in it.
    complete_us INTEGER,
    newest_us INTEGER
) STRICT, WITHOUT ROWID;

-- The author stands in the id, before the slash.
CREATE TABLE imported_model (
    no INTEGER PRIMARY KEY,
    id TEXT NOT NULL,
    -- The hub's own number: it stays when the repository is renamed.
    hub_key TEXT,
    created_us INTEGER,
    modified_us INTEGER,
    parameters INTEGER CHECK (parameters >= 0),
    licence TEXT,
    task TEXT,
    library TEXT,
    downloads INTEGER CHECK (downloads >= 0),
    downloads_all INTEGER CHECK (downloads_all >= 0),
    likes INTEGER CHECK (likes >= 0),
    -- `relation org/name`, one a line, as the model declares them. They may
    -- lead nowhere; those that lead somewhere are in imported_edge.
    bases TEXT,
    -- The import that brought this state.
    import INTEGER NOT NULL REFERENCES import (id)
) STRICT;

CREATE UNIQUE INDEX imported_model_by_id ON imported_model (id COLLATE NOCASE);

-- Follows from the declared bases; made anew when they change. A parent may
-- be a model of the catalogue, so there is no foreign key.
CREATE TABLE imported_edge (
    child TEXT NOT NULL,
    parent TEXT NOT NULL,
    relation TEXT NOT NULL,
    PRIMARY KEY (child, parent, relation),
    CHECK (child <> parent)
) STRICT, WITHOUT ROWID;

CREATE INDEX imported_edge_by_parent ON imported_edge (parent, child);

CREATE TRIGGER import_is_never_changed BEFORE UPDATE ON import
BEGIN SELECT RAISE(ABORT, 'an import is never changed'); END;

CREATE TRIGGER import_is_never_deleted BEFORE DELETE ON import
BEGIN SELECT RAISE(ABORT, 'an import is never deleted'); END;

CREATE TRIGGER imported_model_is_never_deleted BEFORE DELETE ON imported_model
BEGIN SELECT RAISE(ABORT, 'an imported model is never deleted'); END;

CREATE TRIGGER imported_model_stays_new BEFORE UPDATE ON imported_model
WHEN NEW.modified_us < OLD.modified_us OR NEW.id <> OLD.id COLLATE NOCASE
BEGIN SELECT RAISE(ABORT, 'an imported model never becomes older or another'); END;
