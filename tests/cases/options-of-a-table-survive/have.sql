-- WITHOUT ROWID and STRICT over a rebuild, and the view and triggers that stand on it.
CREATE TABLE kv(k TEXT PRIMARY KEY, v INTEGER, w ANY) STRICT, WITHOUT ROWID;
CREATE VIEW big AS SELECT k, v FROM kv WHERE v > 1;
CREATE VIEW bigger AS SELECT k FROM big WHERE v > 2;
CREATE TABLE log(k, was);
CREATE TRIGGER kept AFTER UPDATE OF v ON kv WHEN old.v IS NOT new.v BEGIN INSERT INTO log SELECT k, old.v FROM big WHERE k = new.k; END;
CREATE TRIGGER via INSTEAD OF DELETE ON bigger BEGIN DELETE FROM kv WHERE k = old.k; END;
INSERT INTO kv VALUES ('a', 1, '007'), ('b', 3, x'00');
