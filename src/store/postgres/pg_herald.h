/* SPDX-License-Identifier: Apache-2.0
 *
 * Decisions travel to the other nodes' poll tables here. A decision is committed without NOTIFY,
 * which would make all commits queue up; its hash goes into an outbox in memory, and one
 * connection, which also listens, sends some milliseconds' worth of them as one notification. A
 * notification is a hint: lost ones are made good by the re-read of housekeeping. Where nobody can
 * listen (a pooler, a server without LISTEN) the thread reads the decisions of the last seconds
 * instead, some times a second. */
#ifndef STORE_POSTGRES_PG_HERALD_H
#define STORE_POSTGRES_PG_HERALD_H

#include "store/postgres/pg_object.h"

struct pg_herald_options {
	struct store *store;
	const char *database;
	enum store_notify notify;
	bool pooled_elsewhere;
};
/* The thread starts with the first who watches or tells. */
struct pg_herald *pg_herald_new(const struct pg_herald_options *options);
void pg_herald_free(struct pg_herald **herald);

#endif
