# SPDX-License-Identifier: MIT
#
# What integrity_check says and the rows do not: SQLite 3.40 finds values of the wrong kind in
# WITHOUT ROWID tables whose key is not their first columns, and in STRICT ones with virtual
# columns.  A line counts once the rows were asked.

bats_require_minimum_version 1.5.0
load common

setup() {
	begin
	sqlite3 app.db "CREATE TABLE t(k TEXT NOT NULL, n INTEGER NOT NULL, v TEXT NOT NULL, PRIMARY KEY(k, v)) WITHOUT ROWID;
		CREATE TABLE \"od.d\"(\"a.b\" TEXT, n REAL NOT NULL, \"c\"\"d\" TEXT NOT NULL, PRIMARY KEY(\"c\"\"d\", n)) WITHOUT ROWID;
		CREATE TABLE s(g BLOB AS (a) VIRTUAL, a BLOB NOT NULL, b INT, k INTEGER NOT NULL, PRIMARY KEY(k, b)) STRICT, WITHOUT ROWID;
		INSERT INTO t VALUES ('a', 1, 'b'), ('c', 2, 'd');
		INSERT INTO \"od.d\" VALUES ('x', 1.5, 'y'), (NULL, 2.0, 'z');
		INSERT INTO s(a, b, k) VALUES (x'01', 1, 2), (x'02', 2, 1);"
	"$MOULT" dump app.db >have.xml
	sed 's,<column name="v",<column name="more"/>&,; s,name="n" type="INTEGER",& check="n > 0",' have.xml >want.xml
}

# Rows enough that lines about them leave no place for others.
flood() {
	sqlite3 app.db "WITH RECURSIVE i(i) AS (SELECT 10 UNION ALL SELECT i + 1 FROM i WHERE i < 3000)
		INSERT INTO t SELECT i, i, i FROM i"
}

# A NULL that there must not be, in a table that is asked last.
spoil() {
	sqlite3 app.db "CREATE TABLE zz(id INTEGER PRIMARY KEY, a TEXT, b); INSERT INTO zz VALUES (1, NULL, 1);"
	by_hand app.db "UPDATE sqlite_master SET sql = replace(sql, 'a TEXT', 'a TEXT NOT NULL') WHERE name = 'zz'"
}

@test "verify finds nothing in a healthy file" {
	expect 0 verify app.db
	flood
	expect 0 verify app.db
}

@test "apply, rehearse, backups and rollback take such tables as they are" {
	local strategy
	for strategy in auto rebuild; do
		for options in "" "--no-backup" "--verify quick" "--verify full"; do
			cp app.db kept.db
			# shellcheck disable=SC2086
			expect 0 rehearse app.db want.xml --strategy $strategy
			expect 0 apply app.db want.xml --strategy $strategy $options --allow all
			[[ $stderr != *RUN024* ]]
			expect 0 verify app.db want.xml
			if [ "$options" != --no-backup ]; then
				grep -q '"quick_check": "ok"' app.db.moult-0001-*.json
				expect 0 history app.db --check
				expect 0 rollback app.db
				[ "$(without_history kept.db)" = "$(without_history app.db)" ]
			fi
			rm -f app.db*
			mv kept.db app.db
		done
	done
}

@test "a table becomes WITHOUT ROWID, its key in another order" {
	sqlite3 app.db "DROP TABLE t; CREATE TABLE t(k TEXT NOT NULL, n INTEGER NOT NULL, v TEXT NOT NULL, PRIMARY KEY(k, v));
		INSERT INTO t VALUES ('a', 1, 'b')"
	expect 0 apply app.db have.xml --allow MD109
	expect 0 verify app.db have.xml
}

@test "what is so is found, and before it a flood of what is not hides nothing" {
	spoil
	expect 1 verify app.db
	[[ $output == *"NULL value in zz.a"* ]]
	flood
	expect 1 verify app.db
	[[ $output == *"NULL value in zz.a"* ]]
	[[ $output != *"NULL value in t.n"* ]]
}

@test "NULLs that were there before are told, and not blamed" {
	spoil
	flood
	expect 0 apply app.db want.xml --no-backup
	[[ $stderr == *"RUN024"*"1 faults: NULL value in zz.a"* ]]
	expect 1 verify app.db
}
