# SPDX-License-Identifier: MIT
#
# apply --online: an index is made beside those who write its table.  It is what CREATE INDEX makes.

bats_require_minimum_version 1.5.0
load common

setup() {
	begin
	MAX_LOCK=1ms
	make_file app.db
	"$MOULT" dump app.db >app.xml
	indexes '<index name="i" columns="b DESC, lower(c)" where="b &gt; -1"/><index name="u" unique="true" columns="c" where="b &gt; 2"/>'
}

# 4000 rows; REPLACE has victims by c.
make_file() {
	sqlite3 "$1" "PRAGMA journal_mode = WAL;
		CREATE TABLE t(id INTEGER PRIMARY KEY, b REAL, c TEXT COLLATE NOCASE UNIQUE, d)" >/dev/null
	sqlite3 "$1" "WITH RECURSIVE s(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM s WHERE i < 4000)
		INSERT INTO t SELECT i, CASE WHEN i % 9 THEN i % 50 END, 'k' || i, i FROM s"
}

indexes() { # ELEMENTS
	sed "s|</table>|${1//&/\\&}</table>|" app.xml >next.xml
}

writes() { # FILE ROUND
	sqlite3 -cmd '.timeout 20000' "$1" "UPDATE t SET b = b + 1 WHERE id % 97 = $2;
		DELETE FROM t WHERE id = $2 * 8;
		REPLACE INTO t(b, c) VALUES($2, 'K' || ($2 + 700)), (NULL, 'k' || ($2 + 900));
		REPLACE INTO t(id, c) VALUES($2 * 4, 'at$2');
		UPDATE OR REPLACE t SET id = id + 4 WHERE id = 4 * (800 + 2 * $2);
		UPDATE t SET c = upper(c) WHERE id = 3000 + $2"
}

is_clean() {
	[ -z "$(sqlite3 app.db "SELECT name FROM sqlite_master WHERE name GLOB '_moult_*' AND name NOT IN ('_moult_history', '_moult_way_back')")" ]
	[ "$(sqlite3 app.db "PRAGMA integrity_check")" = ok ]
}

@test "with writers meanwhile, killed in each phase, it is what CREATE INDEX makes" {
	"$MOULT" apply app.db next.xml --online --yes --no-backup --max-lock 1ms --duty 30 >out 2>err &
	pid=$!
	for ((i = 1; i <= 5; i++)); do writes app.db $i; done
	wait $pid
	grep -q "short locks" out
	rm -f app.db*
	make_file app.db
	n=5
	for phase in backfill drain nulls sweep; do
		kill_in $phase || true
		writes app.db $((++n))
		[ "$(sqlite3 app.db "PRAGMA integrity_check")" = ok ]
	done
	expect 0 apply app.db next.xml --online --yes --no-backup --max-lock 1ms
	is_clean
	make_file other.db
	for ((n = 6; n <= 9; n++)); do writes other.db $n; done
	expect 0 apply other.db next.xml --yes --no-backup
	diff <(sqlite3 app.db .dump | grep -v _moult) <(sqlite3 other.db .dump | grep -v _moult)
	# The entries are the same bytes, in the same order.
	for query in "SELECT quote(b), lower(c) FROM t INDEXED BY i WHERE b > -1 ORDER BY b DESC, lower(c)" \
		"SELECT id, c FROM t INDEXED BY u WHERE b > 2 ORDER BY c"; do
		diff <(sqlite3 app.db "$query") <(sqlite3 other.db "$query")
	done
	expect 0 diff app.db next.xml
}

@test "VACUUM and REINDEX meanwhile do nothing to it" {
	kill_in backfill || true
	sqlite3 app.db "VACUUM"
	kill_in drain || true
	sqlite3 app.db "REINDEX"
	expect 0 apply app.db next.xml --online --yes --no-backup --max-lock 1ms
	is_clean
	[ "$(sqlite3 app.db "SELECT count(*) FROM t INDEXED BY i WHERE b > -1")" = "$(sqlite3 app.db "SELECT count(b) FROM t")" ]
}

@test "abandoned it leaves nothing, and the plan says how it would be made" {
	expect 0 plan app.db next.xml --online --max-lock 1ms
	[[ $stderr == *"RUN087: index i: made beside those who write its table: 4000 rows"* ]]
	expect 0 plan app.db next.xml --online
	[[ $stderr == *"RUN087: index i: done at once"* ]]
	kill_in drain || true
	[[ $("$MOULT" status app.db) == *"under way"*"  index i: "* ]]
	writes app.db 1
	expect 0 downgrade app.db --yes
	is_clean
	make_file other.db
	writes other.db 1
	diff <(sqlite3 app.db .dump) <(sqlite3 other.db .dump)
}

