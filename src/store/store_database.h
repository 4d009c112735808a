/* SPDX-License-Identifier: Apache-2.0
 *
 * The database itself: opening, migrating, checking, copying and sweeping it; who holds which work;
 * small named values. The rules of store.h hold. */
#ifndef STORE_STORE_DATABASE_H
#define STORE_STORE_DATABASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "base/slice.h"
#include "domain/id.h"

struct store;

enum store_notify { STORE_NOTIFY_AUTO = 0, STORE_NOTIFY_LISTEN, STORE_NOTIFY_POLL };

struct store_options {
	const char *database; /* a path, or postgresql://... */
	bool read_only;       /* no writer thread; for checks */
	/* The rest is for a server. 0 stands for the default. */
	unsigned connections; /* at most at a time, 16 */
	int64_t wait_ms;      /* how long a call waits for a lost server, 5000 */
	bool pooler;          /* a pooler stands between that gives each transaction another
				 connection: nothing may be prepared, nobody can listen */
	enum store_notify notify;
};

/* Opens (SQLite: makes the file, mode 0600) but does not migrate: until store_migrate() or with a
 * current schema, other calls must not be made. The engine is chosen from a table by the form of
 * `database`. */
MUST_USE enum err store_open(const struct store_options *options, struct store **out);
/* Finishes what was queued, then closes. */
void store_close(struct store **store);
bool store_reads_are_quick(const struct store *store);

/* Brings the schema up to this program's; a new database gets the standard scopes (openid, profile,
 * email, address, phone, offline_access; openid is the default). ERR_INVALID for a schema that is
 * too new for this program. A step that takes away what older programs need is not taken while one
 * of them serves: ERR_UNCHANGED, and the log names it. */
MUST_USE enum err store_migrate(struct store *store, int64_t now);
enum store_schema {
	SCHEMA_CURRENT = 0, /* nothing is missing, but perhaps steps that take away */
	SCHEMA_EMPTY,
	SCHEMA_OLD,
	SCHEMA_AHEAD, /* newer than this program, but made so that it still works */
	SCHEMA_NEWER, /* too new */
	SCHEMA_UNKNOWN
};
enum store_schema store_schema_state(struct store *store);
/* Reads and writes nothing but answers whether the database can be used now: for /readyz. Does not
 * wait for a lost server. */
MUST_USE enum err store_ping(struct store *store);
/* The clock by which all nodes of this database go, in milliseconds since 1970. ERR_ABSENT when the
 * machine's own is as good: the database is a file of this machine. */
MUST_USE enum err store_clock(struct store *store, int64_t *now_ms);
/* Integrity of the file, of the references, and of the counts. Each fault found is handed to
 * `report`. */
MUST_USE enum err store_check(struct store *store, void (*report)(void *arg, struct slice fault),
			      void *arg, size_t *faults);
/* A consistent copy while others write. ERR_CONFLICT when `path` exists. */
MUST_USE enum err store_backup(struct store *store, const char *path);
/* Copies everything into a new database, of whatever engine, and holds each row of the copy against
 * its original. `from` is read as it was at one moment. ERR_CONFLICT when `to` is not new, and
 * nothing was changed; ERR_UNCHANGED when others write to it meanwhile; ERR_INVALID, logged, when a
 * copy differs. `report` (or NULL) is told of each table. After a failure `to` is of no use, and
 * has a small named value that says so. */
#define STORE_UNFINISHED_COPY SLICE("unfinished_copy")
MUST_USE enum err store_copy(struct store *from, struct store *to,
			     void (*report)(void *arg, struct slice table, uint64_t rows),
			     void *arg);
/* Deletes up to `limit` rows that are past use: expired codes, tokens, handles, tickets, kept
 * requests, sessions, counters, and what was seen; jobs of clients that are gone;
 * authorizations that are revoked or have nothing live left, kept `keep_dead` seconds for the log;
 * events older than `keep_events` seconds. */
struct sweep {
	int64_t now;
	int64_t session_idle; /* seconds */
	int64_t keep_dead;
	int64_t keep_events;
	size_t limit;
	uint64_t fence; /* of the lease "sweep" that this runner holds; 0: none is asked for */
};
/* ERR_UNCHANGED when the lease has gone to somebody else. */
MUST_USE enum err store_sweep(struct store *store, const struct sweep *sweep, size_t *deleted);

/* Work that one runner at a time may do is done under a lease. Takes it when nobody holds it any
 * more, or makes it last longer for the one who does: `seconds` from now by the clock of the
 * database (`now` where it has none). ERR_UNCHANGED when another holds it. The fence is the same as
 * long as the holder is, and greater with each new one: what is written under a lease has it in
 * its condition. */
struct lease {
	struct slice name;
	struct id holder;
	int64_t seconds;
};
MUST_USE enum err store_lease_take(struct store *store, const struct lease *lease, int64_t now,
				   uint64_t *fence);
/* Lets the next one have it at once; nothing when it is held by another. */
MUST_USE enum err store_lease_release(struct store *store, const struct lease *lease);

/* A serving program says that it lives and how many pending codes it remembers, and hears the sums
 * over all that have done so within the last NODE_ALIVE seconds, itself among them. */
enum { NODE_ALIVE = 30 };
struct node {
	struct id id;
	struct slice name;
	uint64_t live;
};
struct node_census {
	uint64_t nodes;
	uint64_t live;
};
MUST_USE enum err store_node_beat(struct store *store, const struct node *node,
				  struct node_census *census);
/* It stops. */
MUST_USE enum err store_node_leave(struct store *store, const struct id *node);

/* Small named values: the check values of master keys ("key_check/<hex id>"), and the mark of a
 * copy that is not finished. Insert only: ERR_CONFLICT when it is there. */
enum find store_meta_find(struct store *store, struct arena *arena, struct slice name,
			  struct slice *value);
MUST_USE enum err store_meta_insert(struct store *store, struct slice name, struct slice value);
MUST_USE enum err store_meta_remove(struct store *store, struct slice name);
/* Those whose name begins with `prefix`, by name, at most `limit`. */
struct meta {
	struct slice name;
	struct slice value;
};
struct meta_list {
	struct meta *items;
	size_t count;
};
MUST_USE enum err store_meta_list(struct store *store, struct arena *arena, struct slice prefix,
				  size_t limit, struct meta_list *out);
/* How many rows still carry MACs or hashes under this master key (client secrets, user codes,
 * sealed values). */
MUST_USE enum err store_key_uses(struct store *store, uint32_t key_id, uint64_t *count);

#endif
