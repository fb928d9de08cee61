-- Refuses while files are recorded: nothing could bring them back.

CREATE TABLE files_would_be_lost (files INTEGER CHECK (files = 0));
INSERT INTO files_would_be_lost SELECT COUNT(*) FROM run_file;
DROP TABLE files_would_be_lost;

DROP TABLE run_file;
ALTER TABLE run DROP COLUMN model_type;
ALTER TABLE run DROP COLUMN subject;
