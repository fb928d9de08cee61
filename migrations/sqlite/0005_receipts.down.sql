-- Refuses while there are receipts: nothing could bring them back.

CREATE TABLE receipts_would_be_lost (receipts INTEGER CHECK (receipts = 0));
INSERT INTO receipts_would_be_lost SELECT COUNT(*) FROM receipt;
DROP TABLE receipts_would_be_lost;

DROP TABLE tensor;
DROP TABLE receipt_file;
DROP TABLE receipt;
