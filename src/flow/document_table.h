/* SPDX-License-Identifier: Apache-2.0
 *
 * Which metadata documents could not be had, and when they may be asked for again: a bounded
 * memory, so that nobody is asked too often. For metadata_document.c. For all threads. */
#ifndef FLOW_DOCUMENT_TABLE_H
#define FLOW_DOCUMENT_TABLE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/slice.h"

enum { DOCUMENT_TABLE_FAILURES = 512 };

struct document_table;
struct document_table *document_table_new(void);
void document_table_free(struct document_table **table);

/* It could not be had a moment ago. */
bool document_table_has_failed(struct document_table *table, struct slice client_id,
			       int64_t now_ms);
/* `retry_ms`: not to be asked for before; 0: it was had. */
void document_table_put(struct document_table *table, struct slice client_id, int64_t retry_ms);

#endif
