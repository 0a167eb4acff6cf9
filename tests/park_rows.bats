# SPDX-License-Identifier: MIT
#
# Rows of the newer shape that the older one does not take: downgrade --park-rows, and how they come back.

bats_require_minimum_version 1.5.0
load common

setup() {
	begin
}

# shapes SQL [SED]: app.db, its shape as v1.xml, and one without NOT NULL, CHECK and UNIQUE, at which it is then, as v2.xml.
shapes() {
	sqlite3 app.db "$1"
	"$MOULT" dump app.db >v1.xml
	sed -e 's/ not-null="true"//; s/ unique="true"//; s/ check="[^"]*"//' -e "${2-}" v1.xml >v2.xml
	up
}

up() {
	"$MOULT" apply app.db v2.xml --yes --no-backup -q --allow all "$@" 2>up.err || { cat up.err; return 1; }
}

down() {
	"$MOULT" downgrade app.db --yes --no-backup -q --park-rows "$@" 2>down.err || { cat down.err; return 1; }
}

# parked ID WORDS: the parking is refused so, and not a byte changed.
parked_not() {
	local status=0
	cp app.db before.db
	output=$("$MOULT" downgrade app.db --yes --no-backup --park-rows 2>&1) || status=$?
	[[ $status = 3 && $output == *"$1"*"$2"* ]] || { echo "$status $output"; return 1; }
	cmp app.db before.db
}

# rows TABLE...: all of them, with their rowids where they have any.
rows() {
	for table; do
		sqlite3 app.db "SELECT '$table', rowid, * FROM $table" 2>/dev/null || sqlite3 app.db "SELECT '$table', * FROM $table"
	done
}

