-- The newest run of a repository's commit, which the mirror asks for before
-- it hands out a file.

CREATE INDEX run_by_hub ON run (hub, revision, id);
