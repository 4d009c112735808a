/* SPDX-License-Identifier: Apache-2.0
 *
 * Public keys of clients, and of others whose signatures we take: written into their settings, or
 * fetched from their jwks_uri and remembered in a bounded table, a part of which is each class's
 * (fetch/fetch.h), so that no stranger puts out or holds up the keys of others. A set is good for
 * as long as its answer said, between a minute and a day (an hour when it said nothing); a key that
 * is not in it makes us look again, once a minute at most; a failed look is not repeated for a
 * minute, and the old keys stay meanwhile, for a day. For all threads; may wait, so on workers
 * alone. */
#ifndef FLOW_CLIENT_KEYS_H
#define FLOW_CLIENT_KEYS_H

#include "crypto/jwk.h"
#include "crypto/jws.h"
#include "domain/client.h"
#include "fetch/fetch.h"
#include "flow/flow.h"

enum {
	CLIENT_KEYS_MAX = 256, /* sets that are remembered of those who are trusted */
	CLIENT_KEYS_REGISTERED_MAX = 256,
	CLIENT_KEYS_UNKNOWN_MAX = 64,
	CLIENT_KEYS_FRESH_MIN_S = 60,
	CLIENT_KEYS_FRESH_S = 3600,
	CLIENT_KEYS_FRESH_MAX_S = 86400,
	CLIENT_KEYS_RETRY_S = 60,
	CLIENT_KEYS_STALE_S = 86400
};

struct client_keys *client_keys_new(void);
void client_keys_free(struct client_keys **keys);

/* Where keys are. Both empty: there are none. */
struct key_source {
	struct slice jwks; /* a set as text; comes first */
	struct slice uri;
	enum fetch_class class; /* on whose account they are fetched */
};
struct key_source client_keys_source(const struct client *client);

/* Whether the set satisfies `is_it`, after another look when it does not. ERR_INVALID: it does not.
 * The others say that the keys cannot be had now, which is a refusal, too: ERR_FULL: too many are
 * asked for at a time, which is nobody's fault: to be tried again. ERR_IO: for any other reason. */
typedef bool key_set_fn(void *arg, const struct jwk_set *set);
MUST_USE enum err client_keys_ask(const struct flow *flow, const struct call *call,
				  const struct key_source *source, key_set_fn *is_it, void *arg);
/* As much whether it is signed by a key of the source. */
MUST_USE enum err client_keys_verify(const struct flow *flow, const struct call *call,
				     const struct key_source *source, const struct jws *jws);

#endif
