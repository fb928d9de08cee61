-- Refuses while models are imported: a hub that has changed since could not
-- give them again.

CREATE TABLE imports_would_be_lost (imports INTEGER CHECK (imports = 0));
INSERT INTO imports_would_be_lost SELECT COUNT(*) FROM imported_model;
DROP TABLE imports_would_be_lost;

DROP TABLE imported_edge;
DROP TABLE imported_model;
DROP TABLE import_place;
DROP TABLE import;
