/* SPDX-License-Identifier: Apache-2.0
 *
 * The options file, read by libConfuse: the only file that includes it. The library gives each
 * value to a function with its line, and stops at the first name that it does not know; such a name
 * is then made known as one to be reported, and the text is read again from its start, so that
 * every fault is seen. */
#include <assert.h>
#include <confuse.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/ensure.h"
#include "base/fd.h"
#include "config/comments.h"
#include "config/loaded.h"

enum { FILE_MAX_BYTES = 1 << 18, ENTRIES_MAX = 1024, UNKNOWN_MAX = 32, MESSAGE_MAX = 200 };

/* One value as libConfuse gave it. */
struct entry {
	size_t index; /* of the option; option_count and more: a name that is not known */
	struct slice text;
	int line;
	bool adds;
};

struct unknown {
	const char *name;
	int line;
};

/* Where libConfuse puts a value; it also leads its calls, which carry no argument of ours, back to
 * the reader. */
struct slot {
	char *value;
	struct reader *reader;
	size_t index;
};
static_assert(offsetof(struct slot, value) == 0, "a pointer to the value is one to the slot");

struct reader {
	struct arena *arena;
	struct entry *entries;
	size_t entry_count;
	struct unknown unknown[UNKNOWN_MAX];
	size_t unknown_count;
	bool again; /* a name was added to `unknown`: read once more */
	char message[MESSAGE_MAX];
	int message_line; /* 0: no message */
	cfg_opt_t *opts;
	struct slot *slots;
};

static struct slot *slot_of(const cfg_opt_t *opt)
{
	return (struct slot *)(void *)opt->simple_value.string;
}

static void set_message(struct reader *reader, int line, const char *message)
{
	if (reader->message_line != 0)
		return;
	reader->message_line = line;
	snprintf(reader->message, sizeof(reader->message), "%s", message);
}

static int take_value(cfg_t *cfg, cfg_opt_t *opt, const char *value, void *result)
{
	const struct slot *slot = slot_of(opt);
	struct reader *reader = slot->reader;

	*(const char **)result = value;
	if (reader->entry_count == ENTRIES_MAX) {
		set_message(reader, cfg->line, "too many values");
		return -1;
	}
	reader->entries[reader->entry_count++] = (struct entry){
		.index = slot->index,
		.text = arena_slice(reader->arena, slice_str(value)),
		.line = cfg->line,
		/* Set by '=', and taken off here: what comes behind it, in the same list or by
		   "+=", adds. */
		.adds = (opt->flags & CFGF_RESET) == 0,
	};
	opt->flags &= ~CFGF_RESET;
	return 0;
}

static bool is_known(const struct reader *reader, const char *name)
{
	for (size_t i = 0; i < reader->unknown_count; i++) {
		if (strcmp(reader->unknown[i].name, name) == 0)
			return true;
	}
	return false;
}

static bool add_unknown(struct reader *reader, const char *name, int line)
{
	if (reader->unknown_count == UNKNOWN_MAX || is_known(reader, name))
		return false;
	reader->unknown[reader->unknown_count++] = (struct unknown){
		.name = arena_cstr(reader->arena, slice_str(name)), .line = line
	};
	reader->again = true;
	return true;
}

__attribute__((__format__(__printf__, 2, 0))) static void take_error(cfg_t *cfg, const char *format,
								     va_list ap)
{
	struct reader *reader = slot_of(&cfg->opts[0])->reader;

	if (strcmp(format, "no such option '%s'") == 0) {
		va_list names;

		va_copy(names, ap);
		bool added = add_unknown(reader, va_arg(names, const char *), cfg->line);

		va_end(names);
		if (added)
			return;
	}
	char message[MESSAGE_MAX];

	vsnprintf(message, sizeof(message), format, ap);
	set_message(reader, cfg->line, message);
}

static void fill_option(struct reader *reader, size_t index, const char *name, bool list)
{
	static const cfg_opt_t one = CFG_STR_CB(NULL, NULL, CFGF_NODEFAULT, take_value);
	static const cfg_opt_t many = CFG_STR_LIST_CB(NULL, NULL, CFGF_NODEFAULT, take_value);

	reader->slots[index] = (struct slot){ .reader = reader, .index = index };
	reader->opts[index] = list ? many : one;
	reader->opts[index].name = name;
	reader->opts[index].simple_value.string = &reader->slots[index].value;
}

static void fill_options(struct reader *reader)
{
	size_t total = option_count + reader->unknown_count;

	reader->opts = arena_calloc(reader->arena, total + 1, sizeof(*reader->opts));
	reader->slots = arena_calloc(reader->arena, total, sizeof(*reader->slots));
	for (size_t i = 0; i < option_count; i++)
		fill_option(reader, i, option_table[i].name, option_is_list(&option_table[i]));
	/* What stands behind a name that is not known may have any form. */
	for (size_t i = option_count; i < total; i++)
		fill_option(reader, i, reader->unknown[i - option_count].name, true);
}

/* A list that was set to {} calls nobody: it is seen by its mark alone. */
static void note_empty_lists(struct reader *reader, cfg_t *cfg)
{
	for (size_t i = 0; i < option_count; i++) {
		if ((cfg->opts[i].flags & CFGF_MODIFIED) == 0 || reader->slots[i].value != NULL)
			continue;
		if (option_is_list(&option_table[i]) && reader->entry_count < ENTRIES_MAX)
			reader->entries[reader->entry_count++] = (struct entry){
				.index = i, .text = SLICE_EMPTY
			};
	}
}

