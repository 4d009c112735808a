/* SPDX-License-Identifier: Apache-2.0
 *
 * What keeps metadata documents from being asked for too often, and too many at a time: places, and
 * a bounded memory of those that could not be had. For metadata_document.c. For all threads. */
#ifndef FLOW_DOCUMENT_TABLE_H
#define FLOW_DOCUMENT_TABLE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/slice.h"

enum { DOCUMENT_TABLE_PLACES = 4, DOCUMENT_TABLE_FAILURES = 512 };

struct document_table;
struct document_table *document_table_new(void);
void document_table_free(struct document_table **table);

enum document_place {
	DOCUMENT_GO = 0, /* a place was taken: give it back */
	DOCUMENT_FAILED, /* it could not be had a moment ago */
	DOCUMENT_FULL    /* too many at a time */
};
enum document_place document_table_enter(struct document_table *table, struct slice client_id,
					 int64_t now_ms);
/* `retry_ms`: not to be asked for before; 0: it was had. */
void document_table_leave(struct document_table *table, struct slice client_id, int64_t retry_ms);

#endif
