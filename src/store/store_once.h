/* SPDX-License-Identifier: Apache-2.0
 *
 * Keys that sign, and what is used once or a number of times: what was seen, tickets, kept
 * requests, jobs. The rules of store.h hold. */
#ifndef STORE_STORE_ONCE_H
#define STORE_STORE_ONCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "base/slice.h"
#include "crypto/hash.h"
#include "domain/event.h"
#include "domain/id.h"
#include "domain/job.h"
#include "domain/signing_key.h"

struct store;

/* ERR_CONFLICT when the kid is there. */
MUST_USE enum err store_signing_key_insert(struct store *store, const struct signing_key *key,
					   const struct event *event);
/* All, newest first. */
MUST_USE enum err store_signing_key_list(struct store *store, struct arena *arena,
					 struct signing_key_list *out);
/* None is ever swept. When it leaves the JWKS. ERR_ABSENT. */
MUST_USE enum err store_signing_key_expire(struct store *store, struct slice kid, int64_t expires,
					   const struct event *event);
MUST_USE enum err store_signing_key_remove(struct store *store, struct slice kid,
					   const struct event *event);
/* Another master key seals it from now on. ERR_UNCHANGED unless `from` still stands. */
MUST_USE enum err store_signing_key_reseal(struct store *store, struct slice kid, struct slice from,
					   struct slice to);

/* The hash of something that may come once until it expires: the jti of an assertion or a proof.
 * ERR_CONFLICT when it has come; an expired one is taken over. */
MUST_USE enum err store_seen_insert(struct store *store, const struct hash *hash, int64_t now,
				    int64_t expires);

/* A right to do something a number of times: to register a client (RFC7591#3), to make an account.
 */
enum ticket_kind { TICKET_REGISTRATION = 0, TICKET_SIGN_UP, TICKET_KIND_COUNT };
struct ticket {
	struct hash hash; /* of what its holder shows */
	enum ticket_kind kind;
	struct slice note;
	int64_t created;
	int64_t expires;
	uint32_t uses; /* left */
};
struct ticket_list {
	struct ticket *items;
	size_t count;
};
MUST_USE enum err store_ticket_insert(struct store *store, const struct ticket *ticket,
				      const struct event *event);
MUST_USE enum err store_ticket_list(struct store *store, struct arena *arena,
				    struct ticket_list *out);
MUST_USE enum err store_ticket_remove(struct store *store, const struct hash *hash,
				      const struct event *event); /* ABSENT */
/* FOUND while it may be used. */
enum find store_ticket_find(struct store *store, const struct hash *hash, enum ticket_kind kind,
			    int64_t now);
/* One use of it: ERR_UNCHANGED when there is none left, it has expired, or is of another kind. */
MUST_USE enum err store_ticket_take(struct store *store, const struct hash *hash,
				    enum ticket_kind kind, int64_t now, const struct event *event);

/* A request that is kept for the browser that comes back with its handle: pushed (RFC 9126), or
 * posted here by another site. */
enum kept_kind { KEPT_PUSHED = 0, KEPT_AUTHORIZE, KEPT_LOGOUT, KEPT_KIND_COUNT };
struct kept_request {
	struct hash hash; /* of the handle */
	enum kept_kind kind;
	struct id client;        /* zero: none, not known yet */
	struct slice parameters; /* form-encoded */
	int64_t created;
	int64_t expires;
	int64_t used; /* 0: not yet */
};
/* ERR_UNCHANGED when its client, if it has one, is not there or not enabled. Goes with the client.
 */
MUST_USE enum err store_kept_insert(struct store *store, const struct kept_request *request,
				    const struct event *event);
/* Used and expired ones are found too. */
enum find store_kept_find(struct store *store, struct arena *arena, const struct hash *hash,
			  struct kept_request **out);
/* Once: ERR_UNCHANGED when it is used, expired or gone. */
MUST_USE enum err store_kept_use(struct store *store, const struct hash *hash, int64_t now,
				 const struct event *event);

/* Jobs. All or none of them: ERR_CONFLICT when one is there. They go with their client or person;
 * one whose client is not there is swept. None at all is nothing to record. */
MUST_USE enum err store_job_insert(struct store *store, const struct job_row *jobs, size_t count,
				   const struct event *event);
/* Due ones that nobody has are claimed until a time, after which another node may have them; those
 * that are due first, at most `limit`. */
struct job_claim {
	int64_t now;
	int64_t until;
	size_t limit;
};
MUST_USE enum err store_job_claim(struct store *store, struct arena *arena,
				  const struct job_claim *claim, struct job_list *out);
/* It goes. ERR_ABSENT. */
MUST_USE enum err store_job_done(struct store *store, const struct id *id,
				 const struct event *event);
/* Not before `due`; counts an attempt; nobody has it any more. ERR_ABSENT. */
MUST_USE enum err store_job_retry(struct store *store, const struct id *id, int64_t due);

#endif
