/* SPDX-License-Identifier: Apache-2.0
 *
 * Where log lines go: standard error. A server must not stop because nobody reads the other end, so
 * it asks for a sink that drops lines rather than waits; how many were dropped is said when there
 * is room again. */
#ifndef BASE_LOG_SINK_H
#define BASE_LOG_SINK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* From now on nothing waits for a reader: a pipe or terminal is opened anew without blocking (its
 * other users keep their own mode), a socket is sent to without waiting. Files never make anybody
 * wait. */
void log_sink_never_wait(void);

/* What a pipe takes whole, and so what goes out in one piece. */
enum { LOG_SINK_MOST = 4096 };

/* Lines of one thread that wait to be written together. */
struct log_lines {
	size_t len;
	uint64_t count;
	char text[LOG_SINK_MOST];
};

/* From now on the lines of this thread wait in `lines`, which is the caller's and empty, until they
 * fill it or are flushed; NULL ends that, and nothing may wait then. */
void log_sink_gather(struct log_lines *lines);
/* Writes what waits; true when something was written. */
bool log_sink_flush(void);
/* One line, of LOG_SINK_MOST bytes at most, in one piece, be it now or with others later. True when
 * something was written: there is room. */
bool log_sink_write(const char *text, size_t len);
/* Lines dropped since the last call. */
uint64_t log_sink_take_dropped(void);

#endif
