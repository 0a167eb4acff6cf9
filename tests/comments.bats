# SPDX-License-Identifier: MIT
#
# Comments of a stored CREATE TABLE are documentation: dump finds them where
# they stand by a table, a column or a constraint; what is written into a file
# is read from it again; and none is ever a difference.

bats_require_minimum_version 1.5.0
load common

setup() {
	begin
}

# dumped SQL: the document of a file made by it, where every doc stands on a line of its own.
dumped() {
	rm -f have.db
	printf '%s\n' "$1" | sqlite3 have.db
	"$MOULT" dump have.db >have.xml
}

# The document makes a file that gives the document back, and neither is a difference to the other.
comes_back() {
	rm -f fresh.db
	"$MOULT" apply -q fresh.db have.xml
	"$MOULT" dump fresh.db >fresh.xml
	diff have.xml fresh.xml
	"$MOULT" diff fresh.db have.db
	"$MOULT" diff have.db have.xml
}

# Whether the document has a text; if not, it is shown.
says() {
	grep -qF -- "$1" have.xml || {
		cat have.xml
		false
	}
}

@test "comments around a column are its own" {
	dumped 'CREATE TABLE t(
		-- the key
		id INTEGER PRIMARY KEY,
		a INT, -- the age
		/* before */ b INT,
		c /* within */ TEXT DEFAULT (1 + /* deep */ 2),
		d TEXT -- behind
		, e TEXT /* last */
		)'
	says '<column name="id" type="INTEGER" primary-key="true" doc="the key"/>'
	says '<column name="a" type="INT" doc="the age"/>'
	says '<column name="b" type="INT" doc="before"/>'
	says '<column name="d" type="TEXT" doc="behind"/>'
	says '<column name="e" type="TEXT" doc="last"/>'
	[ "$(sed -n '/<doc>/,/<\/doc>/p' have.xml | tr -d ' \n')" = '<doc>withindeep</doc>' ]
	comes_back
}

@test "comments around a table are its own" {
	dumped "CREATE TABLE t /* one */
		( -- two
		  a INT
		) /* three */ STRICT"
	[ "$(grep -A4 '<doc>' have.xml | tr -d ' \n')" = '<doc>onetwothree</doc>' ]
	dumped "CREATE TABLE t( -- of the table
		a INT)"
	says '<table name="t" doc="of the table">'
	comes_back
}

@test "comments at constraints" {
	dumped "CREATE TABLE t(a INT, b INT,
		CHECK (a > 0), -- above nothing
		-- the pair
		UNIQUE (a, b) /* once */ ON CONFLICT IGNORE)"
	says '<check doc="above nothing">a > 0</check>'
	says 'doc="the pair&#10;once"'
	comes_back
}

@test "lines keep their shape" {
	dumped 'CREATE TABLE t(
		/* Kinds:
		     - one
		         - below

		     * two */
		a INT,
		/*
		 * A box.
		 *
		 * Its stars are none of the text.
		 */
		b INT,
		/******** rows of stars ********/
		c INT,
		------- of dashes
		d INT)'
	says '        - one'
	says '            - below'
	says '        * two'
	says '        Its stars are none of the text.'
	says 'doc="rows of stars"'
	says 'doc="of dashes"'
	comes_back
}

@test "what looks like a comment and is none" {
	dumped "CREATE TABLE t(\"a--b\" INT, [/* c */] TEXT DEFAULT '-- d', e CHECK (e <> '/* f */'))"
	run ! grep -q doc have.xml
	comes_back
}

@test "what documents cannot hold is left out of comments" {
	dumped "$(printf 'CREATE TABLE t(a INT /* b\001c \357\277\276 d\303 <&>"'"'"' ]]> */)')"
	says 'b c'
	"$MOULT" check have.xml
	comes_back
}

@test "documentation comes back from the file" {
	cat >have.xml <<-'EOF'
		<?xml version="1.0" encoding="UTF-8"?>
		<?xml-model href="urn:moult:schema:1" type="application/xml" schematypens="http://www.w3.org/2001/XMLSchema"?>
		<database xmlns="urn:moult:schema:1">
		  <table name="t" doc="-- dashes, **stars** and a * at the end *">
		    <column name="a" doc="* a star"/>
		    <column name="b" doc="/* inside"/>
		    <column name="c">
		      <doc>
		        * first
		        * second

		            deeper
		        --
		      </doc>
		    </column>
		    <column name="d">
		      <doc>A line that is much too long to stand in an attribute, so that an element holds it alone</doc>
		    </column>
		    <check doc="it's &quot;so&quot;">a > 0</check>
		  </table>
		</database>
	EOF
	cp have.xml want.xml
	rm -f have.db
	"$MOULT" apply -q have.db want.xml
	comes_back
}

@test "an end of a comment in documentation ends none" {
	cat >have.xml <<-'EOF'
		<database xmlns="urn:moult:schema:1">
		  <table name="t" doc="*/ a INT); DROP TABLE x; --">
		    <column name="a" doc="**/*/ */, b INT">
		      <not-null doc="*/ UNIQUE /*"/>
		    </column>
		    <column name="c" doc=" "/>
		  </table>
		</database>
	EOF
	"$MOULT" apply -q have.db have.xml
	[ "$(sqlite3 have.db "SELECT group_concat(name) FROM pragma_table_info('t')")" = a,c ]
	"$MOULT" diff have.db have.xml
	"$MOULT" dump have.db >have.xml
	says 'UNIQUE'
	comes_back
}

@test "another comment is no difference, and no reason to write" {
	dumped "CREATE TABLE t(a INT -- old words
		)"
	sed -i 's/old words/better words/' have.xml
	before=$(cksum have.db)
	"$MOULT" apply -q have.db have.xml
	[ "$before" = "$(cksum have.db)" ]
}
