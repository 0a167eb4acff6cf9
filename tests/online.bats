# SPDX-License-Identifier: MIT
#
# apply --online: a table is copied beside those who write it.  What comes of it is what apply alone
# makes of the same rows, whatever is written, killed or changed meanwhile.

bats_require_minimum_version 1.5.0
load common

setup() {
	begin
	make_file app.db
	"$MOULT" dump app.db >app.xml
	sed 's/name="c" type="TEXT"/name="c" type="INTEGER"/' app.xml >next.xml
}

# 3000 rows with a key, an index, a child that cascades, and triggers that write a ledger.
make_file() {
	sqlite3 "$1" "PRAGMA journal_mode = WAL;
		CREATE TABLE t(id INTEGER PRIMARY KEY, a INT NOT NULL DEFAULT 7, b TEXT NOT NULL DEFAULT 'k9' UNIQUE COLLATE NOCASE, c TEXT, pad TEXT)" >/dev/null
	sqlite3 "$1" "CREATE INDEX t_a ON t(a);
		CREATE TABLE child(id INTEGER PRIMARY KEY, t REFERENCES t ON DELETE CASCADE ON UPDATE CASCADE);
		CREATE TABLE ledger(what, id, b);
		CREATE TRIGGER t_ai AFTER INSERT ON t BEGIN INSERT INTO ledger VALUES('i', new.id, new.b); END;
		CREATE TRIGGER t_ad AFTER DELETE ON t BEGIN INSERT INTO ledger VALUES('d', old.id, old.b); END;
		CREATE VIEW v AS SELECT id, c FROM t;
		WITH RECURSIVE s(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM s WHERE i < 3000)
		INSERT INTO t SELECT i * 4, i % 100, 'k' || i, CAST(i AS TEXT), printf('%100d', i) FROM s;
		INSERT INTO child SELECT id, id FROM t WHERE id % 40 = 0"
}

# One round of writes of every kind, by number, on a file.
writes() { # FILE ROUND
	sqlite3 -cmd '.timeout 20000' "$1" "PRAGMA foreign_keys = ON; PRAGMA recursive_triggers = $(($2 % 2));
		BEGIN IMMEDIATE;
		UPDATE t SET a = a + 1, c = '$2' WHERE id % 97 = $2 % 97;
		DELETE FROM t WHERE id = $2 * 8;
		INSERT INTO t VALUES($2 * 4 + 1, 1, 'n$2', '5', NULL);
		REPLACE INTO t VALUES($2 * 4 + 2, 2, 'K' || ($2 + 700), '6', 'victim');
		REPLACE INTO t(id, a, b) VALUES($2 * 4 + 3, NULL, NULL);
		UPDATE OR REPLACE t SET b = 'k' || ($2 + 900) WHERE id = 4 * (1500 + $2);
		UPDATE OR REPLACE t SET id = id + 4 WHERE id = 4 * (1900 + 2 * $2);
		UPDATE t SET id = id + 1 WHERE id = 4 * (2200 + $2);
		INSERT INTO t VALUES(4 * $2, 3, 'u$2', '9', '') ON CONFLICT(id) DO UPDATE SET c = excluded.c;
		INSERT OR IGNORE INTO t VALUES(4 * $2 + 40, 3, 'n$2', '9', '');
		INSERT INTO t VALUES(90000 + $2, 1, 'end$2', NULL, x'00');
		COMMIT"
}

# All rows of a file, with their types.
rows_of() {
	sqlite3 -cmd '.timeout 20000' "$1" "SELECT id, quote(a), quote(b), quote(c), quote(pad) FROM t ORDER BY id;
		SELECT 'c', * FROM child ORDER BY id; SELECT 'l', * FROM ledger ORDER BY rowid;
		SELECT 'v', count(*), total(c) FROM v"
}

# What apply alone makes of the same writes.
expect_same() { # ROUNDS
	make_file other.db
	for ((i = 1; i <= $1; i++)); do writes other.db $i; done
	expect 0 apply other.db next.xml --yes
	diff <(rows_of app.db) <(rows_of other.db)
	[ "$(sqlite3 app.db "PRAGMA integrity_check; PRAGMA foreign_key_check")" = ok ]
	[ -z "$(sqlite3 app.db "SELECT name FROM sqlite_master WHERE name GLOB '_moult_*' AND name NOT IN ('_moult_history', '_moult_way_back')")" ]
	expect 0 diff app.db next.xml
}

