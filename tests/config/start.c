/* SPDX-License-Identifier: Apache-2.0
 *
 * Starts the config as main() would, with words and a file of its own. */
#include "config/start.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void write_file(struct start *start, const char *text)
{
	snprintf(start->path, sizeof(start->path), "/tmp/doorcode-config-XXXXXX");
	int fd = mkstemp(start->path);

	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(write(fd, text, strlen(text)), (ssize_t)strlen(text));
	close(fd);
}

/* The path of the file is another one in each run: F stands for it. */
static void shorten(const char *path, const char *from, char to[TEXT_MAX])
{
	size_t at = 0;

	while (*from != '\0' && at + 1 < TEXT_MAX) {
		if (path[0] != '\0' && strncmp(from, path, strlen(path)) == 0) {
			to[at++] = 'F';
			from += strlen(path);
		} else {
			to[at++] = *from++;
		}
	}
	to[at] = '\0';
}

static void copy_words(const char *const *from, char **to)
{
	for (size_t i = 0; i < WORDS_MAX && from[i] != NULL; i++)
		to[i] = strdup(from[i]);
}

void start_with(const struct row *row, struct start *start)
{
	static char program[] = "doorcode";
	char *text = NULL;
	size_t len = 0;
	char *env[WORDS_MAX + 1] = { NULL };

	*start = (struct start){ .argv = { program } };
	if (row->file != NULL)
		write_file(start, row->file);
	copy_words(row->env, env);
	copy_words(row->flags, start->words);
	memcpy(start->argv + 1, start->words, sizeof(start->words));
	for (start->argc = 0; start->argv[start->argc] != NULL; start->argc++)
		continue;
	struct config_source source = {
		.file = row->file != NULL ? start->path : NULL,
		.env = env,
		.argc = start->argc,
		.argv = start->argv,
	};
	FILE *out = open_memstream(&text, &len);

	start->err = config_load(&source, out, &start->config);
	fclose(out);
	shorten(start->path, text, start->faults);
	free(text);
	start->argc = source.argc;
	for (size_t i = 0; env[i] != NULL; i++)
		free(env[i]);
	if (row->file != NULL)
		unlink(start->path);
}

void start_end(struct start *start)
{
	config_free(&start->config);
	ck_assert_ptr_null(start->config);
	for (size_t i = 0; i < WORDS_MAX; i++)
		free(start->words[i]);
}

void start_show(struct start *start, bool json)
{
	char *text = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&text, &len);

	config_print(start->config, out, json);
	fclose(out);
	shorten(start->path, text, start->shown);
	free(text);
}
