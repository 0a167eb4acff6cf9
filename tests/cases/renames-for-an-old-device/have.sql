-- Before 3.26 a copy makes the new names, and a name may go from table to table.
CREATE TABLE cust(id INTEGER PRIMARY KEY AUTOINCREMENT, nm TEXT NOT NULL, mail TEXT);
CREATE INDEX cust_nm ON cust(nm);
CREATE TABLE ord(id INTEGER PRIMARY KEY, cust_id INTEGER REFERENCES cust(id) ON DELETE CASCADE, total NUMERIC);
CREATE TABLE old_ord(at TEXT, cust REFERENCES cust(id));
CREATE VIEW spent AS SELECT c.nm, sum(o.total) AS total FROM cust c JOIN ord o ON o.cust_id = c.id GROUP BY c.id;
CREATE VIEW days AS SELECT at FROM old_ord;
CREATE TRIGGER ord_sum AFTER INSERT ON ord BEGIN
  UPDATE cust SET mail = mail WHERE id = new.cust_id;
END;
INSERT INTO cust VALUES (1, 'Ada', 'ada@example.org'), (2, 'Bo', NULL), (9, 'gone', NULL);
DELETE FROM cust WHERE id = 9;
INSERT INTO ord VALUES (1, 1, 10), (2, 1, 5.5), (3, 2, 1);
INSERT INTO old_ord(rowid, at, cust) VALUES (7, '2001', 2), (5, '2002', 1);