@test "what comes of it is what apply makes, with writers meanwhile" {
	"$MOULT" apply app.db next.xml --online --yes --duty 10 --max-lock 10ms >out 2>err &
	pid=$!
	for ((i = 1; i <= 12; i++)); do writes app.db $i; done
	wait $pid
	grep -q "short locks" out
	expect_same 12
	[ "$(sqlite3 app.db "SELECT count(*) FROM _moult_history WHERE backup NOT NULL AND kind IS NULL")" = 1 ]
}

@test "killed in each phase it goes on" {
	n=0
	for phase in backfill drain ready sweep; do
		kill_in $phase || true
		writes app.db $((++n))
		[ "$(sqlite3 app.db "PRAGMA integrity_check")" = ok ]
	done
	expect 0 apply app.db next.xml --online --yes --no-backup
	expect_same 4
}

@test "abandoned it leaves every row as it was written, and nothing of moult's" {
	kill_in backfill || true
	[[ $("$MOULT" status app.db) == *"under way"*"online, begun"*"table t: backfill"* ]]
	[[ $("$MOULT" status app.db --json | tr -d ' \n') == *'"under_way":{"kind":"online"'*'"phase":"backfill"'* ]]
	writes app.db 1
	expect 3 apply app.db next.xml --yes
	[[ $stderr == *RUN080* ]]
	expect 0 downgrade app.db --yes
	[[ $output == *abandoned* ]]
	make_file other.db
	writes other.db 1
	diff <(rows_of app.db) <(rows_of other.db)
	diff <(sqlite3 app.db .schema) <(sqlite3 other.db .schema)
	kill_in backfill || true
	expect 0 downgrade app.db --yes
	diff <(sqlite3 app.db .schema) <(sqlite3 other.db .schema)
	expect 0 verify app.db app.xml
}

@test "SIGTERM pauses, and the same command goes on" {
	kill_in backfill TERM && false
	[[ $(<err) == *RUN014*RUN085*"the same command goes on"* ]]
	expect 0 apply app.db next.xml --online --yes --no-backup
	expect_same 0
}

@test "another document than it was begun with is refused, and so is another moult behind the swap" {
	kill_in backfill || true
	sed 's/name="pad" type="TEXT"/name="pad" type="BLOB"/' app.xml >wrong.xml
	expect 3 apply app.db wrong.xml --online --yes
	[[ $stderr == *RUN082* ]]
	"$MOULT" apply app.db next.xml --online --yes --no-backup --duty 20 >out 2>err &
	pid=$!
	"$MOULT" apply app.db next.xml --online --yes --no-backup --duty 20 >out2 2>err2 || true
	wait $pid || true
	expect 0 apply app.db next.xml --online --yes --no-backup
	expect_same 0
}

@test "ALTER and CREATE TRIGGER by the application end it, and VACUUM does not" {
	kill_in backfill || true
	sqlite3 app.db "VACUUM"
	kill_in backfill || true
	sqlite3 app.db "CREATE TRIGGER late AFTER INSERT ON t BEGIN SELECT RAISE(IGNORE); END"
	expect 3 apply app.db next.xml --online --yes
	[[ $stderr == *RUN083*"RAISE(IGNORE)"*RUN085* ]]
	sqlite3 app.db "DROP TRIGGER late"
	kill_in backfill || true
	sqlite3 app.db "ALTER TABLE t ADD COLUMN e"
	expect 3 apply app.db next.xml --online --yes
	[[ $stderr == *RUN082*RUN085* ]]
	sqlite3 app.db "ALTER TABLE t DROP COLUMN e"
	"$MOULT" apply app.db next.xml --online --yes --no-backup --allow all --duty 3 --max-lock 4ms >out 2>err &
	pid=$!
	for ((i = 0; i < 50; i++)); do # not while it has the lock
		kill -STOP $pid
		sqlite3 app.db "ALTER TABLE t ADD COLUMN e" 2>/dev/null && break
		kill -CONT $pid
	done
	kill -CONT $pid
	wait $pid || true
	grep -q "RUN006\|RUN082" err
	expect 0 downgrade app.db --yes
	[ -z "$(sqlite3 app.db "SELECT name FROM sqlite_master WHERE name GLOB '_moult_*'")" ]
	[ "$(sqlite3 app.db "SELECT count(*) FROM t WHERE e IS NULL; PRAGMA integrity_check" | tr '\n' ' ')" = "3000 ok " ]
}

