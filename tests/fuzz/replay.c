/* SPDX-License-Identifier: MIT */
/*
 * replay.c: feeds the fuzz targets what is known: the files of the cases, and
 * tests/fuzz/corpus, where a choice of what reaches far and every input that
 * once failed is kept.
 *
 *	replay			one TAP line for each folder of files
 *	replay TARGET FILE...	what libFuzzer left behind
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"

static const struct target {
	const char *name;
	int (*run)(const uint8_t *data, size_t size);
	const char *of_case; /* the file of each case that is an input too; or NULL */
} targets[] = {
	{"document", fuzz_document, "want.xml"},
	{"sql", fuzz_sql, "have.sql"},
	{"file", fuzz_file, NULL},
	{"pair", fuzz_pair, NULL},
	{"way", fuzz_way, NULL},
};
enum { TARGETS = sizeof(targets) / sizeof(targets[0]) };

static int replay(const struct target *target, const char *path)
{
	FILE *file = fopen(path, "rb");
	uint8_t *data = malloc(1 << 20);
	size_t size;

	if (!file || !data) {
		free(data);
		if (file)
			fclose(file);
		return 0;
	}
	size = fread(data, 1, 1 << 20, file);
	fclose(file);
	printf("# %s\n", path);
	fflush(stdout);
	target->run(data, size);
	free(data);
	return 1;
}

#define PATH_LENGTH 1024

static int replay_at(const struct target *target, const char *folder, const char *name)
{
	char path[PATH_LENGTH];

	if (snprintf(path, sizeof(path), "%s/%s", folder, name) >= PATH_LENGTH)
		return 0;
	return replay(target, path);
}

static int by_name(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

/* Every file of a folder, or, where name is given, that file of every folder in it. */
static int replay_folder(const struct target *target, const char *folder, const char *name)
{
	struct dirent **entries = NULL;
	int i, count = scandir(folder, &entries, by_name, alphasort), played = 0;

	for (i = 0; i < count; i++) {
		char path[PATH_LENGTH];

		if (!name)
			played += replay_at(target, folder, entries[i]->d_name);
		else if (snprintf(path, sizeof(path), "%s/%s", folder, entries[i]->d_name) <
			 PATH_LENGTH)
			played += replay_at(target, path, name);
		free(entries[i]);
	}
	free(entries);
	return played;
}

static int replay_files(const char *name, char *const *files, int count)
{
	for (int i = 0; i < TARGETS; i++) {
		if (strcmp(name, targets[i].name) != 0)
			continue;
		for (int k = 0; k < count; k++)
			if (!replay(&targets[i], files[k]))
				return 1;
		return 0;
	}
	fprintf(stderr, "there is no target %s\n", name);
	return 99;
}

int main(int argc, char **argv)
{
	const char *source = getenv("MOULT_SOURCE");
	char folder[PATH_LENGTH];
	int played;

	fuzz_is_thorough = true;
	if (argc > 1)
		return replay_files(argv[1], argv + 2, argc - 2);
	printf("1..%d\n", TARGETS);
	for (int i = 0; i < TARGETS; i++) {
		const struct target *target = &targets[i];

		snprintf(folder, sizeof(folder), "%s/tests/fuzz/corpus/%s", source ? source : ".",
			 target->name);
		played = replay_folder(target, folder, NULL);
		snprintf(folder, sizeof(folder), "%s/tests/cases", source ? source : ".");
		if (target->of_case)
			played += replay_folder(target, folder, target->of_case);
		printf("%sok %d - %s: %d inputs\n", played ? "" : "not ", i + 1, target->name,
		       played);
	}
	return 0;
}
