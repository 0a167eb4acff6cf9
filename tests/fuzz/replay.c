/* SPDX-License-Identifier: MIT */
/*
 * replay.c: feeds a fuzz target the files that are known: those of the cases,
 * and tests/fuzz/corpus, where every input that once failed is kept.
 *
 *	replay [FILE]...	one TAP line for each folder of files
 */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int replay(const char *path)
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
	LLVMFuzzerTestOneInput(data, size);
	free(data);
	return 1;
}

#define PATH_LENGTH 1024

static int replay_at(const char *folder, const char *name)
{
	char path[PATH_LENGTH];

	if (snprintf(path, sizeof(path), "%s/%s", folder, name) >= PATH_LENGTH)
		return 0;
	return replay(path);
}

static int by_name(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

/* Every file of a folder, or, where name is given, that file of every folder in it. */
static int replay_folder(const char *folder, const char *name)
{
	struct dirent **entries = NULL;
	int i, count = scandir(folder, &entries, by_name, alphasort), played = 0;

	for (i = 0; i < count; i++) {
		char path[PATH_LENGTH];

		if (!name)
			played += replay_at(folder, entries[i]->d_name);
		else if (snprintf(path, sizeof(path), "%s/%s", folder, entries[i]->d_name) <
			 PATH_LENGTH)
			played += replay_at(path, name);
		free(entries[i]);
	}
	free(entries);
	return played;
}

int main(int argc, char **argv)
{
	const char *source = getenv("MOULT_SOURCE");
	char cases[PATH_LENGTH], corpus[PATH_LENGTH];
	int i;

	for (i = 1; i < argc; i++)
		replay(argv[i]);
	if (argc > 1)
		return 0;
	snprintf(cases, sizeof(cases), "%s/tests/cases", source ? source : ".");
	snprintf(corpus, sizeof(corpus), "%s/tests/fuzz/corpus", source ? source : ".");
	printf("1..3\n");
	printf("ok 1 - %d documents\n", replay_folder(cases, "want.xml"));
	printf("ok 2 - %d scripts\n", replay_folder(cases, "have.sql"));
	printf("ok 3 - %d inputs of the corpus\n", replay_folder(corpus, NULL));
	return 0;
}