@test "a row that comes to be in the way pauses it, and is said" {
	kill_in backfill || true
	sqlite3 app.db "INSERT INTO t VALUES(77, 1, 'bad', '007', NULL)"
	expect 3 apply app.db next.xml --online --yes --no-backup
	[[ $stderr == *MD105*RUN085* ]]
	sqlite3 app.db "UPDATE t SET c = '12' WHERE id = 77"
	expect 0 apply app.db next.xml --online --yes --no-backup
	[ "$(sqlite3 app.db "SELECT typeof(c), c FROM t WHERE id = 77")" = 'integer|12' ]
	rm -f app.db*
	make_file app.db
	sed 's/name="c" type="TEXT"/name="c" type="INTEGER" using="json_extract(old.c, '"'\$'"')"/' app.xml >next.xml
	kill_in backfill || true
	sqlite3 app.db "UPDATE t SET c = '{' WHERE id = 3000"
	run "$MOULT" apply app.db next.xml --online --yes --no-backup
	[ "$status" -eq 4 ]
	[[ $output == *RUN084*"malformed JSON"*RUN085* ]]
	sqlite3 app.db "UPDATE t SET c = '8' WHERE id = 3000"
	expect 0 apply app.db next.xml --online --yes --no-backup
	[ "$(sqlite3 app.db "SELECT typeof(c), c FROM t WHERE id = 3000")" = 'integer|8' ]
}

@test "columns renamed, dropped, filled and retyped, views and triggers with them" {
	sed 's|.*name="pad".*|<column name="size" type="INTEGER" not-null="true" using="coalesce(length(old.pad), 0)"/><dropped column="pad"/>|
		s|name="c" type="TEXT"|name="n" was="c" type="REAL"|; s|id, c FROM t|id, n AS c FROM t|' app.xml >next.xml
	make_file other.db
	expect 0 apply other.db next.xml --yes --allow all
	"$MOULT" apply app.db next.xml --online --yes --allow all --duty 20
	diff <(sqlite3 app.db .dump | grep -v "INTO _moult") <(sqlite3 other.db .dump | grep -v "INTO _moult")
	[ "$(sqlite3 app.db "PRAGMA integrity_check")" = ok ]
}

@test "a file that was analyzed, with text among its numbers" {
	sqlite3 app.db "UPDATE t SET c = 'x' || id WHERE id % 400 = 0; CREATE VIRTUAL TABLE f USING fts5(b, content = 't', content_rowid = 'id');
		INSERT INTO f(f) VALUES('rebuild'); ANALYZE"
	make_file other.db
	"$MOULT" dump app.db | sed "s/name=\"c\" type=\"TEXT\"/name=\"c\" type=\"INTEGER\" using=\"CASE WHEN old.c LIKE 'x%' THEN NULL ELSE CAST(old.c AS INTEGER) END\"/" >next.xml
	kill_in sweep || true
	[ "$(sqlite3 app.db "PRAGMA integrity_check; INSERT INTO f(f) VALUES('integrity-check')")" = ok ]
	expect 0 apply app.db next.xml --online --yes --no-backup --allow all
	[ "$(sqlite3 app.db "SELECT count(*), total(c IS NULL) FROM t")" = "3000|30.0" ]
	[ -z "$(sqlite3 app.db "SELECT name FROM sqlite_master WHERE name GLOB '_moult_*' AND name NOT IN ('_moult_history', '_moult_way_back', '_moult_done'); SELECT tbl FROM sqlite_stat1 WHERE tbl GLOB '_moult*'")" ]
}

@test "rowids stay without INTEGER PRIMARY KEY, and the copy begins again when VACUUM numbers them anew" {
	rows() { sqlite3 "$1" "SELECT rowid, a, typeof(c), c FROM u ORDER BY rowid; PRAGMA integrity_check"; }
	sqlite3 app.db "CREATE TABLE u(a TEXT PRIMARY KEY, c TEXT); CREATE INDEX u_c ON u(a DESC, a);
		INSERT INTO u(rowid, a, c) SELECT id * 3, 'a' || id, CAST(id AS TEXT) FROM t"
	"$MOULT" dump app.db | sed '/table name="u"/,/table>/s/name="c" type="TEXT"/name="c" type="INTEGER"/' >next.xml
	cp app.db other.db
	expect 0 apply app.db next.xml --online --yes --no-backup
	expect 0 apply other.db next.xml --yes --no-backup
	diff <(rows app.db) <(rows other.db)
	"$MOULT" dump app.db | sed '/table name="u"/,/table>/s/name="c" type="INTEGER"/name="c" type="TEXT"/' >next.xml
	kill_in drain || true
	[[ $("$MOULT" status app.db) == *"table u: drain"* ]]
	sqlite3 app.db "DELETE FROM u WHERE rowid % 7 = 0; VACUUM; REPLACE INTO u(a, c) VALUES('a400', 'x')"
	sqlite3 other.db "DELETE FROM u WHERE rowid % 7 = 0; VACUUM; REPLACE INTO u(a, c) VALUES('a400', 'x')"
	expect 0 apply app.db next.xml --online --yes --no-backup --allow all
	expect 0 apply other.db next.xml --yes --no-backup --allow all
	diff <(rows app.db) <(rows other.db)
}

