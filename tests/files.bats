# SPDX-License-Identifier: MIT
#
# Files that are not what they should be, and places that are not.  Each is a
# clear refusal before the first write, and the file is what it was.

bats_require_minimum_version 1.5.0
load common

setup() {
	begin
	make_file app.db
	document 'not-null="true"' >app.xml
}

make_file() {
	sqlite3 "$1" "CREATE TABLE person(id INTEGER PRIMARY KEY, name TEXT);
		CREATE INDEX by_name ON person(name);
		WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000)
		INSERT INTO person SELECT i, 'somebody by the name of ' || i FROM n"
}

document() {
	echo '<database xmlns="urn:moult:schema:1"><table name="person">'
	echo '<column name="id" type="INTEGER" primary-key="true"/>'
	echo "<column name=\"name\" type=\"TEXT\" $1/>"
	echo '<index name="by_name" columns="name"/></table></database>'
}

# Bytes, written as \nnn, at a place in a file.
poke() {
	# shellcheck disable=SC2059
	printf "$3" | dd of="$1" bs=1 seek="$2" conv=notrunc 2>/dev/null
}

# apply, rehearse and plan refuse with these words, and nothing is changed or left.
refused() {
	local before status=$1 command
	shift
	before=$(cksum app.db)
	for command in apply rehearse; do
		expect "$status" $command app.db app.xml --strategy rebuild
		for words in "$@"; do
			[[ $stderr == *"$words"* ]]
		done
		[ "$before" = "$(cksum app.db)" ]
	done
	[ -z "$(ls | grep -v -e '^app\.db$' -e '^app\.xml$' -e '^separate-stderr')" ]
}

# ---- no database, or a broken one ----

@test "noise, as an encrypted file is" {
	head -c 8192 /dev/urandom >app.db
	refused 2 RUN002 app.db "encrypted" "hint:"
}

@test "a text" {
	yes 'not a database' | head -n 500 >app.db
	refused 2 RUN002 app.db
}

@test "less than a header" {
	head -c 30 /dev/zero | tr '\0' 'x' >app.db
	refused 2 RUN002 app.db
}

@test "one byte, which SQLite takes for nothing" {
	printf x >app.db
	for command in apply rehearse; do
		expect 2 $command app.db app.xml
		[[ $stderr == *RUN002*"one byte"* ]]
	done
	[ "$(cat app.db)" = x ]
}

@test "zero length: a new database, with nothing to lose" {
	: >app.db
	expect 0 rehearse app.db app.xml
	[ ! -s app.db ]
	expect 0 apply app.db app.xml
	is_migrated app.db
}

@test "cut off" {
	head -c 20000 app.db >short
	mv short app.db
	refused 2 RUN003 app.db "malformed" "hint:"
}

@test "a page of a table that is damaged" {
	local page
	page=$(sqlite3 app.db "SELECT rootpage FROM sqlite_master WHERE name = 'person'")
	poke app.db $(((page - 1) * 4096)) '\377\377\377\377\377\377\377\377'
	refused 2 RUN003
}

@test "an index that does not fit its table" {
	by_hand app.db "UPDATE sqlite_master SET sql = 'CREATE INDEX by_name ON person(id)' WHERE name = 'by_name'"
	# A fault of before, which a rebuild repairs: it is no reason to refuse.
	expect 0 apply app.db app.xml
	[ "$(sqlite3 app.db "PRAGMA integrity_check")" = ok ]
}

@test "a newer format of files" {
	poke app.db 18 '\003\003'
	refused 2 RUN002 "newer format" "use a newer SQLite"
}

@test "a newer format of schemas" {
	poke app.db 44 '\000\000\000\011'
	refused 2 RUN002 "newer format" "use a newer SQLite"
}

@test "a schema that does not parse" {
	by_hand app.db "UPDATE sqlite_master SET sql = 'CREATE TABLE person(id,, name)' WHERE name = 'person'"
	refused 2 RUN003 "malformed database schema"
}

# ---- what the application knows and moult does not ----

@test "a module that nobody knows" {
	by_hand app.db "INSERT INTO sqlite_master VALUES ('table', 'vt', 'vt', 0, 'CREATE VIRTUAL TABLE vt USING nomodule(a)')"
	sqlite3 app.db .dump >before.sql
	expect 0 apply app.db app.xml
	[ "$(grep nomodule before.sql)" = "$(sqlite3 app.db .dump | grep -v _moult_ | grep nomodule)" ]
}

