DROP TABLE tombstone;
DROP TABLE edge;
DROP TABLE claim;
DROP TABLE alias;
DROP TABLE model_organisation;
DROP TABLE model;
DROP TABLE family;
DROP TABLE organisation;
DROP TABLE source;

UPDATE meta SET digest = NULL;
