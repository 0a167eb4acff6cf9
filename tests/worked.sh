#!/bin/sh
# SPDX-License-Identifier: MIT
#
# The worked examples of moult(5), each taken out of the manual word for word and run: a file that
# the document before it made, with rows; the example; the rows that must come of it, by apply and
# by a script, and nothing more to do then.  `.\" worked: NAME` in the manual is before each of
# them, and every such name has a scene here.
set -u
: "${MOULT:?}"
source=$(cd "${MOULT_SOURCE:-$(dirname "$0")/..}" && pwd) || exit 99
work=$(mktemp -d) || exit 99
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 99
number=0
worked=

# Each example in a file of its name; what roff writes otherwise is written as it is read.
mkdir manual
awk '/^\.\\" worked: / { name = $3 }
	/^\.Ed/ { name = "" }
	name && !/^\./ { gsub(/\\&/, ""); gsub(/\\e/, "\\"); gsub(/\\\(dq/, "\""); print >("manual/" name) }' \
	"$source/man/moult.5"

# A document of these elements; a whole one is there already.
document() {
	if grep -q '<database' "$1"; then
		cat "$1"
	else
		echo '<database xmlns="urn:moult:schema:1">'
		cat "$1"
		echo '</database>'
	fi
}

key='<column name="id" type="INTEGER" primary-key="true"/>'

# have XML SQL: a file of this document, with these rows.
have() {
	echo "$1" >before
	document before >have.xml
	rm -f have.db
	"$MOULT" apply have.db have.xml --yes -q && sqlite3 -bail have.db "$2"
}

# What is in out.db, where the document is want.xml.
judge() {
	sqlite3 out.db "$question" >got 2>&1
	diff wanted got >differs || { echo "$1:" && cat differs; }
	"$MOULT" plan out.db want.xml --check >said 2>&1 || { echo "$1 leaves something to do:" && cat said; }
}

trial() {
	document "manual/$1" >want.xml
	"$MOULT" check want.xml >said 2>&1
	[ "$(cat said)" = "want.xml: good" ] || cat said
	cp have.db out.db
	"$MOULT" apply out.db want.xml --yes --no-backup -q || echo "apply"
	judge apply
	[ "$2" ] || return
	cp have.db out.db
	"$MOULT" plan have.db want.xml --format sql >up.sql && sqlite3 -batch -bail out.db <up.sql || echo "script"
	judge "a script"
}

# comes NAME SQL [noscript], and the rows on standard input: what the example of that name makes of have.db.
comes() {
	question=$2
	cat >wanted
	number=$((number + 1))
	worked="$worked $1"
	trial "$1" "${3-script}" >told 2>&1
	if [ ! -s told ]; then
		echo "ok $number - $1"
	else
		echo "not ok $number - $1"
		sed 's/^/# /' told
	fi
}

have "<table name='author'>$key<column name='nm' type='TEXT'/></table>
<table name='book'>$key<column name='author_id' type='INTEGER'/><column name='title' type='TEXT'/>
<column name='shelf'/></table>" \
	"INSERT INTO author VALUES (1, 'Ada'); INSERT INTO book VALUES (1, 1, 'On engines', 7)"
comes document "SELECT name, title, pages FROM author JOIN book ON author.id = author_id; PRAGMA user_version" <<'END'
Ada|On engines|
3
END

have "<table name='photo'>$key<column name='size' type='INTEGER'/></table>
<table name='variant'>$key<column name='photo_id' type='INTEGER'/></table>" \
	"INSERT INTO photo VALUES (1, 100), (2, 200), (3, 300); INSERT INTO variant VALUES (5, 2), (6, 2), (7, 1), (8, NULL)"
comes column-of-another-table "SELECT * FROM variant ORDER BY id; SELECT * FROM photo" <<'END'
5|2|200
6|2|200
7|1|100
8||
1
2
3
END

have "<table name='person'>$key<column name='name' type='TEXT'/></table>" \
	"INSERT INTO person VALUES (1, 'Ada Lovelace'), (2, 'Plato'), (3, NULL), (4, 'Jean Paul Sartre')"
comes split-a-column "SELECT id, quote(given), quote(family) FROM person ORDER BY id;
	SELECT count(*) FROM pragma_table_info('person')" <<'END'
1|'Ada'|'Lovelace'
2|''|'Plato'
3|NULL|NULL
4|'Jean'|'Paul Sartre'
3
END

have "<table name='orders'>$key<column name='total' type='INTEGER'/><column name='street' type='TEXT'/>
<column name='city' type='TEXT'/></table>" \
	"INSERT INTO orders VALUES (1, 10, 'Bay', 'Bern'), (2, 20, 'Alp', 'Chur'), (3, 30, 'Bay', 'Bern'),
		(4, 40, NULL, 'Chur'), (5, 50, 'Bay', NULL)"
comes split-a-table "SELECT * FROM address ORDER BY id; SELECT * FROM orders ORDER BY id" <<'END'
1|Alp|Chur
2|Bay|
3|Bay|Bern
1|10|3
2|20|1
3|30|3
4|40|
5|50|2
END

have "<table name='customer'>$key<column name='name' type='TEXT'/></table>
<table name='supplier'>$key<column name='name' type='TEXT'/></table>
<table name='invoice'>$key<column name='customer' type='INTEGER' references='customer'/></table>
<table name='delivery'>$key<column name='supplier' type='INTEGER' references='supplier'/></table>" \
	"INSERT INTO customer VALUES (1, 'Ada'), (2, 'Bob'); INSERT INTO supplier VALUES (1, 'Mill'), (2, NULL);
	INSERT INTO invoice VALUES (1, 2), (2, 1), (3, NULL); INSERT INTO delivery VALUES (1, 1), (2, 2)"
comes merge-two-tables "SELECT * FROM party ORDER BY id; SELECT * FROM invoice ORDER BY id;
	SELECT * FROM delivery ORDER BY id; PRAGMA foreign_key_check" <<'END'
1|customer|1|Ada
2|customer|2|Bob
3|supplier|1|Mill
4|supplier|2|
1|2
2|1
3|
1|3
2|4
END

have "<table name='person'>$key<column name='photo' type='BLOB'/></table>" \
	"INSERT INTO person VALUES (1, x'00ff'), (2, NULL), (3, x'')"
comes move-a-column "SELECT person, quote(image) FROM portrait ORDER BY person; SELECT * FROM person" <<'END'
1|X'00FF'
3|X''
1
2
3
END

have "<table name='track'>$key<column name='genre' type='TEXT'/></table>" \
	"INSERT INTO track VALUES (1, 'jazz'), (2, 'ambient'), (3, 'jazz'), (4, NULL)"
comes lookup-table "SELECT * FROM genre ORDER BY id; SELECT * FROM track ORDER BY id" <<'END'
1|ambient
2|jazz
1|2
2|1
3|2
4|
END

have "<table name='invoice'>$key<column name='state' type='TEXT'/></table>" \
	"INSERT INTO invoice VALUES (1, 'Open'), (2, 'CANCELLED'), (3, 'canceled'), (4, 'paid'), (5, NULL)"
comes enum-with-repair "SELECT * FROM invoice ORDER BY id" <<'END'
1|open
2|void
3|void
4|paid
5|
END

have "<table name='person'>$key<column name='mail' type='TEXT'/></table>
<table name='letter'>$key<column name='person_id' type='INTEGER' references='person'/></table>" \
	"INSERT INTO person VALUES (1, 'A@x.ch'), (2, ' a@x.ch'), (3, 'b@x.ch'), (4, NULL), (5, NULL);
	INSERT INTO letter VALUES (1, 2), (2, 1), (3, 3), (4, 4)"
comes deduplicate "SELECT * FROM person ORDER BY id; SELECT * FROM letter ORDER BY id" <<'END'
1|a@x.ch
3|b@x.ch
4|
5|
1|1
2|1
3|3
4|4
END

have "<table name='sale'>$key<column name='price' type='INTEGER'/><column name='quantity' type='INTEGER'/></table>" \
	"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000)
	INSERT INTO sale SELECT i, i % 7, i % 3 FROM n; INSERT INTO sale VALUES (30000, NULL, 1)"
comes big-backfill "SELECT count(*), count(total), sum(total), sum(total = price * quantity) FROM sale" <<'END'
20001|20000|59997|20000
END

have "<table name='town'>$key<column name='country' type='TEXT'/></table>" \
	"INSERT INTO town VALUES (7, 'LI'), (8, NULL)"
cp manual/countries.csv .
comes countries "SELECT * FROM country ORDER BY code; SELECT * FROM town ORDER BY id" <<'END'
CH|Switzerland
LI|Liechtenstein
1|CH
7|LI
8|
END

have "<table name='country'><column name='code' type='TEXT' primary-key='true' not-null='true'/>
<column name='name' type='TEXT' not-null='true'/>
<rows><row code='DD' name='East'/><row code='DE' name='Germany'/></rows></table>" \
	"INSERT INTO country VALUES ('CH', 'Switzerland')"
comes dead-row "SELECT * FROM country ORDER BY code" <<'END'
CH|Switzerland
DE|Germany
END

have "<table name='orders'>$key<column name='state' type='TEXT' not-null='true'
check=\"state IN ('open', 'paid')\"/></table>" \
	"INSERT INTO orders VALUES (1, 'open'), (2, 'paid')"
comes table-for-an-enum "SELECT * FROM order_state ORDER BY word; SELECT * FROM orders;
	SELECT sql LIKE '%CHECK%' FROM sqlite_master WHERE name = 'orders'" <<'END'
open|0
paid|0
sent|1
1|open
2|paid
0
END

number=$((number + 1))
untried=$(for example in manual/*; do
	case " $worked countries.csv " in *" ${example#manual/} "*) ;; *) echo "# ${example#manual/}" ;; esac
done)
[ -z "$untried" ] && [ "$(echo "$worked" | wc -w)" -gt 10 ] || printf 'not '
echo "ok $number - every example that the manual calls worked is tried"
[ -z "$untried" ] || echo "$untried"
echo "1..$number"