@test "a table WITHOUT ROWID is copied by its key, whatever is in it" {
	rows() { sqlite3 "$1" "SELECT hex(CAST(k AS BLOB)), typeof(k), n, typeof(c), c FROM w; PRAGMA integrity_check"; }
	# More than one chunk of the proof, and texts with a NUL where chunks end.
	sqlite3 app.db "CREATE TABLE w(c TEXT, k, n REAL, PRIMARY KEY(n, k)) WITHOUT ROWID;
		CREATE INDEX w_k ON w(k); CREATE VIEW few AS SELECT count(*) FROM w;
		WITH RECURSIVE s(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM s WHERE i < 21000)
		INSERT INTO w SELECT i, CASE i % 3 WHEN 0 THEN i WHEN 1 THEN 'k' || char(0) || i ELSE CAST('b' || i AS BLOB) END,
		CASE WHEN i % 50 = 0 THEN 9e999 ELSE 0 END FROM s"
	"$MOULT" dump app.db | sed '/table name="w"/,/table>/s/name="c" type="TEXT"/name="c" type="INTEGER"/' >next.xml
	cp app.db other.db
	kill_in backfill || true
	for file in app.db other.db; do
		sqlite3 $file "REPLACE INTO w VALUES('7', 3, 0), ('8', 'new', 9e999); DELETE FROM w WHERE n = 0 AND k = 6;
			UPDATE w SET k = 'moved' WHERE n = 0 AND k = 9; UPDATE w SET n = -n WHERE k = 150"
	done
	expect 0 apply app.db next.xml --online --yes --no-backup
	expect 0 apply other.db next.xml --yes --no-backup
	diff <(rows app.db) <(rows other.db)
	[ "$(sqlite3 app.db "SELECT count(*), count(DISTINCT typeof(c)) FROM w NATURAL JOIN (SELECT k FROM w INDEXED BY w_k)")" = "21000|1" ]
	expect 0 diff app.db next.xml
	[ -z "$(sqlite3 app.db "SELECT name FROM sqlite_master WHERE name GLOB '_moult_[nl]*'")" ]
	sqlite3 app.db "CREATE TABLE down(a TEXT, b, PRIMARY KEY(b DESC)) WITHOUT ROWID"
	"$MOULT" dump app.db | sed '/table name="down"/,/table>/s/type="TEXT"/type="INTEGER"/' >next.xml
	expect 3 apply app.db next.xml --online --yes --no-backup
	[[ $stderr == *RUN083*"table down: it is WITHOUT ROWID, and its key has DESC"* ]]
}

@test "what cannot be online is refused with its reason" {
	refused() { # REASON
		expect 3 apply app.db next.xml --online --yes --no-backup
		[[ $stderr == *RUN083*"$1"* ]]
		[ -z "$(sqlite3 app.db "SELECT name FROM sqlite_master WHERE name GLOB '_moult_*'")" ]
	}
	sqlite3 app.db "CREATE TRIGGER late AFTER INSERT ON t BEGIN SELECT RAISE(IGNORE); END" >/dev/null
	"$MOULT" dump app.db | sed 's/name="c" type="TEXT"/name="c" type="INTEGER"/' >next.xml
	refused "RAISE(IGNORE)"
	sqlite3 app.db "DROP TRIGGER late; CREATE UNIQUE INDEX part ON t(c) WHERE c > 5"
	"$MOULT" dump app.db | sed 's/name="c" type="TEXT"/name="c" type="INTEGER"/' >next.xml
	refused "index part is UNIQUE and must be made anew"
	sqlite3 app.db "DROP INDEX part; CREATE TABLE _moult_new_t(a)"
	"$MOULT" dump app.db | sed 's/name="c" type="TEXT"/name="c" type="INTEGER"/' >next.xml
	expect 3 apply app.db next.xml --online --yes --no-backup
	[[ $stderr == *"RUN083"*"_moult_new_t has the name"* ]]
	expect 2 apply app.db next.xml --online --yes --duty 0
	[[ $stderr == *"duty cannot be 0"* ]]
}