static void read_once(struct reader *reader, const char *text)
{
	reader->again = false;
	reader->entry_count = 0;
	reader->message_line = 0;
	fill_options(reader);
	cfg_t *cfg = cfg_init(reader->opts, CFGF_NONE);

	ensure(cfg != NULL);
	cfg_set_error_function(cfg, take_error);
	if (cfg_parse_buf(cfg, text) == CFG_SUCCESS)
		note_empty_lists(reader, cfg);
	cfg_free(cfg);
	for (size_t i = 0; i < option_count + reader->unknown_count; i++) {
		/* unknown_count may have grown since, the slots have not */
		if (reader->opts[i].name == NULL)
			break;
		free(reader->slots[i].value);
	}
}

static void report_unknown(struct loaded *loaded, const struct unknown *unknown)
{
	const struct option *near = option_nearest(slice_str(unknown->name));
	struct slice place = arena_printf(loaded->arena, "%s:%d: %s", loaded->file, unknown->line,
					  unknown->name);

	if (near != NULL)
		loaded_fault(loaded, place, "is not an option; did you mean %s?", near->name);
	else
		loaded_fault(loaded, place,
			     "is not an option; doorcode config show --example lists them all");
}

static bool is_reported_line(const struct reader *reader, int line)
{
	for (size_t i = 0; i < reader->unknown_count; i++) {
		if (reader->unknown[i].line == line)
			return true;
	}
	return false;
}

static void report_message(struct loaded *loaded, const struct reader *reader)
{
	struct slice place = arena_printf(loaded->arena, "%s:%d", loaded->file,
					  reader->message_line);

	/* What stands around a name that is not known is no fault of its own. */
	if (reader->message_line == 0 || is_reported_line(reader, reader->message_line))
		return;
	loaded_fault(loaded, place,
		     "%s; write name = value, name = \"text\" or name = {\"one\", \"two\"}",
		     reader->message);
}

/* One that stands twice with '=' would count with its last value, which may not be the one that is
 * looked at. */
static bool is_repeated(struct loaded *loaded, const struct entry *entry, int first_line)
{
	if (entry->adds || first_line == 0)
		return false;
	struct slice place = arena_printf(loaded->arena, "%s:%d: %s", loaded->file, entry->line,
					  option_table[entry->index].name);

	loaded_fault(loaded, place, "stands in line %d already; keep one of them", first_line);
	return true;
}

static void apply_entries(struct loaded *loaded, const struct reader *reader)
{
	int *first = arena_calloc(loaded->arena, option_count, sizeof(*first));

	for (size_t i = 0; i < reader->entry_count; i++) {
		const struct entry *entry = &reader->entries[i];

		if (entry->index >= option_count || is_repeated(loaded, entry, first[entry->index]))
			continue;
		struct given given = {
			.option = &option_table[entry->index],
			.text = entry->text,
			.origin = { .kind = ORIGIN_FILE, .line = entry->line },
			/* "+=" in the file adds to what the file said, not to the default. */
			.adds = entry->adds && first[entry->index] != 0,
		};

		if (first[entry->index] == 0)
			first[entry->index] = entry->line;
		loaded_apply(loaded, &given);
	}
}

/* NULL when it cannot be read, or is no text; the fault is printed. */
static char *read_text(struct loaded *loaded, struct arena *scratch)
{
	const char *path = loaded->file;
	AUTO_FINI(fd) int fd = open(path, O_RDONLY | O_CLOEXEC);
	char *text = arena_alloc(scratch, FILE_MAX_BYTES + 1);
	size_t len = 0;
	ssize_t got = fd < 0 ? -1 : 1;

	while (got > 0 && len < FILE_MAX_BYTES) {
		got = read(fd, text + len, FILE_MAX_BYTES - len);
		len += got > 0 ? (size_t)got : 0;
	}
	if (got < 0)
		loaded_fault(loaded, slice_str(path), "cannot be read: %s; name a file that can",
			     strerror(errno));
	else if (len == FILE_MAX_BYTES)
		loaded_fault(loaded, slice_str(path),
			     "is larger than 256 KiB; name a file of options");
	else if (memchr(text, '\0', len) != NULL)
		loaded_fault(loaded, slice_str(path), "is not text; name a file of options");
	else {
		comments_blank(text, len);
		return text;
	}
	return NULL;
}

void loaded_read_file(struct loaded *loaded, const char *path)
{
	AUTO(arena) struct arena *scratch = arena_new();
	struct reader reader = { .arena = scratch };

	loaded->file = arena_cstr(loaded->arena, slice_str(path));
	const char *text = read_text(loaded, scratch);

	if (text == NULL)
		return;
	reader.entries = arena_calloc(scratch, ENTRIES_MAX, sizeof(*reader.entries));
	do {
		read_once(&reader, text);
	} while (reader.again);
	for (size_t i = 0; i < reader.unknown_count; i++)
		report_unknown(loaded, &reader.unknown[i]);
	report_message(loaded, &reader);
	apply_entries(loaded, &reader);
}