@test "a collation of an index" {
	by_hand app.db "UPDATE sqlite_master SET sql = 'CREATE INDEX by_name ON person(name COLLATE german)' WHERE name = 'by_name'"
	sed -i 's/columns="name"/columns="name COLLATE german"/' app.xml
	refused 2 RUN032 "by_name" "no such collation sequence: german" "--load-extension"
}

@test "a function of an index" {
	by_hand app.db "UPDATE sqlite_master SET sql = 'CREATE INDEX by_name ON person(sounds(name))' WHERE name = 'by_name'"
	sed -i 's/columns="name"/columns="sounds(name)"/' app.xml
	refused 2 RUN032 "by_name" "no such function: sounds" "--load-extension"
}

# A document whose tables and indexes cannot be had without those.
needing() {
	echo '<database xmlns="urn:moult:schema:1"><table name="t"><column name="a" type="TEXT" primary-key="true" collate="german"/>'
	echo '<column name="b" collate="nordic" unique="true"/><column name="c" check="sounds(c) &lt; 3"/>'
	echo '<column name="d" generated="sights(c)"/><index name="i" columns="b COLLATE latin, loud(c)" where="calm(c)"/></table>'
	echo '<table name="u" without-rowid="true"><column name="a" type="TEXT" primary-key="true" collate="german" references="t(a)"/></table>'
	echo '<view name="v">SELECT smell(a) FROM t ORDER BY a COLLATE nordic</view></database>'
}

@test "a new file has no rows, and is made whatever nobody knows" {
	needing >app.xml
	expect 0 apply new.db app.xml
	expect 0 diff new.db app.xml
	expect 0 apply new.db app.xml
	[[ $output == *"nothing to do"* ]]
	expect 2 verify new.db
	[[ $stderr == *RUN032*--load-extension* ]]
	: >empty.db
	expect 0 apply empty.db app.xml
	rm new.db* empty.db*
	# What is there already has rows, or may have.
	refused 2 RUN032 "table t" "no such" "--load-extension" "app.xml:1:"
}

@test "a function of using: moult has no need to know it, apply has" {
	sed -i 's|</table>|<column name="sound" using="sounds(name)"/></table>|' app.xml
	refused 2 RUN032 "no such function: sounds" "--load-extension"
	expect 0 plan app.db app.xml
	[[ $output == *MS103*"sounds()"*"not known here"* ]]
	expect 0 plan app.db app.xml --format sql -o up.sql
	grep -q '^-- warning MS103' up.sql
	before=$(cksum app.db)
	run ! sqlite3 -bail app.db <up.sql
	[ "$before" = "$(cksum app.db)" ]
	expect 0 plan app.db app.xml --format c -o up.c
	grep -q '^ \* warning MS103' up.c
	cat >sounds.c <<-'END'
		#include <sqlite3ext.h>
		SQLITE_EXTENSION_INIT1
		static void sounds(sqlite3_context *context, int count, sqlite3_value **values)
		{
			(void)count;
			sqlite3_result_int(context, sqlite3_value_bytes(values[0]));
		}
		int sqlite3_sounds_init(sqlite3 *db, char **error, const sqlite3_api_routines *api)
		{
			(void)error;
			SQLITE_EXTENSION_INIT2(api);
			return sqlite3_create_function(db, "sounds", 1, SQLITE_UTF8, 0, sounds, 0, 0);
		}
	END
	# shellcheck disable=SC2086
	${CC:-cc} $SQLITE_CFLAGS -shared -fPIC -o sounds.so sounds.c || skip "no loadable extensions here"
	sqlite3 -bail -cmd '.load ./sounds' app.db <up.sql
	[ "$(sqlite3 app.db 'SELECT count(*) = count(sound) AND count(*) > 0 FROM person')" = 1 ]
}

@test "a function of a CHECK, and of an index that is undeclared and kept" {
	sed -i 's/not-null="true"/check="sounds(name) \&gt; 1"/' app.xml
	refused 2 RUN032 "no such function: sounds"
	document 'not-null="true"' | grep -v '<index' >app.xml
	echo '</table></database>' >>app.xml
	by_hand app.db "UPDATE sqlite_master SET sql = 'CREATE INDEX by_name ON person(sounds(name))' WHERE name = 'by_name'"
	refused 2 RUN032 "by_name"
}

@test "what is not touched may need what nobody knows" {
	sqlite3 app.db "CREATE TABLE other(a); CREATE INDEX by_a ON other(a)"
	by_hand app.db "UPDATE sqlite_master SET sql = 'CREATE INDEX by_a ON other(a COLLATE german)' WHERE name = 'by_a'"
	expect 0 apply app.db app.xml
	is_migrated app.db
	expect 0 rollback app.db
	run ! is_migrated app.db
}

# ---- places ----

