/* SPDX-License-Identifier: Apache-2.0
 *
 * Applications and their secrets, scopes and resources. The rules of store.h hold. */
#ifndef STORE_STORE_CLIENTS_H
#define STORE_STORE_CLIENTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "base/slice.h"
#include "crypto/hash.h"
#include "domain/client.h"
#include "domain/client_setting.h"
#include "domain/event.h"
#include "domain/resource.h"
#include "domain/scope.h"

struct store;

/* With its first secret, or NULL. ERR_CONFLICT when the client_id is taken. */
MUST_USE enum err store_client_insert(struct store *store, const struct client *client,
				      const struct client_secret *secret,
				      const struct event *event);
enum find store_client_find(struct store *store, struct arena *arena, const struct id *id,
			    struct client **out);
/* With its secrets (none for public clients). */
enum find store_client_find_by_client_id(struct store *store, struct arena *arena,
					 struct slice client_id, struct client **out,
					 struct client_secret_list *secrets);
/* Of one owner, or of all when `owner` is NULL; newest first, at most `limit`. */
MUST_USE enum err store_client_list(struct store *store, struct arena *arena,
				    const struct id *owner, size_t limit, struct client_list *out);
/* Those that were given something by the code grant in a session, are enabled, and have a value for
 * a setting; ordered by client_id. The session may be gone. */
struct session_clients {
	const struct id *user;
	const struct id *sid;
	enum client_setting setting;
	size_t limit;
};
MUST_USE enum err store_client_list_of_session(struct store *store, struct arena *arena,
					       const struct session_clients *filter,
					       struct client_list *out);
/* Everything but id, client_id, owner and created. ERR_UNCHANGED when it was changed since
 * (`client->updated` as read; `now` becomes the new one), ERR_ABSENT. Becoming public drops the
 * secrets. */
MUST_USE enum err store_client_update(struct store *store, const struct client *client, int64_t now,
				      const struct event *event);
/* With all that hangs on it. ERR_ABSENT. */
MUST_USE enum err store_client_remove(struct store *store, const struct id *id,
				      const struct event *event);
enum find store_client_secrets(struct store *store, struct arena *arena, const struct id *client,
			       struct client_secret_list *out);
/* Two may be live: ERR_FULL when both are (expired ones are dropped first). The older one gets
 * `old_expires` unless that is 0. */
MUST_USE enum err store_client_secret_insert(struct store *store, const struct id *client,
					     const struct client_secret *secret,
					     int64_t old_expires, const struct event *event);
MUST_USE enum err store_client_secret_remove(struct store *store, const struct id *client,
					     const struct id *secret, const struct event *event);
/* Last use; and the MAC under the current master key (`mac` NULL: leave it). */
MUST_USE enum err store_client_secret_touch(struct store *store, const struct id *secret,
					    int64_t now, uint32_t key_id, const struct hash *mac);
/* Those that are sealed as well, of all clients: what key reseal goes through. */
struct sealed_secret {
	struct id id;
	struct id client;
	struct slice sealed;
};
struct sealed_secret_list {
	struct sealed_secret *items;
	size_t count;
};
MUST_USE enum err store_client_secret_list_sealed(struct store *store, struct arena *arena,
						  struct sealed_secret_list *out);
/* Another master key seals it from now on. ERR_UNCHANGED unless `from` still stands. */
MUST_USE enum err store_client_secret_reseal(struct store *store, const struct id *secret,
					     struct slice from, struct slice to);

MUST_USE enum err store_scope_list(struct store *store, struct arena *arena,
				   struct scope_list *out);
MUST_USE enum err store_scope_insert(struct store *store, const struct scope *scope,
				     const struct event *event); /* CONFLICT */
MUST_USE enum err store_scope_update(struct store *store, const struct scope *scope,
				     const struct event *event); /* ABSENT */
MUST_USE enum err store_scope_remove(struct store *store, struct slice name,
				     const struct event *event); /* ABSENT */

/* Resources, by URI. */
MUST_USE enum err store_resource_list(struct store *store, struct arena *arena,
				      struct resource_list *out);
MUST_USE enum err store_resource_insert(struct store *store, const struct resource *resource,
					const struct event *event); /* CONFLICT */
MUST_USE enum err store_resource_update(struct store *store, const struct resource *resource,
					const struct event *event); /* ABSENT */
MUST_USE enum err store_resource_remove(struct store *store, struct slice uri,
					const struct event *event); /* ABSENT */

#endif
