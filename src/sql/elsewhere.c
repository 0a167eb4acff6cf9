/* SPDX-License-Identifier: MIT */
/* elsewhere.c: see elsewhere.h. */
#include "sql/elsewhere.h"

#include <stddef.h>

#include "base/text.h"
#include "model/schema.h"

#define LENGTH(array) (sizeof(array) / sizeof(*(array)))

struct function {
	const char *name;
	const char *here;
	const char *as_default; /* NULL: it has arguments */
};

static const struct function functions[] = {
	{"now", "datetime('now')", "CURRENT_TIMESTAMP"},
	{"getdate", "datetime('now')", "CURRENT_TIMESTAMP"},
	{"sysdate", "datetime('now')", "CURRENT_TIMESTAMP"},
	{"sysdatetime", "datetime('now')", "CURRENT_TIMESTAMP"},
	{"utc_timestamp", "datetime('now')", "CURRENT_TIMESTAMP"},
	{"current_timestamp", "datetime('now')", "CURRENT_TIMESTAMP"},
	{"current_date", "date('now')", "CURRENT_DATE"},
	{"curdate", "date('now')", "CURRENT_DATE"},
	{"today", "date('now')", "CURRENT_DATE"},
	{"curtime", "time('now')", "CURRENT_TIME"},
	{"current_time", "time('now')", "CURRENT_TIME"},
	{"unix_timestamp", "CAST(strftime('%s', 'now') AS INTEGER)",
	 "(CAST(strftime('%s', 'now') AS INTEGER))"},
	{"uuid", "lower(hex(randomblob(16)))", "(lower(hex(randomblob(16))))"},
	{"newid", "lower(hex(randomblob(16)))", "(lower(hex(randomblob(16))))"},
	{"gen_random_uuid", "lower(hex(randomblob(16)))", "(lower(hex(randomblob(16))))"},
	{"uuid_generate_v4", "lower(hex(randomblob(16)))", "(lower(hex(randomblob(16))))"},
	{"rand", "random()", "(random())"},
	{"isnull", "ifnull(x, y)", NULL},
	{"nvl", "ifnull(x, y)", NULL},
	{"len", "length(x)", NULL},
	{"char_length", "length(x)", NULL},
	{"character_length", "length(x)", NULL},
	{"ucase", "upper(x)", NULL},
	{"lcase", "lower(x)", NULL},
	{"left", "substr(x, 1, n)", NULL},
	{"right", "substr(x, -n)", NULL},
	{"greatest", "max(x, y)", NULL},
	{"least", "min(x, y)", NULL},
	{"strpos", "instr(x, y)", NULL},
	{"locate", "instr(y, x)", NULL},
	{"charindex", "instr(y, x)", NULL},
	{"date_format", "strftime(format, x)", NULL},
	{"to_char", "strftime(format, x)", NULL},
	{"concat", "x || y", NULL},
	{"if", "iif(x, y, z)", NULL},
	{"string_agg", "group_concat(x, y)", NULL},
	{"listagg", "group_concat(x, y)", NULL},
};

static const struct function *find(const char *name)
{
	for (size_t i = 0; i < LENGTH(functions); i++)
		if (mo_same_name(functions[i].name, name))
			return &functions[i];
	return NULL;
}

const char *mo_sql_function_of_elsewhere(const char *name)
{
	const struct function *function = find(name);

	return function ? function->here : NULL;
}

const char *mo_sql_default_of_elsewhere(const char *name)
{
	const struct function *function = find(name);

	return function ? function->as_default : NULL;
}

const char *mo_sql_strict_type(const char *type)
{
	switch (type && !mo_is_blank(type) ? mo_affinity(type, false) : '\0') {
	case 'T':
		return "TEXT";
	case 'I':
		return "INTEGER";
	case 'R':
		return "REAL";
	case 'B':
		return "BLOB";
	default:
		break;
	}
	if (type && (mo_glob("bool*", type) || mo_glob("bit*", type)))
		return "INTEGER";
	return type && (mo_glob("*date*", type) || mo_glob("*time*", type)) ? "TEXT" : "ANY";
}

bool mo_sql_is_strict_type(const char *type)
{
	static const char *const types[] = {"INT", "INTEGER", "REAL", "TEXT", "BLOB", "ANY"};

	for (size_t i = 0; i < LENGTH(types); i++)
		if (mo_same_name(types[i], type))
			return true;
	return false;
}
