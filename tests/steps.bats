# SPDX-License-Identifier: MIT
#
# What a document says beside the schema: consent (<allow>).

bats_require_minimum_version 1.5.0
load common

setup() {
	begin
}

# doc FILE ELEMENTS: a document with these in it.
doc() {
	echo "<database xmlns=\"urn:moult:schema:1\">$2</database>" >"$1"
}

# refused STATUS ID LINE:COLUMN WORDS COMMAND...: this is said, at this place.
refused() {
	local status=$1 id=$2 place=$3 words=$4
	shift 4
	run -"$status" "$MOULT" "$@"
	[[ $output == *"$place: error: $id"*"$words"* ]] || { echo "$output"; return 1; }
}

@test "allow: the document consents, and the plan says where and why" {
	sqlite3 app.db "CREATE TABLE t(id INTEGER PRIMARY KEY, a TEXT); INSERT INTO t VALUES (1, '007')"
	doc want.xml '<allow id="MD105" object="t.a" doc="zeros do not count"/>
<table name="t"><column name="id" type="INTEGER" primary-key="true"/><column name="a" type="INTEGER"/></table>'
	run -0 "$MOULT" plan app.db want.xml
	[[ $output == *"allowed   MD105"*"allowed at want.xml:1:38: zeros do not count"* ]]
	"$MOULT" plan app.db want.xml --json >plan.json
	grep -q '"doc": "zeros do not count"' plan.json
	"$MOULT" plan app.db want.xml --format sql >up.sql
	cp app.db script.db
	sqlite3 script.db <up.sql
	"$MOULT" apply app.db want.xml --yes --no-backup -q
	[ "$(sqlite3 app.db "SELECT quote(a) FROM t")" = 7 ]
	[ "$(sqlite3 script.db "SELECT quote(a) FROM t")" = 7 ]
	"$MOULT" plan app.db want.xml --check
}

@test "allow: what can never be allowed is said" {
	for wrong in 'id="MD15"' 'id="MF104"' 'id="ML101"' 'id="all"' 'id="MD105" object="a.b.c"' 'id="MD105" object="a,b"'; do
		doc want.xml "<allow $wrong/><table name='t'><column name='a'/></table>"
		refused 2 DOC007 want.xml:1:38 allow check want.xml
	done
	doc want.xml '<allow object="a"/>'
	refused 2 DOC006 want.xml:1:38 "must have id" check want.xml
	doc want.xml '<alow id="MD105"/>'
	refused 2 DOC004 want.xml:1:38 "did you mean <allow>" check want.xml
	doc want.xml '<allow id="MD105" object="nobody.x"/><table name="t"><column name="a"/></table>'
	"$MOULT" check want.xml
}