@test "a directory, a pipe, a device" {
	rm app.db
	mkdir app.db
	expect 2 apply app.db app.xml
	[[ $stderr == *"app.db is a directory"* ]]
	rmdir app.db
	mkfifo app.db
	expect 2 apply app.db app.xml
	[[ $stderr == *"no regular file"* ]]
	for command in status history verify rollback; do
		run -2 --separate-stderr timeout 10 "$MOULT" $command app.db
		[[ $stderr == *"no regular file"* ]]
	done
	expect 2 apply /dev/null app.xml
	[[ $stderr == *"no regular file"* ]]
}

@test "a directory that is not there" {
	expect 2 apply nowhere/app.db app.xml
	[[ $stderr == *RUN001*"No such file or directory"* ]]
	[ ! -e nowhere ]
}

@test "a file that may not be written" {
	[ "$(id -u)" -ne 0 ] || skip "root writes everything"
	chmod 444 app.db
	refused 2 RUN001
}

@test "a file that may not be read" {
	[ "$(id -u)" -ne 0 ] || skip "root reads everything"
	chmod 000 app.db
	expect 2 apply app.db app.xml
	[[ $stderr == *RUN001*"Permission denied"* ]]
}

@test "a directory that may not be written" {
	[ "$(id -u)" -ne 0 ] || skip "root writes everything"
	mkdir closed
	mv app.db closed/
	chmod 555 closed
	local before
	before=$(cksum closed/app.db)
	expect 2 apply closed/app.db app.xml
	[[ $stderr == *"closed"* ]]
	expect 2 apply closed/app.db app.xml --no-backup
	[[ $stderr == *"closed"* ]]
	[ "$before" = "$(cksum closed/app.db)" ]
	expect 2 rehearse closed/app.db app.xml --dir .
	expect 0 plan closed/app.db app.xml
	chmod 755 closed
}

@test "a directory for backups that is not there, or not to be written" {
	expect 2 apply app.db app.xml --backup-dir nowhere
	[[ $stderr == *RUN007*nowhere* ]]
	run ! is_migrated app.db
	: >file
	expect 2 apply app.db app.xml --backup-dir file
	run ! is_migrated app.db
}

@test "a file system that is mounted read-only" {
	mkdir closed
	mount -t tmpfs moult closed 2>/dev/null || {
		rmdir closed
		skip "no file system can be mounted here"
	}
	mv app.db closed/
	mount -o remount,ro closed
	local status=0
	"$MOULT" apply closed/app.db app.xml 2>said || status=$?
	umount closed
	cat said
	[ "$status" = 2 ]
	grep -q RUN001 said
}

# ---- links ----

@test "a journal of a crash on a file system that is read-only: said, and kept" {
	mkdir closed
	mount -t tmpfs moult closed 2>/dev/null || {
		rmdir closed
		skip "no file system can be mounted here"
	}
	sqlite3 app.db "PRAGMA cache_size = 5; BEGIN; UPDATE person SET name = 'spoilt';
		SELECT writefile('closed/half.db', readfile('app.db'));
		SELECT writefile('closed/half.db-journal', readfile('app.db-journal')); ROLLBACK" >/dev/null
	mount -o remount,ro closed
	local call
	for call in "apply closed/half.db app.xml" "plan closed/half.db app.xml" "dump closed/half.db" \
		"status closed/half.db" "verify closed/half.db" "rollback closed/half.db" \
		"rehearse closed/half.db app.xml --dir ."; do
		# shellcheck disable=SC2086
		run -2 --separate-stderr "$MOULT" $call
		[[ $stderr == *"RUN001: "*"a crash left a journal or WAL beside the file"*"keep the journal"* ]] || {
			umount closed
			false
		}
	done
	[ -s closed/half.db-journal ]
	umount closed
}

@test "a symbolic link: the file that it leads to is migrated, and its backup stands beside that" {
	mkdir real
	mv app.db real/file.db
	ln -s real/file.db app.db
	expect 0 apply app.db app.xml
	is_migrated real/file.db
	[ -L app.db ]
	[ -n "$(ls real | grep '^file.db.moult-.*backup$')" ]
	[ -z "$(ls | grep backup)" ]
	expect 0 history app.db --check --json
	[[ $output == *real/file.db.moult-* ]]
	expect 0 status app.db
	expect 0 rollback app.db
	[ -L app.db ]
	run ! is_migrated real/file.db
}

@test "a link that leads nowhere, or in a circle" {
	ln -s nowhere/file.db dangling.db
	expect 2 apply dangling.db app.xml
	ln -s circle.db circle.db
	expect 2 apply circle.db app.xml
	[[ $stderr == *RUN001* ]]
}

