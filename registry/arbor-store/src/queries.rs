//! Every statement that all engines share, written once, sorted by name.
//!
//! One text serves SQLite and PostgreSQL because it keeps to `$1`
//! placeholders, integers of 64 bits, text ids, `ON CONFLICT … DO UPDATE`,
//! `RETURNING`, keyset paging and `WITH RECURSIVE … UNION`; a test parses
//! each statement under both dialects. What an engine does in its own way
//! (search, bulk reads, pragmas, migrations) stands in the engine's crate.
//!
//! `_ALL` reads a table, `_PUT` inserts or updates a row, `_DELETE` deletes
//! one by its key. The functions in `shared/` bind and read them.

macro_rules! queries {
    ($($(#[$meta:meta])* $name:ident = $sql:literal;)+) => {
        $($(#[$meta])* pub const $name: &str = $sql;)+

        /// Every statement by name, sorted.
        pub const ALL: &[(&str, &str)] = &[$((stringify!($name), $name),)+];
    };
}

queries! {
    /// Rows of `alias`.
    ALIAS_ALL = "SELECT model, place, alias FROM alias";
    /// By model and place.
    ALIAS_DELETE = "DELETE FROM alias WHERE model = $1 AND place = $2";
    /// In the order of `ALIAS_ALL`.
    ALIAS_PUT = "
        INSERT INTO alias (model, place, alias) VALUES ($1, $2, $3)
        ON CONFLICT (model, place) DO UPDATE SET alias = excluded.alias";
    /// Ids of all ancestors of the model, in no order: to sort here would lead
    /// SQLite to walk through the ids of all models.
    ANCESTORS = "
        WITH RECURSIVE up (no) AS (
            SELECT parent FROM edge WHERE child = (SELECT no FROM model WHERE id = $1)
            UNION
            SELECT edge.parent FROM up JOIN edge ON edge.child = up.no)
        SELECT id FROM model WHERE no IN (SELECT no FROM up)";
    /// Number $1 gave a sign of life at $2.
    ATTEMPT_ALIVE = "UPDATE attempt SET seen_us = $2 WHERE run = $1";
    /// All of attempt $1.
    ATTEMPT_CHECK_DELETE = "DELETE FROM attempt_check WHERE attempt = $1";
    /// What was heard of attempt $1, in order.
    ATTEMPT_CHECK_OF = "
        SELECT name, outcome, figure, detail, heard FROM attempt_check
        WHERE attempt = $1 ORDER BY heard";
    /// Attempt, name, outcome, figure, detail; behind all that was heard.
    ATTEMPT_CHECK_PUT = "
        INSERT INTO attempt_check (attempt, name, outcome, figure, detail, heard)
        SELECT $1, $2, $3, $4, $5, 1 + COALESCE(MAX(heard), 0)
        FROM attempt_check WHERE attempt = $1
        ON CONFLICT (attempt, name) DO UPDATE SET
            outcome = excluded.outcome, figure = excluded.figure,
            detail = excluded.detail, heard = excluded.heard";
    /// By number.
    ATTEMPT_DELETE = "DELETE FROM attempt WHERE run = $1";
    /// The attempt of that number.
    ATTEMPT_GET = "SELECT run, subject, model, began_us, seen_us FROM attempt WHERE run = $1";
    /// At most $1 attempts, the newest first.
    ATTEMPT_NEWEST = "
        SELECT run, subject, model, began_us, seen_us FROM attempt
        ORDER BY run DESC LIMIT $1";
    /// Subject, model, when it began; gives the number, which no run has.
    ATTEMPT_PUT = "
        INSERT INTO attempt (run, subject, model, began_us, seen_us)
        SELECT 1 + COALESCE(MAX(n), 0), $1, $2, $3, $3
        FROM (SELECT MAX(id) AS n FROM run UNION ALL SELECT MAX(run) AS n FROM attempt) AS taken
        RETURNING run";
    /// Adds one and gives the new number.
    CHANGE_BUMP = "UPDATE meta SET change = change + 1 RETURNING change";
    /// The change number and the digest of the last synchronisation.
    CHANGE_GET = "SELECT change, digest FROM meta";
    /// Rows of `claim`.
    CLAIM_ALL = "
        SELECT model, place, field, kind, value, source, location, confidence, note FROM claim";
    /// By model and place.
    CLAIM_DELETE = "DELETE FROM claim WHERE model = $1 AND place = $2";
    /// In the order of `CLAIM_ALL`.
    CLAIM_PUT = "
        INSERT INTO claim
            (model, place, field, kind, value, source, location, confidence, note)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
        ON CONFLICT (model, place) DO UPDATE SET
            field = excluded.field, kind = excluded.kind, value = excluded.value,
            source = excluded.source, location = excluded.location,
            confidence = excluded.confidence, note = excluded.note";
    /// How many models, edges and runs there are.
    COUNTS = "
        SELECT (SELECT COUNT(*) FROM model), (SELECT COUNT(*) FROM edge),
            (SELECT COUNT(*) FROM run)";
    /// Ids of all descendants of the model, in no order.
    DESCENDANTS = "
        WITH RECURSIVE down (no) AS (
            SELECT child FROM edge WHERE parent = (SELECT no FROM model WHERE id = $1)
            UNION
            SELECT edge.child FROM down JOIN edge ON edge.parent = down.no)
        SELECT id FROM model WHERE no IN (SELECT no FROM down)";
    /// Keeps the digest of a synchronisation.
    DIGEST_SET = "UPDATE meta SET digest = $1";
    /// Rows of `edge`, with the ids for the numbers.
    EDGE_ALL = "
        SELECT c.id, edge.place, p.id, edge.relation, edge.revision, edge.source, edge.location,
            edge.confidence, edge.note
        FROM edge JOIN model AS c ON c.no = edge.child JOIN model AS p ON p.no = edge.parent";
    /// By child id and place.
    EDGE_DELETE = "
        DELETE FROM edge WHERE child = (SELECT no FROM model WHERE id = $1) AND place = $2";
    /// In the order of `EDGE_ALL`.
    EDGE_PUT = "
        INSERT INTO edge
            (child, place, parent, relation, revision, source, location, confidence, note)
        VALUES ((SELECT no FROM model WHERE id = $1), $2, (SELECT no FROM model WHERE id = $3),
            $4, $5, $6, $7, $8, $9)
        ON CONFLICT (child, place) DO UPDATE SET
            parent = excluded.parent, relation = excluded.relation,
            revision = excluded.revision, source = excluded.source,
            location = excluded.location, confidence = excluded.confidence,
            note = excluded.note";
    /// Rows of `family`.
    FAMILY_ALL = "SELECT id, name, about FROM family";
    /// By id.
    FAMILY_DELETE = "DELETE FROM family WHERE id = $1";
    /// In the order of `FAMILY_ALL`.
    FAMILY_PUT = "
        INSERT INTO family (id, name, about) VALUES ($1, $2, $3)
        ON CONFLICT (id) DO UPDATE SET name = excluded.name, about = excluded.about";
    /// Rows of `model_organisation`.
    MAKER_ALL = "SELECT model, place, organisation FROM model_organisation";
    /// By model and place.
    MAKER_DELETE = "DELETE FROM model_organisation WHERE model = $1 AND place = $2";
    /// In the order of `MAKER_ALL`.
    MAKER_PUT = "
        INSERT INTO model_organisation (model, place, organisation) VALUES ($1, $2, $3)
        ON CONFLICT (model, place) DO UPDATE SET organisation = excluded.organisation";
    /// Rows of `model`.
    MODEL_ALL = "SELECT id, name, family, branch, mask, objective, hub FROM model";
    /// By id.
    MODEL_DELETE = "DELETE FROM model WHERE id = $1";
    /// In the order of `MODEL_ALL`; the number is the database's to give.
    MODEL_PUT = "
        INSERT INTO model (id, name, family, branch, mask, objective, hub)
        VALUES ($1, $2, $3, $4, $5, $6, $7)
        ON CONFLICT (id) DO UPDATE SET
            name = excluded.name, family = excluded.family, branch = excluded.branch,
            mask = excluded.mask, objective = excluded.objective, hub = excluded.hub";
    /// Rows of `organisation`.
    ORGANISATION_ALL = "SELECT id, name FROM organisation";
    /// By id.
    ORGANISATION_DELETE = "DELETE FROM organisation WHERE id = $1";
    /// In the order of `ORGANISATION_ALL`.
    ORGANISATION_PUT = "
        INSERT INTO organisation (id, name) VALUES ($1, $2)
        ON CONFLICT (id) DO UPDATE SET name = excluded.name";
    /// The files of receipt $1, by path.
    RECEIPT_FILE_OF = "
        SELECT path, size, digest FROM receipt_file WHERE receipt = $1 ORDER BY path";
    /// Receipt, path, size, digest.
    RECEIPT_FILE_PUT = "
        INSERT INTO receipt_file (receipt, path, size, digest) VALUES ($1, $2, $3, $4)";
    /// The newest receipt of repository $1 at commit $2.
    RECEIPT_OF_COMMIT = "
        SELECT id, repo, revision, commit_sha, endpoint, time_us FROM receipt
        WHERE repo = $1 AND commit_sha = $2 ORDER BY id DESC LIMIT 1";
    /// At most $2 receipts of repository $1, the newest first.
    RECEIPT_OF_REPO = "
        SELECT id, repo, revision, commit_sha, endpoint, time_us FROM receipt
        WHERE repo = $1 ORDER BY id DESC LIMIT $2";
    /// In the order of `RECEIPT_OF_COMMIT`, without the number, which it gives.
    RECEIPT_PUT = "
        INSERT INTO receipt (repo, revision, commit_sha, endpoint, time_us)
        VALUES ($1, $2, $3, $4, $5)
        RETURNING id";
    /// Every repository that has a receipt.
    RECEIPT_REPOS = "SELECT DISTINCT repo FROM receipt ORDER BY repo";
    /// The checks of the runs numbered from $1 to $2, in the order they ran.
    RUN_CHECK_BETWEEN = "
        SELECT run, name, outcome, figure, detail FROM run_check
        WHERE run BETWEEN $1 AND $2 ORDER BY run, place";
    /// As `RUN_CHECK_BETWEEN`, of the runs of model $3 only.
    RUN_CHECK_OF_MODEL = "
        SELECT run, name, outcome, figure, detail FROM run_check
        WHERE run IN (SELECT id FROM run WHERE model = $3 AND id BETWEEN $1 AND $2)
        ORDER BY run, place";
    /// Run, place, name, outcome, figure, detail.
    RUN_CHECK_PUT = "
        INSERT INTO run_check (run, place, name, outcome, figure, detail)
        VALUES ($1, $2, $3, $4, $5, $6)";
    /// The files of the run of that number, in the order they were recorded.
    RUN_FILE_OF = "SELECT run, name, bytes, digest FROM run_file WHERE run = $1 ORDER BY place";
    /// Run, place, name, bytes, digest.
    RUN_FILE_PUT = "
        INSERT INTO run_file (run, place, name, bytes, digest) VALUES ($1, $2, $3, $4, $5)";
    /// The run of that number.
    RUN_GET = "
        SELECT id, model, hub, revision, verdict, device, dtype, loader, threads, began_us,
            took_us, COALESCE(subject, hub, model, 'not recorded'), model_type
        FROM run WHERE id = $1";
    /// Of each model that ran: its id, its newest run and how that ended.
    RUN_LATEST = "
        SELECT model, id, verdict FROM run
        WHERE id IN (SELECT MAX(id) FROM run WHERE model IS NOT NULL GROUP BY model)
        ORDER BY model";
    /// The number of the newest run of hub repository $1 at revision $2.
    RUN_OF_HUB = "
        SELECT id FROM run WHERE hub = $1 AND revision = $2 ORDER BY id DESC LIMIT 1";
    /// At most $3 runs of model $1 numbered below $2, the newest first.
    RUN_OF_MODEL = "
        SELECT id, model, hub, revision, verdict, device, dtype, loader, threads, began_us,
            took_us, COALESCE(subject, hub, model, 'not recorded'), model_type
        FROM run WHERE model = $1 AND id < $2 ORDER BY id DESC LIMIT $3";
    /// At most $2 runs numbered below $1, the newest first.
    RUN_PAGE = "
        SELECT id, model, hub, revision, verdict, device, dtype, loader, threads, began_us,
            took_us, COALESCE(subject, hub, model, 'not recorded'), model_type
        FROM run WHERE id < $1 ORDER BY id DESC LIMIT $2";
    /// In the order of `RUN_GET`, without the number, which it gives: $13, or
    /// one that neither a run nor an attempt has.
    RUN_PUT = "
        INSERT INTO run
            (model, hub, revision, verdict, device, dtype, loader, threads, began_us, took_us,
            subject, model_type, id)
        SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12,
            COALESCE($13, 1 + COALESCE(MAX(n), 0))
        FROM (SELECT MAX(id) AS n FROM run UNION ALL SELECT MAX(run) AS n FROM attempt) AS taken
        RETURNING id";
    /// Rows of `source`.
    SOURCE_ALL = "SELECT id, title, kind, url, pinned, note FROM source";
    /// By key.
    SOURCE_DELETE = "DELETE FROM source WHERE id = $1";
    /// In the order of `SOURCE_ALL`.
    SOURCE_PUT = "
        INSERT INTO source (id, title, kind, url, pinned, note) VALUES ($1, $2, $3, $4, $5, $6)
        ON CONFLICT (id) DO UPDATE SET
            title = excluded.title, kind = excluded.kind, url = excluded.url,
            pinned = excluded.pinned, note = excluded.note";
    /// The tensors of file $1, in its order.
    TENSOR_OF_FILE = "
        SELECT name, dtype, shape, digest FROM tensor WHERE file = $1 ORDER BY place";
    /// File, place, name, number format, shape, digest; known ones stay.
    TENSOR_PUT = "
        INSERT INTO tensor (file, place, name, dtype, shape, digest)
        SELECT $1, $2, $3, $4, $5, $6
        WHERE NOT EXISTS (SELECT 1 FROM tensor WHERE file = $1 AND place = $2)";
    /// Rows of `search_term`.
    TERM_ALL = "SELECT model, kind, term FROM search_term";
    /// By its whole row.
    TERM_DELETE = "DELETE FROM search_term WHERE model = $1 AND kind = $2 AND term = $3";
    /// In the order of `TERM_ALL`.
    TERM_PUT = "INSERT INTO search_term (model, kind, term) VALUES ($1, $2, $3)";
    /// Rows of `tombstone`.
    TOMBSTONE_ALL = "SELECT id, reason, successor FROM tombstone";
    /// By id.
    TOMBSTONE_DELETE = "DELETE FROM tombstone WHERE id = $1";
    /// In the order of `TOMBSTONE_ALL`.
    TOMBSTONE_PUT = "
        INSERT INTO tombstone (id, reason, successor) VALUES ($1, $2, $3)
        ON CONFLICT (id) DO UPDATE SET
            reason = excluded.reason, successor = excluded.successor";
}
