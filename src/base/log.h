/* SPDX-License-Identifier: Apache-2.0
 *
 * One line per event on standard error, as logfmt or JSON. Names and values are escaped; a line is
 * written in one piece, so lines of several threads never mix. Callers hand in no secret: there is
 * no field for one. */
#ifndef BASE_LOG_H
#define BASE_LOG_H

#include <stddef.h>
#include <stdint.h>

#include "base/slice.h"

enum log_level { LOG_DEBUG = 0, LOG_INFO, LOG_WARN, LOG_ERROR, LOG_LEVEL_COUNT };
enum log_format { LOG_LOGFMT = 0, LOG_JSON };

struct log_field {
	const char *name;
	struct slice text;
	int64_t number; /* used when text.ptr is NULL */
};

#define LOG_TEXT(field_name, slice) ((struct log_field){ .name = (field_name), .text = (slice) })
#define LOG_NUMBER(field_name, value) \
	((struct log_field){ .name = (field_name), .number = (int64_t)(value) })

/* Once, at start. */
void log_configure(enum log_level least, enum log_format format);
/* The id that every line of this thread carries from now on; an empty slice ends that. The bytes
 * must live as long. */
void log_set_request(struct slice request_id);

/* log_write(LOG_ERROR, "cannot open database", LOG_FIELDS(LOG_TEXT("path", p), LOG_NUMBER("code",
 * rc))); */
void log_write(enum log_level level, const char *message, const struct log_field *fields,
	       size_t count);
/* For a message that needs no fields. */
void log_plain(enum log_level level, const char *message);

struct log_lines;
/* Between the two, this thread's lines are written together, up to a warning or worse, which goes
 * out at once with those before it. For a thread that does not wait in between; `lines` is its own,
 * and zero at first. */
void log_gather(struct log_lines *lines);
void log_release(void);

#define LOG_FIELDS(...) \
	((const struct log_field[]){ __VA_ARGS__ }), \
		(sizeof((const struct log_field[]){ __VA_ARGS__ }) / sizeof(struct log_field))
#define log_error(message, ...) log_write(LOG_ERROR, (message), LOG_FIELDS(__VA_ARGS__))
#define log_warn(message, ...) log_write(LOG_WARN, (message), LOG_FIELDS(__VA_ARGS__))
#define log_info(message, ...) log_write(LOG_INFO, (message), LOG_FIELDS(__VA_ARGS__))

#endif