@test "parked, and back: rows, children, and what refers to them" {
	shapes "CREATE TABLE person(id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL CHECK (length(name) < 10), code TEXT UNIQUE, boss INT REFERENCES person, pet INT REFERENCES \"p et\");
		CREATE TABLE \"p et\"(\"i\"\"d\" INTEGER PRIMARY KEY, owner INT REFERENCES person ON DELETE CASCADE, loud AS (owner + 1) STORED) ;
		CREATE TABLE toy(a TEXT, b INT, pet INT REFERENCES \"p et\", PRIMARY KEY (a, b)) WITHOUT ROWID;
		CREATE TABLE free(v TEXT NOT NULL, p INT REFERENCES person);
		INSERT INTO person(id, name, code) VALUES (1, 'Ada', 'a'); INSERT INTO free VALUES ('f', 1)"
	sqlite3 app.db "INSERT INTO person VALUES (3, NULL, x'00ff', 3, 2), (4, 'much too long a name', 'd', 1, NULL), (5, 'Eve', 'a', 4, NULL), (6, 'Fay', 'a', 1, NULL), (7, 'Gil', NULL, NULL, 4);
		INSERT INTO \"p et\" VALUES (2, 3), (3, 1), (4, 5); INSERT INTO toy VALUES ('y', 1, 2), ('z', 2, 3), ('w', 3, 4); INSERT INTO free(rowid, v, p) VALUES (7, NULL, 1), (9, 'q', 6), (11, 'ö', 1)"
	rows person '"p et"' toy free >before
	run -3 "$MOULT" downgrade app.db --yes --no-backup
	[[ $output == *"MF104"*"or park them with --park-rows"* ]]
	run -0 "$MOULT" plan app.db --back --park-rows
	[[ $output == *"MF105 table person: rows fail CHECK (length(name) < 10); they are parked"*"1 row: id 4"* && $output != *"error"* ]]
	run -0 "$MOULT" downgrade app.db --yes --no-backup --park-rows
	for words in "5 rows of table person are" "2 rows of table p et are" "2 rows of table toy are" "2 rows of table free are"; do
		[[ $output == *"RUN121: $words parked in the file"* ]] || { echo "$output"; return 1; }
	done
	[[ $output == *", 11 rows parked, "* ]]
	[ "$(sqlite3 app.db "SELECT group_concat(id) FROM person; SELECT * FROM \"p et\"; SELECT * FROM toy; SELECT rowid, * FROM free; SELECT seq FROM sqlite_sequence; PRAGMA foreign_key_check")" = \
		"$(printf '1\n3|1|2\nz|2|3\n1|f|1\n11|ö|1\n7')" ]
	"$MOULT" diff app.db v1.xml
	[[ "$("$MOULT" dump app.db)$("$MOULT" dump app.db --format sql)" != *_moult* ]]
	"$MOULT" status app.db | grep -q '11 rows that are parked'
	"$MOULT" status app.db --json | grep -q '"parked_rows": 11'
	run -0 "$MOULT" apply app.db v2.xml --yes --no-backup
	[[ $output == *", 11 parked rows are back, "* && $output != *RUN123* ]]
	rows person '"p et"' toy free | cmp - before
	"$MOULT" verify app.db
	down && up
	rows person '"p et"' toy free | cmp - before
}

@test "a key that old code used again: the row stays parked" {
	shapes "CREATE TABLE t(id INTEGER PRIMARY KEY, v TEXT NOT NULL); CREATE TABLE c(t INT REFERENCES t); INSERT INTO t VALUES (1, 'a')"
	sqlite3 app.db "INSERT INTO t VALUES (2, NULL), (3, NULL); INSERT INTO c VALUES (2), (3), (1)"
	down
	sqlite3 app.db "INSERT INTO t VALUES (2, 'old code')"
	run -0 "$MOULT" apply app.db v2.xml --yes --no-backup --json
	[[ $output == *'"RUN123"'*"1 row does not fit, and stays parked (table t: UNIQUE constraint failed: t.id)"*'"unparked": 3'*'"still_parked": 1'* ]]
	[ "$(sqlite3 app.db "SELECT group_concat(id || ifnull(v, '-')) FROM t")" = "1a,2old code,3-" ]
	# Its child came back to the row that has the key now.
	[ "$(sqlite3 app.db "SELECT group_concat(t) FROM (SELECT t FROM c ORDER BY 1)")" = 1,2,3 ]
	run -0 "$MOULT" finish app.db
	[[ $output == *"RUN124"*"1 row that the way back had parked stays there"*", 1 row stays parked, "* ]]
	[ "$(sqlite3 app.db "SELECT group_concat(value) FROM _moult_parked_rows WHERE \"column\" = 'id'")" = 2 ]
	# What is let go of is somebody's decision; an empty table is nobody's.
	sqlite3 app.db "DELETE FROM _moult_parked_rows"
	run -0 "$MOULT" finish app.db
	[ -z "$(sqlite3 app.db "SELECT name FROM sqlite_master WHERE name = '_moult_parked_rows'")" ]
	run -0 "$MOULT" finish app.db
	[[ $output == *"nothing to do"* ]]
}

@test "the row that was parked last comes back, and a rowid that is no column is no key" {
	shapes "CREATE TABLE t(id INTEGER PRIMARY KEY, v TEXT NOT NULL); CREATE TABLE f(v TEXT NOT NULL); INSERT INTO t VALUES (1, 'a'); INSERT INTO f VALUES ('a')" \
		'/name="t"/,/\/table/s/<column name="v" type="TEXT"\/>/&<column name="n"\/>/'
	sqlite3 app.db "INSERT INTO t VALUES (2, NULL, 'first'); INSERT INTO f VALUES (NULL), (NULL)"
	down
	sqlite3 app.db "INSERT INTO t VALUES (2, 'old code'); INSERT INTO f VALUES ('b')"
	up
	[ "$(sqlite3 app.db "SELECT id, v FROM t; SELECT rowid, quote(v) FROM f; SELECT count(*) FROM _moult_parked_rows WHERE place = 0")" = \
		"$(printf "1|a\n2|old code\n1|'a'\n2|'b'\n3|NULL\n4|NULL\n1")" ]
	sqlite3 app.db "UPDATE t SET v = NULL, n = 'second' WHERE id = 2"
	down && up
	[ "$(sqlite3 app.db "SELECT n FROM t WHERE id = 2; SELECT value FROM _moult_parked_rows WHERE \"column\" = 'n'")" = "$(printf 'second\nfirst')" ]
}

@test "a parent that is gone keeps its children parked, and theirs" {
	shapes "CREATE TABLE t(id INTEGER PRIMARY KEY, v TEXT NOT NULL, up INT REFERENCES t); INSERT INTO t VALUES (1, 'a', NULL), (9, 'z', NULL)"
	sqlite3 app.db "INSERT INTO t VALUES (2, NULL, 9), (3, 'c', 2), (4, 'd', 3), (5, NULL, 1)"
	down
	sqlite3 app.db "DELETE FROM t WHERE id = 9"
	"$MOULT" apply app.db v2.xml --yes --no-backup 2>up.err
	grep -q 'RUN123: .*3 rows do not fit, and stay parked (table t: what it refers to is not there)' up.err
	[ "$(sqlite3 app.db "SELECT group_concat(id) FROM t")" = 1,5 ]
	sqlite3 app.db "INSERT INTO t VALUES (9, NULL, NULL)"
	down && up
	[ "$(sqlite3 app.db "SELECT group_concat(id) FROM t; SELECT count(*) FROM _moult_parked_rows")" = "$(printf '1,2,3,4,5,9\n0')" ]
}

@test "types, STRICT, keys by collation and expression, and partial ones" {
	shapes "CREATE TABLE k(a TEXT, b INT, c TEXT COLLATE NOCASE, PRIMARY KEY (a, b)) WITHOUT ROWID; CREATE UNIQUE INDEX kc ON k(c) WHERE b > 0; CREATE UNIQUE INDEX ke ON k(lower(a), c);
		CREATE TABLE s(id INTEGER PRIMARY KEY, n INTEGER) STRICT; CREATE TABLE q(x INT, y INT, UNIQUE (x, y)); CREATE TABLE conv(id INTEGER PRIMARY KEY, n INTEGER)" \
		's/<unique columns="x, y"\/>//; s/ strict="true"//; s/<index \(name="k.*\)unique="true"\(.*\)$/<index \1\2/; /name="conv"/,/\/table/s/name="n" type="INTEGER"/name="n" type="TEXT"/'
	sqlite3 app.db "INSERT INTO k VALUES ('A', 5, 'ONE'), ('b', 1, 'One'), ('c', 2, 'x'), ('C', 0, 'x'), ('n', 1, NULL); INSERT INTO s VALUES (2, 'text'), (3, 3), (4, x'00');
		INSERT INTO q(rowid, x, y) VALUES (5, 1, 1), (6, 1, 1), (7, NULL, 1), (8, NULL, 1), (3, 2, 2), (9, 2, 2); INSERT INTO conv VALUES (2, '20'), (3, 'abc'), (4, '007'), (5, NULL)"
	rows k s q conv >before
	down
	[ "$(sqlite3 app.db "SELECT group_concat(a || b) FROM k; SELECT group_concat(id) FROM s; SELECT group_concat(rowid) FROM q; SELECT group_concat(id) FROM conv")" = \
		"$(printf 'A5,C0,n1\n3\n3,5,7,8\n2,3,5')" ]
	"$MOULT" verify app.db
	up
	rows k s q conv | cmp - before
}