@test "a file with a second name" {
	ln app.db second.db
	expect 0 apply app.db app.xml
	is_migrated second.db
}

@test "a file with a second name, in WAL mode: another WAL may stand beside that" {
	sqlite3 app.db "PRAGMA journal_mode = WAL" >/dev/null
	ln app.db second.db
	expect 2 apply app.db app.xml -y
	[[ $stderr == *RUN016*"another name too"*"remove the other name"* ]]
	rm second.db
	expect 0 apply app.db app.xml -y
}

# ---- what a crash left ----

@test "a journal of a crash is played back, not trampled" {
	# A transaction that is written half way, and cut off with its journal beside it.
	sqlite3 app.db "PRAGMA cache_size = 5; BEGIN; UPDATE person SET name = 'spoilt';
		SELECT writefile('half.db', readfile('app.db'));
		SELECT writefile('half.db-journal', readfile('app.db-journal')); ROLLBACK" >/dev/null
	[ "$(od -An -tx1 -N8 half.db-journal | tr -d ' \n')" = d9d505f920a163d7 ]
	expect 0 apply half.db app.xml
	is_migrated half.db
	[ "$(sqlite3 half.db "SELECT count(*) FROM person WHERE name = 'spoilt'")" = 0 ]
	[ "$(sqlite3 ./half.db.moult-*.backup "SELECT count(*) FROM person WHERE name = 'spoilt'")" = 0 ]
	[ ! -e half.db-journal ]
}

@test "a WAL of a crash is played back, not trampled" {
	sqlite3 app.db "PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = 0;
		INSERT INTO person VALUES (9999, 'in the WAL only');
		SELECT writefile('half.db', readfile('app.db'));
		SELECT writefile('half.db-wal', readfile('app.db-wal'))" >/dev/null
	[ -s half.db-wal ]
	expect 0 apply half.db app.xml
	is_migrated half.db
	[ "$(sqlite3 half.db "SELECT name FROM person WHERE id = 9999")" = "in the WAL only" ]
	[ "$(sqlite3 ./half.db.moult-*.backup "SELECT name FROM person WHERE id = 9999")" = "in the WAL only" ]
}

# ---- damaged where it would stay ----

# by_name has the keys of id, so that an exchange or an edit, which leave it alone, leave it wrong.
damaged_index() {
	sqlite3 app.db "ALTER TABLE person ADD COLUMN age TEXT; ALTER TABLE person ADD COLUMN n TEXT;
		CREATE INDEX by_n ON person(n); UPDATE person SET n = name; UPDATE person SET name = 'x' || id;"
	sqlite3 app.db "DROP INDEX by_name; CREATE INDEX by_name ON person(n)"
	by_hand app.db "UPDATE sqlite_master SET sql = 'CREATE INDEX by_name ON person(name)' WHERE name = 'by_name'"
	[ "$(sqlite3 app.db 'PRAGMA integrity_check(1)')" != ok ]
	{
		echo '<database xmlns="urn:moult:schema:1"><table name="person">'
		echo '<column name="id" type="INTEGER" primary-key="true"/><column name="name" type="TEXT"/>'
		echo "<column name=\"age\" type=\"$1\" $2/><column name=\"n\" type=\"TEXT\"/>"
		echo '<index name="by_name" columns="name"/><index name="by_n" columns="n"/>'
		echo "$3</table></database>"
	} >app.xml
}

