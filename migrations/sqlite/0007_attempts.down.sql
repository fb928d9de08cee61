-- What is lost is only of examinations that did not end.

DROP TABLE attempt_check;
DROP TABLE attempt;
