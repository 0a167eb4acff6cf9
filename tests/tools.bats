# SPDX-License-Identifier: MIT
#
# Files that another migration tool has brought this far: it is named, and its table stays.

bats_require_minimum_version 1.5.0
load common

setup() {
	begin
	echo '<database xmlns="urn:moult:schema:1"><table name="t"><column name="a"/></table></database>' >app.xml
}

# brought TOOL VERSION TABLE SQL: a file with this in it is known as that tool's.
brought() {
	local tool=$1 version=$2 table=$3
	rm -f app.db
	sqlite3 app.db "CREATE TABLE t(a); $4"
	"$MOULT" status app.db app.xml --strict >status.txt || { cat status.txt; return 1; }
	grep -qxF "$tool has brought it to $version (table $table, which stays)" status.txt ||
		{ cat status.txt; return 1; }
	"$MOULT" status app.db --json >status.json
	[ "$(sqlite3 :memory: "SELECT json_extract(CAST(readfile('status.json') AS TEXT), '$.tools[0].tool')")" = "$tool" ]
	"$MOULT" plan app.db app.xml --check --prune --strict
}

@test "Python: Alembic, Django" {
	brought Alembic 1975ea83b712 alembic_version \
		"CREATE TABLE alembic_version(version_num VARCHAR(32) NOT NULL, CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num));
		INSERT INTO alembic_version VALUES ('1975ea83b712')"
	brought Alembic 'a, b' alembic_version \
		"CREATE TABLE alembic_version(version_num VARCHAR(32) NOT NULL); INSERT INTO alembic_version VALUES ('a'), ('b')"
	brought Django shop.0002_name django_migrations \
		'CREATE TABLE "django_migrations" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "app" varchar(255) NOT NULL,
		"name" varchar(255) NOT NULL, "applied" datetime NOT NULL);
		INSERT INTO django_migrations(app, name, applied) VALUES ("auth", "0001", 1), ("shop", "0002_name", 2)'
}

@test "three tools that call their table schema_migrations" {
	brought golang-migrate '7 (dirty)' schema_migrations \
		"CREATE TABLE schema_migrations (version uint64, dirty bool); CREATE UNIQUE INDEX version_unique ON schema_migrations(version);
		INSERT INTO schema_migrations VALUES (7, 1)"
	brought Rails 20240131120000 schema_migrations \
		"CREATE TABLE schema_migrations(version varchar NOT NULL PRIMARY KEY); INSERT INTO schema_migrations VALUES ('20240131120000'), ('2023');
		CREATE TABLE ar_internal_metadata(key varchar NOT NULL PRIMARY KEY, value varchar, created_at datetime(6), updated_at datetime(6))"
	brought dbmate 20240131 schema_migrations \
		"CREATE TABLE schema_migrations(version varchar(128) primary key); INSERT INTO schema_migrations VALUES ('20240131')"
}

@test "JavaScript: Knex, Prisma, Drizzle" {
	brought Knex 2_b.js knex_migrations \
		"CREATE TABLE knex_migrations(id integer not null primary key autoincrement, name varchar(255), batch integer, migration_time datetime);
		CREATE TABLE knex_migrations_lock([index] integer not null primary key autoincrement, is_locked integer);
		INSERT INTO knex_migrations(name, batch) VALUES ('1_a.js', 1), ('2_b.js', 1)"
	brought Prisma 2024_b _prisma_migrations \
		'CREATE TABLE "_prisma_migrations" ("id" TEXT PRIMARY KEY NOT NULL, "checksum" TEXT NOT NULL, "finished_at" DATETIME,
		"migration_name" TEXT NOT NULL, "logs" TEXT, "rolled_back_at" DATETIME, "started_at" DATETIME NOT NULL DEFAULT current_timestamp,
		"applied_steps_count" INTEGER UNSIGNED NOT NULL DEFAULT 0);
		INSERT INTO _prisma_migrations(id, checksum, finished_at, migration_name) VALUES (1, 1, 5, "2024_b"), (2, 1, NULL, "2024_c")'
	brought Drizzle 1700000000001 __drizzle_migrations \
		"CREATE TABLE __drizzle_migrations(id SERIAL PRIMARY KEY, hash text NOT NULL, created_at numeric);
		INSERT INTO __drizzle_migrations VALUES (1, 'x', 1700000000000), (2, 'y', 1700000000001)"
}

