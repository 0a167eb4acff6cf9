# SPDX-License-Identifier: MIT
#
# Hashes that other programs and other machines keep: plan IDs, fingerprints,
# digests.  They are the same whatever the order of a machine's bytes, the
# encoding of the file and the SQLite; make cross has this run where bytes
# stand the other way round.  One that changes here breaks --expect, manifests
# and histories in the field.

bats_require_minimum_version 1.5.0
load common

setup() {
	begin
	cat >have.sql <<-'END'
		PRAGMA user_version = 7;
		CREATE TABLE t (id INTEGER PRIMARY KEY, i INTEGER, r REAL, s TEXT, b BLOB, n);
		INSERT INTO t VALUES (1, 0, 0.5, 'a', x'00ff01', NULL), (2, -1, -0.0, 'äöü', x'', 1),
			(3, 9223372036854775807, 1e300, '', x'80', 'seven'),
			(4, -9223372036854775808, 3.0, 'snake', NULL, 2.25), (5, 65536, -1e-300, '𐍈', x'61', 1);
		CREATE TABLE u (a TEXT, b INT, PRIMARY KEY (a, b)) WITHOUT ROWID;
		INSERT INTO u VALUES ('x', 256), ('y', 65536);
	END
	cat >want.xml <<-'END'
		<database xmlns="urn:moult:schema:1">
		  <pragma user-version="8"/>
		  <table name="t">
		    <column name="id" type="INTEGER" primary-key="true"/>
		    <column name="i" type="INTEGER" not-null="true"/>
		    <column name="r" type="REAL"/>
		    <column name="s" type="TEXT"/>
		    <column name="b" type="BLOB"/>
		    <column name="n"/>
		  </table>
		  <table name="u" without-rowid="true">
		    <column name="a" type="TEXT"/>
		    <column name="b" type="INT" check="b > 0"/>
		    <primary-key columns="a, b"/>
		  </table>
		</database>
	END
}

# known ENCODING: the hashes of a file with that encoding, and of its migration.
known() {
	rm -f app.db*
	sqlite3 app.db "PRAGMA encoding = '$1'" ".read have.sql"
	"$MOULT" plan app.db want.xml --strategy rebuild --json >plan.json
	grep -q '"plan": "6e42fc85e04b8a3518bbba9b95774d02"' plan.json
	grep -q '"fingerprint": "980005181d35305ee1bb3efb7546495e"' plan.json
	"$MOULT" apply app.db want.xml --strategy rebuild --expect 6e42fc85e04b8a3518bbba9b95774d02 --yes -q
	"$MOULT" status app.db --json | grep -q '"shape": "moult1:56d4d49744bfd8c90cd4f43d1b209529"'
	manifest=$(echo app.db.moult-0001-*.json)
	grep -q '"exact": "c01e596b7a3fe66cb6b7a2fdb7cffb44"' "$manifest"
	grep -q '"shape": "moult1:e8588ca190c24df96be7489351be5aaf"' "$manifest"
	grep -A 2 '"name": "t"' "$manifest" | grep -q '"digest": "3a89a02912b87f640c0d7f89228f2446"'
	grep -A 2 '"name": "u"' "$manifest" | grep -q '"digest": "d74730a06598840af30e6bac3396965c"'
}

@test "a file in UTF-8" {
	known UTF-8
}

@test "a file in UTF-16, the bytes one way and the other" {
	known UTF-16le
	known UTF-16be
}
