/* SPDX-License-Identifier: Apache-2.0
 *
 * The device grant: codes, handles, decisions, and what poll tables are filled with. The rules of
 * store.h hold. */
#ifndef STORE_STORE_DEVICES_H
#define STORE_STORE_DEVICES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "base/slice.h"
#include "crypto/hash.h"
#include "domain/device_grant.h"
#include "domain/event.h"
#include "domain/id.h"
#include "store/store_tokens.h"

struct store;

/* The user code as stored: keyed hashes, with the id of the key. */
struct user_code_key {
	uint32_t key_id;
	struct hash hash;
};

struct device_grant_new {
	struct device_grant grant;
	struct user_code_key code;
};
/* ERR_CONFLICT when a live grant has this user code (draw another); an expired one's is taken over.
 * ERR_UNCHANGED when the client is no longer there or not enabled: read it again in this same
 * statement. */
MUST_USE enum err store_device_grant_insert(struct store *store,
					    const struct device_grant_new *grant,
					    const struct event *event);
enum find store_device_grant_find(struct store *store, struct arena *arena,
				  const struct id *authorization, struct device_grant **out);
/* By the user code under any of the `count` keys. Expired and decided grants are found too: what
 * they mean is the rule's. */
enum find store_device_grant_find_by_user_code(struct store *store, struct arena *arena,
					       const struct user_code_key *codes, size_t count,
					       struct device_grant **out);

/* A code that was entered gives this session a handle; nothing is bound to anybody. */
struct device_handle {
	struct hash hash;    /* of the handle as it stands in URLs */
	struct hash session; /* only this session may use it */
	struct id authorization;
	struct slice sealed_code; /* the user code as typed, to be shown for comparison */
	int64_t created;
	int64_t expires;
};
MUST_USE enum err store_device_handle_insert(struct store *store,
					     const struct device_handle *handle,
					     const struct event *event);
enum find store_device_handle_find(struct store *store, struct arena *arena,
				   const struct hash *handle, struct device_handle **out);

struct device_decision {
	struct id authorization;
	bool accept;
	struct id user;
	struct slice scope; /* granted; as requested */
	int64_t now;
	int64_t auth_time;
	struct slice amr;
	struct slice acr;
	struct id sid;
	struct hash session; /* that decides: it must still be there */
};
/* From pending alone, before expiry, by an enabled person with this session, for an enabled client:
 * makes the authorization when accepted. ERR_UNCHANGED otherwise. Exactly one decision is ever
 * taken. */
MUST_USE enum err store_device_grant_decide(struct store *store,
					    const struct device_decision *decision,
					    const struct event *event);

/* Once: approved, not expired, of this client; client and person enabled; authorization there and
 * not revoked: all in the statement that redeems. ERR_UNCHANGED otherwise. */
MUST_USE enum err store_device_grant_redeem(struct store *store,
					    const struct redemption *redemption,
					    const struct event *event);

/* What a node's poll table needs: hash, client, status, expiry and source of grants. */
struct device_brief {
	struct hash code_hash;
	struct id client;
	enum device_status status;
	int64_t expires;
	struct slice address;
};
typedef void device_brief_fn(void *arg, const struct device_brief *brief);
/* Every pending or approved grant that has not expired, for warming up. */
MUST_USE enum err store_device_grant_each_live(struct store *store, int64_t now,
					       device_brief_fn *each, void *arg);
/* Tells `each` of decisions taken on other nodes, soon after they were committed, on a thread of
 * the store's; once, before the first call that decides. A hint: it may be lost, and is made good
 * by store_device_grant_each_decided(). Client and address of the brief are empty. NULL: no more,
 * and none is under way when it returns. */
void store_device_grant_watch(struct store *store, device_brief_fn *each, void *arg);
/* Every grant decided at or after `since`, for the re-read once a second. */
MUST_USE enum err store_device_grant_each_decided(struct store *store, int64_t since,
						  device_brief_fn *each, void *arg);

#endif
