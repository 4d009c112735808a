/* SPDX-License-Identifier: Apache-2.0
 *
 * Failures are kept by hash in one array, the oldest making room: forgetting one costs a request,
 * no more. Whole hashes are compared, one by one, so nobody can aim at a collision. */
#include "flow/document_table.h"

#include <pthread.h>
#include <stdlib.h>

#include "base/ensure.h"
#include "crypto/hash.h"

struct failure {
	struct hash client_id;
	int64_t retry_ms; /* 0: empty */
};

struct document_table {
	pthread_mutex_t lock;
	struct failure failures[DOCUMENT_TABLE_FAILURES];
};

struct document_table *document_table_new(void)
{
	struct document_table *table = xcalloc(1, sizeof(*table));
	ensure(pthread_mutex_init(&table->lock, NULL) == 0);
	return table;
}

void document_table_free(struct document_table **table)
{
	if (!*table)
		return;
	pthread_mutex_destroy(&(*table)->lock);
	free(*table);
	*table = NULL;
}

static struct failure *find(struct document_table *table, const struct hash *client_id)
{
	for (size_t i = 0; i < DOCUMENT_TABLE_FAILURES; i++)
		if (table->failures[i].retry_ms != 0 &&
		    hash_equal(&table->failures[i].client_id, client_id))
			return &table->failures[i];
	return NULL;
}

static struct failure *oldest(struct document_table *table)
{
	struct failure *found = &table->failures[0];
	for (size_t i = 1; i < DOCUMENT_TABLE_FAILURES; i++)
		if (table->failures[i].retry_ms < found->retry_ms)
			found = &table->failures[i];
	return found;
}

bool document_table_has_failed(struct document_table *table, struct slice client_id, int64_t now_ms)
{
	struct hash hash;
	hash_sha256(client_id, &hash);
	pthread_mutex_lock(&table->lock);
	const struct failure *failure = find(table, &hash);
	bool has_failed = failure && failure->retry_ms > now_ms;
	pthread_mutex_unlock(&table->lock);
	return has_failed;
}

void document_table_put(struct document_table *table, struct slice client_id, int64_t retry_ms)
{
	struct hash hash;
	hash_sha256(client_id, &hash);
	pthread_mutex_lock(&table->lock);
	struct failure *failure = find(table, &hash);
	if (!failure && retry_ms != 0)
		failure = oldest(table);
	if (failure)
		*failure = (struct failure){ hash, retry_ms };
	pthread_mutex_unlock(&table->lock);
}
