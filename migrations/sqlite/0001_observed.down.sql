-- Refuses while there are runs: nothing could bring them back.

CREATE TABLE runs_would_be_lost (runs INTEGER CHECK (runs = 0));
INSERT INTO runs_would_be_lost SELECT COUNT(*) FROM run;
DROP TABLE runs_would_be_lost;

DROP TABLE run_check;
DROP TABLE run;
DROP TABLE meta;