@test "rows that are equal where the index is UNIQUE are said, and can be mended" {
	indexes '<index name="u" unique="true" columns="d"/>'
	kill_in backfill || true
	sqlite3 app.db "UPDATE t SET d = 12 WHERE id = 5"
	run "$MOULT" apply app.db next.xml --online --yes --no-backup --max-lock 1ms
	[[ $output == *"RUN084"*"index u"*"RUN085"* || $output == *MF10*RUN085* ]]
	sqlite3 app.db "UPDATE t SET d = 5 WHERE id = 5"
	expect 0 apply app.db next.xml --online --yes --no-backup --max-lock 1ms
	is_clean
}

@test "what cannot be made so is refused where it is long" {
	refused() { # REASON
		expect 3 apply app.db next.xml --online --yes --no-backup --max-lock 1ms
		[[ $stderr == *RUN083*"$1"* ]]
		[ -z "$(sqlite3 app.db "SELECT name FROM sqlite_master WHERE name GLOB '_moult_*'")" ]
	}
	sqlite3 app.db "INSERT INTO t(d) SELECT d FROM t CROSS JOIN (SELECT 1 UNION SELECT 2 UNION SELECT 3);
		CREATE TABLE w(id INTEGER, b, PRIMARY KEY(id DESC)) WITHOUT ROWID; INSERT INTO w SELECT id, b FROM t"
	"$MOULT" dump app.db | sed '/<table name="w"/,$ s|</table>|<index name="i" columns="b"/></table>|' >next.xml
	refused "rows have NULL there"
	sqlite3 app.db "DROP TABLE w"
	indexes '<index name="i" columns="d"/>'
	sed 's/name="d"/name="d" type="TEXT"/' next.xml >both.xml
	mv both.xml next.xml
	refused "its table is copied, or columns change that it reads"
	sqlite3 app.db "CREATE TRIGGER late AFTER INSERT ON t BEGIN SELECT RAISE(IGNORE); END"
	"$MOULT" dump app.db >app.xml
	sed 's|</table>|<index name="i" columns="b"/></table>|' app.xml >next.xml
	refused "trigger late says RAISE(IGNORE)"
}

# A trigger that fires before moult's keeps them from firing, and is gone when the next batch looks.
@test "what a trigger let pass that came and went, the proof finds" {
	sqlite3 app.db "CREATE TABLE s(id INTEGER PRIMARY KEY, d); INSERT INTO s SELECT id, d FROM t; DROP TABLE t"
	"$MOULT" dump app.db >app.xml
	indexes '<index name="i" columns="d, id"/><index name="k" columns="id, d"/>'
	kill_in ready || true
	[[ $("$MOULT" status app.db) == *"index i: ready"*"index k: "* ]]
	sqlite3 app.db "CREATE TRIGGER late AFTER INSERT ON s BEGIN SELECT RAISE(IGNORE); END;
		INSERT INTO s VALUES(5000, 7); DROP TRIGGER late"
	expect 4 apply app.db next.xml --online --yes --no-backup --max-lock 1ms
	[[ $stderr == *"RUN010: "*"index i"* ]]
	expect 0 downgrade app.db --yes
	is_clean
	expect 0 apply app.db next.xml --online --yes --no-backup --max-lock 1ms
	is_clean
}

@test "ALTER and CREATE TRIGGER by the application end it, and no statement of hers fails by it" {
	kill_in backfill || true
	sqlite3 app.db "CREATE TRIGGER late AFTER INSERT ON t BEGIN SELECT RAISE(IGNORE); END"
	expect 3 apply app.db next.xml --online --yes --max-lock 1ms
	[[ $stderr == *RUN085* ]]
	sqlite3 app.db "DROP TRIGGER late; PRAGMA recursive_triggers = ON; REPLACE INTO t(b, c) VALUES(1, 'K801');
		ALTER TABLE t RENAME COLUMN d TO e; ALTER TABLE t ADD COLUMN f"
	writes app.db 3
	expect 3 apply app.db next.xml --online --yes --max-lock 1ms
	[[ $stderr == *RUN0[08][26]*RUN085* ]]
	sqlite3 app.db "ALTER TABLE t RENAME TO s; INSERT INTO s(b, c) VALUES(2, 'renamed')"
	expect 0 downgrade app.db --yes
	is_clean
	[ "$(sqlite3 app.db "SELECT count(*) FROM s WHERE c = 'renamed' OR c = 'K801'")" = 2 ]
}

@test "a large index that becomes another goes in batches, with what ANALYZE said of it" {
	sqlite3 app.db "CREATE INDEX n ON t(b); CREATE INDEX i ON t(d DESC, c); ANALYZE"
	"$MOULT" dump app.db >app.xml
	sed 's/name="i" columns="d DESC, c"/name="i" columns="c, d"/; s/name="n" columns="b"/name="n" columns="id, b" where="b IS NOT NULL"/' app.xml >next.xml
	expect 0 plan app.db next.xml --online --max-lock 1ms
	[[ $stderr == *"RUN087: index i: what it had is swept afterwards"*"RUN087: index n: what"* ]]
	kill_in sweep || true
	writes app.db 1
	[ "$(sqlite3 app.db "PRAGMA integrity_check")" = ok ]
	sqlite3 app.db VACUUM
	expect 0 apply app.db next.xml --online --yes --no-backup --max-lock 1ms
	is_clean
	[ -z "$(sqlite3 app.db "SELECT * FROM sqlite_stat1 WHERE idx IN ('i', 'n')")" ]
	expect 0 diff app.db next.xml
}