@test "a trigger that writes rows refuses, a full-text index follows" {
	shapes "CREATE TABLE doc(id INTEGER PRIMARY KEY, t TEXT NOT NULL); CREATE VIRTUAL TABLE f USING fts5(t, content=doc, content_rowid=id);
		CREATE TRIGGER d1 AFTER INSERT ON doc BEGIN INSERT INTO f(rowid, t) VALUES (new.id, new.t); END;
		CREATE TRIGGER d2 AFTER DELETE ON doc BEGIN INSERT INTO f(f, rowid, t) VALUES ('delete', old.id, old.t); END; INSERT INTO doc VALUES (1, 'hello world')"
	sqlite3 app.db "INSERT INTO doc VALUES (2, NULL)"
	down
	sqlite3 app.db "INSERT INTO f(f, rank) VALUES ('integrity-check', 1)"
	up
	[ "$(sqlite3 app.db "INSERT INTO f(f, rank) VALUES ('integrity-check', 1); SELECT count(*) FROM doc")" = 2 ]
	# The same where the index is made again.
	rm app.db
	shapes "CREATE TABLE doc(id INTEGER PRIMARY KEY, t TEXT, n INT NOT NULL); CREATE VIRTUAL TABLE f USING fts5(t, content=doc, content_rowid=id);
		CREATE TRIGGER d1 AFTER INSERT ON doc BEGIN INSERT INTO f(rowid, t) VALUES (new.id, new.t); END;
		CREATE TRIGGER d2 AFTER DELETE ON doc BEGIN INSERT INTO f(f, rowid, t) VALUES ('delete', old.id, old.t); END; INSERT INTO doc VALUES (1, 'hello world', 1)" \
		's/table name="doc"/table name="page" was="doc"/; s/content=doc/content=page/'
	sqlite3 app.db "INSERT INTO page VALUES (2, 'hello you', NULL)"
	down && up
	[ "$(sqlite3 app.db "INSERT INTO f(f, rank) VALUES ('integrity-check', 1); SELECT group_concat(rowid) FROM f WHERE f MATCH 'hello'")" = 1,2 ]
	rm app.db
	shapes "CREATE TABLE t(id INTEGER PRIMARY KEY, v NOT NULL); CREATE TABLE log(x); CREATE TRIGGER \"l g\" AFTER DELETE ON t WHEN old.v IS NULL BEGIN INSERT INTO log VALUES (old.id); END"
	sqlite3 app.db "INSERT INTO t VALUES (1, NULL)"
	parked_not RUN122 "trigger l g would write table log"
	rm app.db
	shapes "CREATE TABLE t(id INTEGER PRIMARY KEY, v NOT NULL); CREATE TRIGGER stay BEFORE DELETE ON t BEGIN SELECT RAISE(IGNORE); END;
		CREATE TRIGGER own AFTER INSERT ON t WHEN new.v = 5 BEGIN UPDATE t SET v = 6; END"
	sqlite3 app.db "INSERT INTO t VALUES (1, NULL)"
	parked_not RUN122 "a trigger keeps them"
	rm app.db
	shapes "CREATE TABLE p(id INTEGER PRIMARY KEY, v NOT NULL); CREATE TABLE n(rowid, _rowid_, oid, p INT REFERENCES p)"
	sqlite3 app.db "INSERT INTO p VALUES (1, NULL); INSERT INTO n VALUES (1, 2, 3, NULL)"
	down && up
	sqlite3 app.db "INSERT INTO n VALUES (1, 2, 3, 1)"
	parked_not RUN122 "no name of a rowid"
}

