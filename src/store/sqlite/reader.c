/* SPDX-License-Identifier: Apache-2.0
 *
 * The connections that read, kept in thread-specific storage and in a list. */
#include "store/sqlite/reader.h"

#include <stdlib.h>

#include "base/ensure.h"
#include "base/log.h"

struct reader {
	struct conn conn;
	struct readers *owner;
	struct reader *next;
	struct reader **link; /* what points here */
};

static void reader_free(struct reader *reader)
{
	conn_fini(&reader->conn);
	free(reader);
}

/* The destructor of the key: this thread ends. */
static void end_of_thread(void *arg)
{
	struct reader *reader = arg;
	struct readers *owner = reader->owner;
	pthread_mutex_lock(&owner->lock);
	*reader->link = reader->next;
	if (reader->next != NULL)
		reader->next->link = reader->link;
	pthread_mutex_unlock(&owner->lock);
	reader_free(reader);
}

enum err readers_init(struct readers *readers, const char *path)
{
	*readers = (struct readers){ .path = path };
	if (pthread_key_create(&readers->key, end_of_thread) != 0) {
		log_plain(LOG_ERROR, "too many stores are open");
		return ERR_FULL;
	}
	ensure(pthread_mutex_init(&readers->lock, NULL) == 0);
	return ERR_OK;
}

void readers_fini(struct readers *readers)
{
	/* From here on the end of a thread closes nothing. */
	pthread_key_delete(readers->key);
	while (readers->first != NULL) {
		struct reader *reader = readers->first;
		readers->first = reader->next;
		reader_free(reader);
	}
	pthread_mutex_destroy(&readers->lock);
}

struct conn *readers_get(struct readers *readers)
{
	struct reader *reader = pthread_getspecific(readers->key);
	if (reader != NULL)
		return &reader->conn;
	reader = xcalloc(1, sizeof(*reader));
	reader->owner = readers;
	if (conn_open(&reader->conn, readers->path, CONN_READS) != ERR_OK) {
		free(reader);
		return NULL;
	}
	pthread_mutex_lock(&readers->lock);
	reader->next = readers->first;
	reader->link = &readers->first;
	if (reader->next != NULL)
		reader->next->link = &reader->next;
	readers->first = reader;
	pthread_mutex_unlock(&readers->lock);
	ensure(pthread_setspecific(readers->key, reader) == 0);
	return &reader->conn;
}
