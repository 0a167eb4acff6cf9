-- A table and columns get other names; everything that names them follows.
CREATE TABLE cust(id INTEGER PRIMARY KEY, nm TEXT NOT NULL, mail TEXT);
CREATE INDEX cust_nm ON cust(nm);
CREATE TABLE ord(id INTEGER PRIMARY KEY, cust_id INTEGER REFERENCES cust(id) ON DELETE CASCADE, total NUMERIC);
CREATE VIEW spent AS SELECT c.nm, sum(o.total) AS total FROM cust c JOIN ord o ON o.cust_id = c.id GROUP BY c.id;
CREATE TRIGGER ord_sum AFTER INSERT ON ord BEGIN
  UPDATE cust SET mail = mail WHERE id = new.cust_id;
END;
INSERT INTO cust VALUES (1, 'Ada', 'ada@example.org'), (2, 'Bo', NULL);
INSERT INTO ord VALUES (1, 1, 10), (2, 1, 5.5), (3, 2, 1);
