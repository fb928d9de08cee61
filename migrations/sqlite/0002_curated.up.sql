-- The catalogue: replaced as its files change.

CREATE TABLE source (
    id TEXT NOT NULL PRIMARY KEY,
    title TEXT NOT NULL,
    kind TEXT NOT NULL,
    url TEXT,
    pinned TEXT,
    note TEXT
) STRICT, WITHOUT ROWID;

CREATE TABLE organisation (
    id TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE family (
    id TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    about TEXT
) STRICT, WITHOUT ROWID;

CREATE TABLE model (
    -- Edges refer to this number: a tenth of the id's size, and millions of
    -- edges are read at every start. It means nothing outside the database.
    no INTEGER PRIMARY KEY,
    id TEXT NOT NULL,
    name TEXT NOT NULL,
    family TEXT NOT NULL REFERENCES family (id),
    branch TEXT NOT NULL,
    mask TEXT NOT NULL,
    objective TEXT NOT NULL,
    hub TEXT
) STRICT;

CREATE UNIQUE INDEX model_by_id ON model (id);
CREATE INDEX model_by_family ON model (family);

CREATE TABLE model_organisation (
    model TEXT NOT NULL REFERENCES model (id),
    place INTEGER NOT NULL,
    organisation TEXT NOT NULL REFERENCES organisation (id),
    PRIMARY KEY (model, place)
) STRICT, WITHOUT ROWID;

CREATE INDEX model_organisation_by_organisation ON model_organisation (organisation);

CREATE TABLE alias (
    model TEXT NOT NULL REFERENCES model (id),
    place INTEGER NOT NULL,
    alias TEXT NOT NULL,
    PRIMARY KEY (model, place)
) STRICT, WITHOUT ROWID;

CREATE TABLE claim (
    model TEXT NOT NULL REFERENCES model (id),
    place INTEGER NOT NULL,
    field TEXT NOT NULL,
    kind TEXT,
    value TEXT NOT NULL,
    source TEXT NOT NULL REFERENCES source (id),
    location TEXT,
    confidence TEXT NOT NULL,
    note TEXT,
    PRIMARY KEY (model, place)
) STRICT, WITHOUT ROWID;

CREATE INDEX claim_by_source ON claim (source);

CREATE TABLE edge (
    child INTEGER NOT NULL REFERENCES model (no),
    place INTEGER NOT NULL,
    parent INTEGER NOT NULL REFERENCES model (no),
    relation TEXT NOT NULL,
    revision TEXT,
    source TEXT NOT NULL REFERENCES source (id),
    location TEXT,
    confidence TEXT NOT NULL,
    note TEXT,
    PRIMARY KEY (child, place),
    CHECK (child <> parent)
) STRICT, WITHOUT ROWID;

CREATE INDEX edge_by_parent ON edge (parent, child);
-- For the bulk read: all that the graph needs, one relation after another.
CREATE INDEX edge_by_relation ON edge (relation, parent, child);
CREATE INDEX edge_by_source ON edge (source);

CREATE TABLE tombstone (
    id TEXT NOT NULL PRIMARY KEY,
    reason TEXT NOT NULL,
    -- A model or another tombstone, so no foreign key.
    successor TEXT
) STRICT, WITHOUT ROWID;

UPDATE meta SET digest = NULL;
