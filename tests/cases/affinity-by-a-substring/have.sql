-- CHARINT is an integer and FLOATING POINT is one too: the rules look for INT first.
CREATE TABLE t(a CHARINT, b FLOATING POINT, c "blob text", d STRING);
INSERT INTO t VALUES ('1', '2', '3', '4');