@test "the plan says how long each step keeps writers waiting" {
	sed 's|<index name="t_a".*|&<index name="t_c" columns="c"/>|' next.xml >more.xml
	expect 0 plan app.db more.xml --online
	[[ $stderr == *"RUN087: table t: copied beside its writers: 3000 rows in batches, each under a lock of at most 50 ms"* ]]
	[[ $stderr == *"RUN087: index t_c: done at once"*"RUN087: one last lock"* ]]
	"$MOULT" plan app.db more.xml --online --max-lock 20ms --json |
		jq -r '.steps[] | select(.kind == "copy" or .kind == "index") | "\(.lock) \(.lock_ms)"' >locks
	[[ $(<locks) == $'batches 20\nonce '* ]]
	sqlite3 app.db "WITH RECURSIVE s(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM s WHERE i < 60000) INSERT INTO t(id, b) SELECT 90000 + i, i FROM s"
	expect 3 plan app.db more.xml --online --max-lock 5ms
	[[ $stderr == *"RUN083"*"hold the lock for about"* ]]
	[ -z "$(sqlite3 app.db "SELECT name FROM sqlite_master WHERE name GLOB '_moult_*'")" ]
}

@test "--max-lock without --online refuses what would take longer" {
	expect 3 apply app.db next.xml --yes --max-lock 1ms
	[[ $stderr == *"RUN086: the write lock would last for about"*"of it are"*"for table t"* ]]
	expect 0 plan app.db next.xml --max-lock 1ms
	[[ $output == *RUN086*"refused: 1 hazard stands"* ]]
	expect 0 apply app.db next.xml --yes --max-lock 1m --no-backup
}

@test "values that are kept for a way back, and two ways at once, are refused" {
	sed 's|.*name="pad".*|<dropped column="pad"/>|' app.xml >dropped.xml
	expect 3 apply app.db dropped.xml --online --yes --allow all --way-back data
	[[ $stderr == *"RUN083"*"--way-back data"* ]]
	expect 3 apply app.db next.xml --online --side-by-side --yes
	[[ $stderr == *"RUN083"*"--side-by-side"* ]]
	expect 0 apply app.db dropped.xml --yes --allow all --way-back data --no-backup
	sed 's/name="c" type="TEXT"/name="c" type="INTEGER"/' dropped.xml >next.xml
	expect 3 apply app.db next.xml --online --yes
	[[ $stderr == *"RUN083"*"moult finish"* ]]
	expect 0 finish app.db
	expect 0 apply app.db next.xml --online --yes
}

@test "the backup of a run that was stopped is that of the change" {
	"$MOULT" apply app.db next.xml --online --yes --duty 3 >out 2>err &
	pid=$!
	until [ "$(sqlite3 -cmd '.timeout 2000' app.db "SELECT count(*) FROM _moult_under_way" 2>/dev/null)" ]; do kill -0 $pid; done
	kill -KILL $pid
	wait $pid || true
	expect 0 apply app.db next.xml --online --yes
	[[ $output == *"rollback app.db --discard-newer"* ]]
	[ "$(sqlite3 app.db "SELECT count(*) FROM _moult_history WHERE backup GLOB '*-0001-*'")" = 1 ]
	expect 3 rollback app.db
	expect 0 rollback app.db --discard-newer
	make_file other.db
	diff <(rows_of app.db) <(rows_of other.db)
}

# The file has a rollback journal, and keeps it.
journal() {
	sqlite3 app.db "PRAGMA journal_mode = DELETE" >/dev/null
	sed -i '/journal-mode/d' app.xml next.xml
}

# Of all rows, again and again; each time it may have to wait.
read_all_the_time() {
	for ((i = 0; i < 40; i++)); do sqlite3 -cmd '.timeout 20000' app.db "SELECT count(*) FROM t" >/dev/null || return; done
}

