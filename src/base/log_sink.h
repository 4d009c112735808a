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
/* One line in one piece; false when it was dropped. */
bool log_sink_write(const char *text, size_t len);
/* Lines dropped since the last call. */
uint64_t log_sink_take_dropped(void);

#endif
