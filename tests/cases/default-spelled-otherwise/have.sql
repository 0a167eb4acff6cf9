-- A number is the same DEFAULT in whatever way it is written, and no row is copied for it (tests/rules.bats).
CREATE TABLE t(id INTEGER PRIMARY KEY, a INT DEFAULT TRUE, b INT DEFAULT +5, c INT DEFAULT 0x10, d INT DEFAULT (false), e INT DEFAULT 1, f INT DEFAULT 5);
INSERT INTO t(id) VALUES(1), (2);