@test "beside a rollback journal it is said, and done, with writers and readers meanwhile" {
	journal
	expect 0 plan app.db next.xml --online
	[[ $stderr == *RUN093*"PRAGMA journal_mode = WAL"* ]]
	"$MOULT" apply app.db next.xml --online --yes --duty 10 --max-lock 10ms --timeout 1m >out 2>err 3>&- &
	pid=$!
	read_all_the_time 3>&- &
	reader=$!
	for ((i = 1; i <= 6; i++)); do writes app.db $i; done
	wait $reader
	wait $pid
	grep -q RUN093 err
	expect_same 6
	[ "$(sqlite3 app.db "PRAGMA journal_mode; SELECT count(*) FROM _moult_history WHERE backup NOT NULL AND kind IS NULL" | tr '\n' ' ')" = "delete 1 " ]
}

@test "killed beside a rollback journal it goes on, and abandoned it leaves nothing" {
	journal
	kill_in backfill || true
	writes app.db 1
	expect 0 downgrade app.db --yes
	[ -z "$(sqlite3 app.db "SELECT name FROM sqlite_master WHERE name GLOB '_moult_*'; SELECT 1 WHERE (SELECT integrity_check FROM pragma_integrity_check) <> 'ok'")" ]
	kill_in sweep || true
	writes app.db 2
	expect 0 apply app.db next.xml --online --yes --no-backup
	expect_same 2
}

@test "beside a rollback journal what is asked of all rows is asked in chunks, and counted" {
	journal
	sqlite3 app.db "UPDATE t SET c = '00' || id WHERE id % 100 = 0"
	expect 3 apply app.db next.xml --online --yes --no-backup
	[[ $stderr == *"MD105"*"(120 rows)"* ]]
	[ -z "$(sqlite3 app.db "SELECT name FROM sqlite_master WHERE name GLOB '_moult_*'")" ]
	sed -i 's/name="c" type="INTEGER"/name="c" type="INTEGER" using="json_extract(old.c, '"'\$'"')"/' next.xml
	run "$MOULT" apply app.db next.xml --online --yes --no-backup
	[ "$status" -eq 4 ]
	[[ $output == *RUN084*"malformed JSON"*RUN085* ]]
	expect 0 downgrade app.db
	[ "$(sqlite3 app.db "SELECT count(*) FROM t WHERE typeof(c) = 'text'; PRAGMA integrity_check" | tr '\n' ' ')" = "3000 ok " ]
}

@test "a reader that stays in the way of every COMMIT pauses the run, and is named" {
	journal
	kill_in backfill || true
	hold_snapshot
	expect 5 apply app.db next.xml --online --yes --no-backup --max-lock 10ms --timeout 300ms
	[[ $stderr == *"RUN004"*"could not commit: others read the file all the time; process "*"is reading"*RUN085*"PRAGMA journal_mode = WAL does" ]]
	exec 8>&-
	wait $reader
	expect 0 apply app.db next.xml --online --yes --no-backup
	expect_same 0
}

# A reader keeps the snapshot of now, until fd 8 is closed.
hold_snapshot() {
	mkfifo held
	sqlite3 app.db <held >seen 3>&- &
	reader=$!
	exec 8>held
	echo "BEGIN; SELECT count(*) FROM t;" >&8
	until [ -s seen ]; do sleep 0.02; done
}

wal_bytes() {
	stat -c %s app.db-wal 2>/dev/null || echo 0
}

# The size of the WAL is looked at after each batch, so the last one may add what 1 ms writes; without a limit it comes to 900 kB.
@test "a reader that stays makes the WAL no larger than --max-wal, and the batches go on behind it" {
	hold_snapshot
	"$MOULT" apply app.db next.xml --online --yes --no-backup --max-lock 1ms --duty 100 --max-wal 200K >out 2>err 3>&- 8>&- &
	pid=$!
	until [ "$(wal_bytes)" -gt 200000 ]; do kill -0 $pid; done
	for ((i = 0; i < 20; i++)); do
		[ "$(wal_bytes)" -lt 600000 ]
		kill -0 $pid
		sleep 0.02
	done
	echo "COMMIT;" >&8
	exec 8>&-
	wait $pid $reader
	grep -q "paused .* for a reader that kept the WAL" out
	expect_same 0
}

@test "a reader that stays for longer than the deadline pauses the run, and it goes on later" {
	hold_snapshot
	expect 5 apply app.db next.xml --online --yes --no-backup --max-lock 1ms --max-wal 200K --deadline 500ms
	[[ $stderr == *RUN015*RUN085* ]]
	exec 8>&-
	wait $reader
	expect 0 apply app.db next.xml --online --yes --no-backup --max-wal 0
	expect_same 0
}