@test "an index that is damaged, and would stay in an exchange (RUN033)" {
	damaged_index INTEGER
	expect 0 plan app.db app.xml
	[[ $output == *"table person: exchange"* ]]
	id=${output#plan }
	id=${id%%,*}
	cp app.db reviewed.db
	before=$(cksum reviewed.db)
	expect 4 apply reviewed.db app.xml --expect "$id"
	[[ $stderr == *RUN011* ]]
	[ "$before" = "$(cksum reviewed.db)" ]
	expect 4 apply reviewed.db app.xml --strategy exchange
	[ "$before" = "$(cksum reviewed.db)" ]
	expect 0 apply app.db app.xml
	[[ $stderr == *"RUN033: RUN011: "* ]]
	[ "$(sqlite3 app.db 'PRAGMA integrity_check')" = ok ]
	expect 0 rollback app.db
}

@test "an index that is damaged has all that a copy reads: the rows are the table's" {
	damaged_index INTEGER
	sqlite3 app.db "SELECT id, name FROM person NOT INDEXED" >before
	[ "$(sqlite3 app.db "SELECT id, name FROM person ORDER BY id")" = "$(cat before)" ]
	sed -i 's|<column name="age".*|<dropped column="age"/><dropped column="n"/>|; s|<index name="by_n" columns="n"/>||' app.xml
	expect 0 apply app.db app.xml --yes --allow MD103 --strategy rebuild
	[ "$(sqlite3 app.db "SELECT id, name FROM person")" = "$(cat before)" ]
	[ "$(sqlite3 app.db 'PRAGMA integrity_check')" = ok ]
}

@test "an index that is right stays where it is" {
	damaged_index INTEGER
	sqlite3 app.db REINDEX
	expect 0 apply app.db app.xml
	[[ $stderr != *RUN033* ]]
	[ "$(sqlite3 app.db 'PRAGMA integrity_check')" = ok ]
}

@test "types that store, read and sort the same are another text" {
	for name in same compared; do
		sqlite3 "$name.db" <"$MOULT_SOURCE"/tests/cases/types-that-*"$name"/have.sql
		expect 0 plan "$name.db" "$MOULT_SOURCE"/tests/cases/types-that-*"$name"/want.xml
		plan+=$output
	done
	for table in t pair typed parent; do
		[[ $plan == *"table $table: edit"* ]]
	done
	for table in checked computed partial expression late whole; do
		[[ $plan == *"table $table: rebuild"* ]]
	done
}

@test "an index that is damaged, and would stay in an edit (RUN033)" {
	damaged_index TEXT 'check="age &lt;&gt; 1"' '<index name="more" columns="age"/>'
	expect 0 plan app.db app.xml
	[[ $output == *"table person: edit"* ]]
	expect 0 apply app.db app.xml
	[[ $stderr == *"RUN033: "* ]]
	[ "$(sqlite3 app.db 'PRAGMA integrity_check')" = ok ]
}

# ---- replaced ----

@test "a file that is replaced while moult waits for the lock (RUN030)" {
	local status=0
	mkfifo in out
	sqlite3 app.db <in >out 2>&1 3>&- &
	exec 8>in 9<out
	echo "BEGIN IMMEDIATE; SELECT 'locked';" >&8
	read -r -u 9 line
	make_file other.db
	"$MOULT" apply app.db app.xml --timeout 20 >said 2>&1 3>&- 8>&- 9<&- &
	sleep 0.7
	mv app.db away.db
	mv other.db app.db
	echo "COMMIT;" >&8
	wait $! || status=$?
	exec 8>&- 9<&-
	cat said
	[ "$status" = 4 ]
	grep -q RUN030 said
	run ! is_migrated app.db
	run ! is_migrated away.db
	[ -z "$(ls | grep backup)" ]
}

# ---- paths that are no names of files ----

@test "URIs and :memory: are refused, whatever they would open" {
	local path command before
	before=$(cksum app.db)
	echo "CREATE TABLE more(a);" >1.sql
	for path in 'file:a.db?mode=memory' file:app.db 'file:app.db?mode=ro' 'file:app.db?immutable=1' \
		'file:app.db?nolock=1' 'file:app.db?vfs=unix-none' file::memory: :memory:; do
		for command in apply rehearse plan diff status verify; do
			expect 2 $command "$path" app.xml
			[[ $stderr == *"RUN001"*"\"$path\" is not the name of a file"*"./$path"* ]]
		done
		for command in rollback history dump; do
			expect 2 $command "$path"
			[[ $stderr == *"RUN001"*"is not the name of a file"* ]]
		done
		expect 2 lint 1.sql "$path"
		[[ $stderr == *"RUN001"*"is not the name of a file"* ]]
		expect 2 apply "$path" app.xml --json
		[[ $output == *'"id": "RUN001"'* ]]
	done
	[ "$before" = "$(cksum app.db)" ]
	[ "$(ls | grep -v ^separate)" = "$(printf '%s\n' 1.sql app.db app.xml)" ]
}

@test "a file that is called like a URI, or :memory:" {
	local name
	for name in file:app.db :memory: 'file:x?mode=memory'; do
		mkdir -p away
		cp app.db "./$name"
		expect 0 apply "./$name" app.xml
		[ "$(sqlite3 "$PWD/$name" "SELECT \"notnull\" FROM pragma_table_info('person') WHERE name = 'name'")" = 1 ]
		expect 0 rollback "$PWD/$name"
		expect 1 diff "./$name" app.xml
		expect 0 apply "away/$name" app.xml
		[ -s "away/$name" ]
	done
	[ "$(sqlite3 app.db "SELECT \"notnull\" FROM pragma_table_info('person') WHERE name = 'name'")" = 0 ]
}

@test "an empty database is not removed for a path that is none" {
	: >empty.db
	expect 2 apply file:empty.db app.xml
	[ -e empty.db ]
}