@test "over several shapes, with steps before, with values that are kept, and rolled back" {
	sqlite3 app.db "CREATE TABLE t(id INTEGER PRIMARY KEY, v TEXT NOT NULL, w TEXT NOT NULL, gone TEXT); INSERT INTO t VALUES (1, 'a', 'w', 'g')"
	"$MOULT" dump app.db >v1.xml
	sed 's/"v" type="TEXT" not-null="true"/"v" type="TEXT"/' v1.xml >v2.xml
	up --way-back data
	sed -e 's/<table name="t">/<step name="s" at="after">UPDATE t SET w = NULL WHERE w = '"'none'"'<back>UPDATE t SET w = '"'none'"' WHERE w IS NULL AND id = 3<\/back><\/step>&/' \
		-e 's/ not-null="true"//; s/<column name="gone".*/<dropped column="gone"\/><column name="fresh"\/>/' v2.xml >v3.xml
	cp v3.xml v2.xml
	up --way-back data
	sqlite3 app.db "INSERT INTO t VALUES (2, NULL, NULL, 'f2'), (3, 'v', NULL, 'f3'), (4, NULL, 'w', 'f4')"
	rows t >before
	"$MOULT" downgrade app.db v1.xml --yes -q --park-rows 2>/dev/null
	[ "$(sqlite3 app.db "SELECT * FROM t; SELECT parking, key FROM _moult_parked_rows WHERE place = 0")" = "$(printf '1|a|w|g\n3|v|none|\n1|2\n2|4')" ]
	"$MOULT" diff app.db v1.xml
	cp app.db down.db
	"$MOULT" rollback app.db --yes -q
	rows t | cmp - before
	cp down.db app.db
	up --way-back data
	# What was kept of a row in one shape waits for it where the row is parked in the next.
	[ "$(sqlite3 app.db "SELECT id, v, w, fresh FROM t ORDER BY id")" = "$(printf '1|a|w|\n2|||f2\n3|v||f3\n4||w|f4')" ]
}

told() {
	sqlite3 app.db "SELECT rowid, a, b, v, w, quote(fresh) FROM t ORDER BY b; SELECT rowid, b, v, quote(fresh) FROM n ORDER BY b; SELECT id, b, v, quote(fresh) FROM k"
}

