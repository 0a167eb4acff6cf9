/* SPDX-License-Identifier: MIT */
/*
 * notes++.cc: notes.c again in C++11: the handles own themselves, and a run that did not
 * come to its end is an exception that carries what the library said.
 */
#include <moult.h>

#include <iostream>
#include <memory>
#include <stdexcept>
#include <string>

#include "notes.h"

namespace {

struct release {
	void operator()(moult *m) const { moult_free(m); }
	void operator()(moult_schema *schema) const { moult_schema_free(schema); }
	void operator()(sqlite3 *db) const { sqlite3_close(db); }
	void operator()(sqlite3_stmt *statement) const { sqlite3_finalize(statement); }
};

template <class handle> using owned = std::unique_ptr<handle, release>;

/* The outcome of a run, whose texts are freed with it. */
struct outcome : moult_outcome {
	outcome() : moult_outcome MOULT_OUTCOME_INIT {}
	~outcome() { moult_outcome_done(this); }
	outcome(const outcome &) = delete;
	outcome &operator=(const outcome &) = delete;
};

/* Not MOULT_OK: the file is as it was. */
struct not_migrated : std::runtime_error {
	not_migrated(int result, const std::string &why) : std::runtime_error(why), result(result) {}
	int result;
};

/* C calls these: no exception may leave them. */
extern "C" int append(void *context, const char *text, size_t size)
{
	try {
		static_cast<std::string *>(context)->append(text, size);
		return 0;
	} catch (...) {
		return 1;
	}
}

extern "C" int on_progress(void *, const moult_progress *progress)
{
	std::cerr << "  " << progress->phase << ' ' << progress->done << ' ' << progress->unit << '\n';
	return 0;
}

[[noreturn]] void fail(const moult *m, int result)
{
	std::string why;

	moult_report_diagnostics(m, MOULT_TEXT, append, &why);
	throw not_migrated(result, why);
}

void bring_up_to_date(sqlite3 *db)
{
	moult *handle = nullptr;
	if (int rc = moult_new(&handle))
		throw not_migrated(rc, "no memory");
	owned<moult> m(handle);
	moult_set_open(m.get(), prepare, nullptr);
	moult_set_progress(m.get(), on_progress, nullptr);

	moult_schema *schema = nullptr;
	if (int rc = moult_schema_parse(&schema, m.get(), document, sizeof(document) - 1, "notes.xml"))
		fail(m.get(), rc);
	owned<moult_schema> want(schema);

	moult_options options = MOULT_OPTIONS_INIT;
	options.timeout_ms = 2000;
	outcome came;
	if (int rc = moult_migrate(m.get(), db, want.get(), &options, &came))
		fail(m.get(), rc);
	if (came.steps)
		std::cerr << "done, " << came.rows << " notes moved; the file as it was: "
			  << (came.backup ? came.backup : "there was none") << '\n';
}

void each(sqlite3 *db, const char *sql, const char *title)
{
	sqlite3_stmt *prepared = nullptr;
	sqlite3_prepare_v2(db, sql, -1, &prepared, nullptr);
	owned<sqlite3_stmt> statement(prepared);

	if (title)
		sqlite3_bind_text(prepared, 1, title, -1, SQLITE_STATIC);
	while (sqlite3_step(prepared) == SQLITE_ROW)
		std::cout << reinterpret_cast<const char *>(sqlite3_column_text(prepared, 0)) << '\n';
	if (sqlite3_errcode(db) != SQLITE_DONE && sqlite3_errcode(db) != SQLITE_OK)
		throw std::runtime_error(sqlite3_errmsg(db));
}

} // namespace

int main(int argc, char **argv)
try {
	if (argc < 2) {
		std::cerr << "usage: notes++ FILE [TITLE]\n";
		return 2;
	}
	sqlite3 *opened = nullptr;
	int rc = sqlite3_open(argv[1], &opened);
	owned<sqlite3> db(opened);
	if (rc != SQLITE_OK || prepare(nullptr, opened) != SQLITE_OK)
		throw std::runtime_error(sqlite3_errmsg(opened));
	bring_up_to_date(opened);
	if (argc > 2)
		each(opened, "INSERT INTO note(title, slug) VALUES (?1, slug(?1))", argv[2]);
	each(opened, "SELECT title || '  #' || slug FROM note ORDER BY title", nullptr);
	return 0;
} catch (const not_migrated &refusal) {
	std::cerr << "your notes are as they were\n" << refusal.what();
	return -refusal.result;
} catch (const std::exception &error) {
	std::cerr << "notes++: " << error.what() << '\n';
	return 1;
}
