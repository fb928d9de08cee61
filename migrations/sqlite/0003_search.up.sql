-- What search looks through. `term` is folded by the program, so that both
-- the index and the ranks compare bytes.

CREATE TABLE search_term (
    no INTEGER PRIMARY KEY,
    model TEXT NOT NULL REFERENCES model (id),
    kind TEXT NOT NULL,
    term TEXT NOT NULL,
    UNIQUE (model, kind, term)
) STRICT;

CREATE VIRTUAL TABLE search_fts USING fts5 (
    term,
    content = 'search_term',
    content_rowid = 'no',
    tokenize = 'trigram case_sensitive 1'
);

CREATE TRIGGER search_term_added AFTER INSERT ON search_term
BEGIN INSERT INTO search_fts (rowid, term) VALUES (NEW.no, NEW.term); END;

CREATE TRIGGER search_term_gone AFTER DELETE ON search_term
BEGIN
    INSERT INTO search_fts (search_fts, rowid, term) VALUES ('delete', OLD.no, OLD.term);
END;

CREATE TRIGGER search_term_is_never_changed BEFORE UPDATE ON search_term
BEGIN SELECT RAISE(ABORT, 'a search term is replaced, not changed'); END;

UPDATE meta SET digest = NULL;