@test "Java and .NET: Flyway, Liquibase, Entity Framework" {
	brought Flyway '2 name' flyway_schema_history \
		"CREATE TABLE flyway_schema_history(installed_rank INT NOT NULL PRIMARY KEY, version VARCHAR(50), description VARCHAR(200) NOT NULL,
		type VARCHAR(20), script VARCHAR(1000), checksum INT, installed_by VARCHAR(100), installed_on TEXT, execution_time INT, success BOOLEAN NOT NULL);
		INSERT INTO flyway_schema_history VALUES (1, '1', 'begin', '', '', 1, '', '', 1, 1), (2, '2', 'name', '', '', 1, '', '', 1, 1), (3, '3', 'bad', '', '', 1, '', '', 1, 0)"
	brought Liquibase '2 of log.xml' DATABASECHANGELOG \
		"CREATE TABLE DATABASECHANGELOG (ID VARCHAR(255) NOT NULL, AUTHOR VARCHAR(255) NOT NULL, FILENAME VARCHAR(255) NOT NULL,
		DATEEXECUTED TEXT NOT NULL, ORDEREXECUTED INTEGER NOT NULL, EXECTYPE VARCHAR(10) NOT NULL);
		CREATE TABLE DATABASECHANGELOGLOCK(ID INTEGER NOT NULL, LOCKED BOOLEAN NOT NULL);
		INSERT INTO DATABASECHANGELOG VALUES ('1', 'a', 'log.xml', '', 1, ''), ('2', 'a', 'log.xml', '', 2, '')"
	brought 'Entity Framework' 20240131_Name __EFMigrationsHistory \
		'CREATE TABLE "__EFMigrationsHistory" ("MigrationId" TEXT NOT NULL CONSTRAINT "PK" PRIMARY KEY, "ProductVersion" TEXT NOT NULL);
		INSERT INTO __EFMigrationsHistory VALUES ("20240131_Name", "8.0.0")'
}

@test "goose, SQLx, Room, GRDB, Wrangler" {
	brought goose 3 goose_db_version \
		"CREATE TABLE goose_db_version(id INTEGER PRIMARY KEY AUTOINCREMENT, version_id INTEGER NOT NULL, is_applied INTEGER NOT NULL, tstamp TIMESTAMP);
		INSERT INTO goose_db_version(version_id, is_applied) VALUES (0, 1), (3, 1)"
	brought SQLx '2 name' _sqlx_migrations \
		"CREATE TABLE _sqlx_migrations(version BIGINT PRIMARY KEY, description TEXT NOT NULL, installed_on TIMESTAMP, success BOOLEAN NOT NULL, checksum BLOB, execution_time BIGINT);
		INSERT INTO _sqlx_migrations VALUES (1, 'begin', 1, 1, x'', 1), (2, 'name', 1, 1, x'', 1)"
	brought Room 4a7d room_master_table \
		"CREATE TABLE room_master_table (id INTEGER PRIMARY KEY,identity_hash TEXT); INSERT INTO room_master_table VALUES (42, '4a7d')"
	brought GRDB name grdb_migrations \
		"CREATE TABLE grdb_migrations (identifier TEXT NOT NULL PRIMARY KEY); INSERT INTO grdb_migrations VALUES ('begin'), ('name')"
	brought Wrangler 0002_name.sql d1_migrations \
		"CREATE TABLE d1_migrations(id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT UNIQUE, applied_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP NOT NULL);
		INSERT INTO d1_migrations(name) VALUES ('0001_begin.sql'), ('0002_name.sql')"
	brought Alembic 'nothing yet' alembic_version "CREATE TABLE alembic_version(version_num)"
}

@test "another table of that name is no tool's, and a view is none" {
	sqlite3 app.db "CREATE TABLE t(a); CREATE TABLE goose_db_version(honk); CREATE VIEW alembic_version AS SELECT a AS version_num FROM t"
	run -0 "$MOULT" status app.db
	[[ $output != *"has brought it"* ]]
}

@test "a table of a tool that the document declares is the document's" {
	sqlite3 app.db "CREATE TABLE t(a); CREATE TABLE schema_migrations(version)"
	"$MOULT" dump app.db >dumped.xml
	grep -q schema_migrations dumped.xml
	"$MOULT" plan app.db dumped.xml --check
	sed 's|</database>|<dropped table="schema_migrations"/></database>|' app.xml >gone.xml
	"$MOULT" apply app.db gone.xml --yes -q
	[ "$(sqlite3 app.db "SELECT count(*) FROM sqlite_master WHERE name = 'schema_migrations'")" = 0 ]
}