@test "rows that have NULL have their entries, through VACUUM and in both ways" {
	sqlite3 app.db "CREATE TABLE w(k TEXT, n INT, b, PRIMARY KEY(k, n)) WITHOUT ROWID;
		INSERT INTO w SELECT 'k''' || id % 7, id, CASE WHEN id % 4 THEN b END FROM t; UPDATE t SET d = NULL WHERE id % 3 = 1"
	"$MOULT" dump app.db >app.xml
	sed '/<table name="w"/,$ s|</table>|<index name="wb" columns="b DESC"/></table>|
		/<table name="t"/,/<.table>/ s|</table>|<index name="i" unique="true" columns="d"/></table>|' app.xml >next.xml
	kill_in nulls || true
	[[ $("$MOULT" status app.db) == *"under way"*nulls* ]]
	[ "$(sqlite3 app.db "PRAGMA integrity_check")" = ok ]
	sqlite3 app.db "UPDATE w SET b = NULL WHERE n % 5 = 0; UPDATE t SET d = -id WHERE id % 30 = 1; VACUUM"
	cp app.db abandoned.db
	expect 0 downgrade abandoned.db --yes
	diff <(sqlite3 app.db "SELECT * FROM t; SELECT * FROM w") <(sqlite3 abandoned.db "SELECT * FROM t; SELECT * FROM w")
	[ -z "$(sqlite3 abandoned.db "SELECT name FROM sqlite_master WHERE name GLOB '_moult_*'")" ]
	expect 0 apply app.db next.xml --online --yes --no-backup --max-lock 1ms
	is_clean
	[ "$(sqlite3 app.db "SELECT count(*) FROM w INDEXED BY wb")" = 4000 ]
	expect 0 diff app.db next.xml
}

@test "what only goes is swept, with its indexes, and holds nobody to anything meanwhile" {
	sqlite3 app.db "CREATE TABLE w(k TEXT PRIMARY KEY, up REFERENCES w(k), t REFERENCES t(id), b UNIQUE);
		INSERT INTO w SELECT 'k' || id, 'k' || (id - id % 5 + 1), id, CASE WHEN id % 2 THEN id END FROM t;
		CREATE UNIQUE INDEX wu ON w(up, k); CREATE INDEX n ON t(d, b) WHERE b > 3;
		CREATE TRIGGER wi AFTER INSERT ON w BEGIN SELECT 1; END"
	"$MOULT" dump app.db | sed '/<table name="w"/,/<.table>/d; s|<index name="n".*/>|<dropped index="n"/>|
		s|</database>|<dropped table="w"/></database>|' >next.xml
	expect 0 plan app.db next.xml --online --max-lock 1ms --allow all
	[[ $stderr == *"RUN087: index n: what it had is swept"*"RUN087: table w: what it had is swept"* ]]
	"$MOULT" apply app.db next.xml --online --yes --no-backup --allow all --duty 3 --max-lock 1ms >out 2>err &
	pid=$!
	for ((i = 0; i < 2000; i++)); do
		[ -n "$(sqlite3 -cmd '.timeout 2000' app.db "SELECT 1 FROM sqlite_master WHERE name = '_moult_old_w'")" ] && break
	done
	kill -KILL $pid || true
	wait $pid || true
	[ -z "$(sqlite3 app.db "SELECT name FROM sqlite_master WHERE 'w' IN (name, tbl_name) OR name = 'n'")" ]
	sqlite3 app.db "PRAGMA foreign_keys = ON; DELETE FROM t WHERE id = 9; CREATE TABLE w(x)"
	[ "$(sqlite3 app.db "PRAGMA integrity_check")" = ok ]
	expect 0 apply app.db next.xml --online --yes --no-backup --max-lock 1ms
	is_clean
}

@test "two at once: one comes to its end, and the other does or says that it was another process" {
	indexes '<index name="i" columns="c, id"/><index name="j" columns="b"/>'
	"$MOULT" apply app.db next.xml --online --yes --no-backup --allow all --duty 20 --max-lock 1ms >out 2>err &
	pid=$!
	for ((i = 1; i <= 4; i++)); do writes app.db $i; done
	status=0
	"$MOULT" apply app.db next.xml --online --yes --no-backup --allow all --duty 20 --max-lock 1ms >out2 2>err2 || status=$?
	other=0
	wait $pid || other=$?
	[ $status = 0 ] || { [ $status = 3 ] && grep -q RUN082 err2; }
	[ $other = 0 ] || { [ $other = 3 ] && grep -q RUN082 err; }
	[ $((status + other)) -le 3 ]
	expect 0 apply app.db next.xml --online --yes --no-backup --allow all
	is_clean
	expect 0 diff app.db next.xml
}