@test "what is kept of a row in one shape waits for it where the row is parked in the next" {
	sqlite3 app.db "CREATE TABLE t(a TEXT NOT NULL, b INT NOT NULL, v TEXT NOT NULL, w TEXT NOT NULL, PRIMARY KEY (a, b));
		CREATE TABLE n(b INT PRIMARY KEY NOT NULL, v TEXT NOT NULL); CREATE TABLE k(id INTEGER PRIMARY KEY, b INT REFERENCES n, v TEXT NOT NULL);
		INSERT INTO t VALUES ('x', 1, 'v', 'w')"
	"$MOULT" dump app.db >v1.xml
	sed 's/"v" type="TEXT" not-null="true"/"v" type="TEXT"/' v1.xml >v2.xml
	up --way-back data
	sed -e 's/"w" type="TEXT" not-null="true"/"w" type="TEXT"/; s/<column name="v" type="TEXT"\/>/&<column name="fresh"\/>/' v2.xml >v3.xml
	"$MOULT" apply app.db v3.xml --yes --no-backup -q --way-back data
	sqlite3 app.db "INSERT INTO t(a, b, v, w, fresh) VALUES ('y', 2, NULL, 'w', 'f'), ('z', 3, NULL, 'w', x'00ff'), ('z', 4, NULL, NULL, 9.5), ('q', 5, 'v', 'w', 'here');
		INSERT INTO n VALUES (7, NULL, 'n7'), (8, 'n', 'n8'); INSERT INTO k VALUES (1, 7, 'v', 'k7'), (2, 8, NULL, 'k8'), (3, 8, 'v', 'k9')"
	told >before
	down v1.xml
	[ "$(sqlite3 app.db "SELECT group_concat(b) FROM (SELECT b FROM t ORDER BY b); SELECT group_concat(b) FROM n; SELECT group_concat(id) FROM k")" = "$(printf '1,5\n8\n3')" ]
	cp app.db back.db
	# At once, and one shape after the other.
	"$MOULT" apply app.db v3.xml --yes --no-backup -q --way-back data
	told | cmp - before
	cp back.db app.db
	up --way-back data
	[ "$(sqlite3 app.db "SELECT group_concat(b) FROM (SELECT b FROM t ORDER BY b)")" = 1,2,3,5 ]
	"$MOULT" apply app.db v3.xml --yes --no-backup -q --way-back data
	told | cmp - before
	# A key that old code used again is another row, and gets nothing of it.
	cp back.db app.db
	sqlite3 app.db "INSERT INTO t VALUES ('y', 2, 'old', 'old')"
	"$MOULT" apply app.db v3.xml --yes --no-backup -q --way-back data 2>up.err
	[ "$(sqlite3 app.db "SELECT quote(fresh) FROM t WHERE b = 2; SELECT quote(fresh) FROM t WHERE b = 3")" = "$(printf "NULL\nX'00FF'")" ]
	cp back.db app.db
	sqlite3 app.db "INSERT INTO t VALUES ('y', 2, 'old', 'old')"
	up --way-back data
	"$MOULT" apply app.db v3.xml --yes --no-backup -q --way-back data 2>up.err
	[ "$(sqlite3 app.db "SELECT quote(fresh) FROM t WHERE b = 2; SELECT quote(fresh) FROM t WHERE b = 3")" = "$(printf "NULL\nX'00FF'")" ]
	[ "$(sqlite3 app.db "SELECT count(*) FROM _moult_parked WHERE _moult_place < 0")" = 0 ]
}

@test "hostile: what stands in _moult_parked_rows is no more than rows" {
	shapes "CREATE TABLE t(id INTEGER PRIMARY KEY, v TEXT NOT NULL); INSERT INTO t VALUES (1, 'a')"
	sqlite3 app.db "INSERT INTO t VALUES (2, NULL)"
	down
	sqlite3 app.db "INSERT INTO _moult_parked_rows VALUES (-9223372036854775808, 'sqlite_master', 1, 0, '', NULL), (9223372036854775807, 't', 'k', 0, 'rowid', NULL),
		(5, '_moult_history', x'00', 0, x'00ff', 1), (6, 't', 4, 0, '', 1), (6, 't', 4, 1, 'v\") SELECT 1; DROP TABLE t; --', 1), (7, 't', 5, 0, '', 1), (7, 't', 5, 1, 'id', 77),
		(7, 't', 5, 9223372036854775807, 'v', x'ff00'), (8, 't', 8, 0, '', 1), (9, 't', 9, 1, 'id', 9), (10, 't', 10, 0, '', 0), (10, 't', 10, 1, 'id', 11), (10, 't', 10, 2, 'id', 12),
		(11, 't', 1, 0, '', 0), (11, 't', 1, 1, 'id', 'no number')"
	cp app.db crafted.db
	up
	[ "$(sqlite3 app.db "SELECT id, quote(v) FROM t")" = "$(printf "1|'a'\n2|NULL\n77|X'FF00'")" ]
	for sql in "CREATE TRIGGER x AFTER DELETE ON _moult_parked_rows BEGIN DELETE FROM t; END" \
		"DROP TABLE _moult_parked_rows; CREATE VIEW _moult_parked_rows AS SELECT 1" "DROP TABLE _moult_parked_rows; CREATE TABLE _moult_parked_rows(a)"; do
		cp crafted.db app.db
		sqlite3 app.db "$sql"
		run -2 "$MOULT" apply app.db v2.xml --yes --no-backup
		[[ $output == *RUN037* ]]
		run -2 "$MOULT" finish app.db
	done
}
