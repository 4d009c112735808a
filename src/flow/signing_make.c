/* SPDX-License-Identifier: Apache-2.0
 *
 * Making keys, and when: the first ones, and those of a rotation. A new key is published before it
 * signs, and an old one for as long as anything it signed may be shown. The private half leaves
 * this file sealed. OIDC#10.1.1, RFC8725#3.5 */
#include <assert.h>

#include "base/log.h"
#include "crypto/jwk.h"
#include "domain/signing_key.h"
#include "flow/census.h"
#include "flow/resource_cache.h"
#include "flow/signing.h"
#include "flow/signing_set.h"

enum {
	LEASE_S = 60,
	CLOCKS_S = 60,       /* two nodes, or a request that began before the key was made */
	KEEP_S = 30 * 86400, /* a key that has left the JWKS verifies hints for so long */
};

static struct event key_event(const struct call *call, enum event_kind kind, enum alg alg,
			      struct slice kid)
{
	struct event event = call_event(call, kind, NULL, NULL, NULL);
	event.detail = arena_printf(call->arena, "%s %.*s", alg_row(alg)->name, SLICE_ARG(kid));
	return event;
}

static enum err make(const struct flow *flow, const struct call *call, enum alg alg,
		     int64_t signs_from, struct slice *kid)
{
	AUTO(arena) struct arena *secrets = arena_new();
	AUTO(jwk) struct jwk *key = jwk_generate(alg);
	struct slice json = jwk_private(key, secrets);
	*kid = arena_slice(call->arena, jwk_kid(key));
	const struct signing_key row = {
		.kid = *kid,
		.alg = alg,
		.sealed = signing_key_close(flow->ring, call->arena, *kid, json),
		.created = call->now,
		.signs_from = signs_from,
	};
	const struct event event = key_event(call, EVENT_SIGNING_KEY_ADDED, alg, *kid);
	enum err err = store_signing_key_insert(flow->store, &row, &event);
	/* a command prints what it has made */
	if (err == ERR_OK && flow->signing)
		log_info("a signing key was made", LOG_TEXT("alg", slice_str(alg_row(alg)->name)),
			 LOG_TEXT("kid", *kid));
	return err;
}

/* --- the first ones
 * ---------------------------------------------------------------------------------------------------
 */

/* The quick one first, then the one that most clients get. */
static const enum alg ours[] = { ALG_ES256, ALG_RS256, ALG_PS256 };
static_assert((ALG_BIT(ALG_ES256) | ALG_BIT(ALG_RS256) | ALG_BIT(ALG_PS256)) == ALGS_OURS,
	      "a key for each algorithm that we sign with");

/* The set is read after each, so that who waits for this one goes on. A program that stops is not
 * kept by those that are left. */
static enum err make_missing(const struct flow *flow, const struct call *call)
{
	struct signing_key_list rows;
	enum err err = store_signing_key_list(flow->store, call->arena, &rows);
	for (size_t i = 0; err == ERR_OK && i < ARRAY_LEN(ours); i++) {
		struct slice kid;
		if (signing_key_choose(&rows, ours[i], call->now))
			continue;
		if (flow->signing && signing_is_given_up(flow->signing))
			return ERR_UNCHANGED;
		err = make(flow, call, ours[i], call->now - CLOCKS_S, &kid);
		if (err == ERR_OK)
			err = signing_reread(flow, call);
	}
	return err;
}

static struct lease lease_of(const struct flow *flow)
{
	return (struct lease){ SLICE("signing"), *census_self(flow->census), LEASE_S };
}

static enum err under_lease(const struct flow *flow, const struct call *call,
			    enum err (*work)(const struct flow *flow, const struct call *call))
{
	const struct lease lease = lease_of(flow);
	uint64_t fence;
	enum err err = store_lease_take(flow->store, &lease, call->now, &fence);
	if (err != ERR_OK)
		return err;
	err = work(flow, call);
	/* what is not released runs out by itself */
	enum err released = store_lease_release(flow->store, &lease);
	return err == ERR_OK ? released : err;
}

enum err signing_prepare(const struct flow *flow, const struct call *call)
{
	struct signing_key_list rows;
	enum err err = store_signing_key_list(flow->store, call->arena, &rows);
	if (err == ERR_OK && !signing_keys_sign_all(&rows, call->now))
		err = under_lease(flow, call, make_missing);
	if (err != ERR_OK && err != ERR_UNCHANGED)
		return err;
	/* another node's as well, as far as it has got */
	enum err read = signing_reread(flow, call);
	return err == ERR_OK ? read : err;
}

/* --- rotation
 * ---------------------------------------------------------------------------------------------------------
 */

static int64_t longer(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

/* For how long anything that is signed now may be shown. */
static enum err longest_life(const struct flow *flow, const struct call *call, int64_t *out)
{
	struct resource_list resources;
	enum err err = store_resource_list(flow->store, call->arena, &resources);
	*out = longer(flow->settings.access_token_lifetime, flow->settings.id_token_lifetime);
	for (size_t i = 0; err == ERR_OK && i < resources.count; i++)
		*out = longer(*out, resources.items[i].lifetime);
	return err;
}

/* `expires` 0: at once. */
static enum err retire(const struct flow *flow, const struct call *call,
		       const struct signing_key *old, int64_t expires)
{
	const struct event event = key_event(call, EVENT_SIGNING_KEY_REMOVED, old->alg, old->kid);
	if (expires == 0)
		return store_signing_key_remove(flow->store, old->kid, &event);
	if (old->expires != 0)
		return ERR_OK;
	return store_signing_key_expire(flow->store, old->kid, expires, NULL);
}

static enum err retire_others(const struct flow *flow, const struct call *call,
			      const struct signing_key_list *rows, enum alg alg, int64_t expires)
{
	enum err err = ERR_OK;
	for (size_t i = 0; err == ERR_OK && i < rows->count; i++) {
		if (rows->items[i].alg != alg)
			continue;
		err = retire(flow, call, &rows->items[i], expires);
		if (err == ERR_ABSENT) /* another has done it */
			err = ERR_OK;
	}
	return err;
}

enum err signing_rotate(const struct flow *flow, const struct call *call, enum alg alg,
			bool at_once, struct slice *kid)
{
	struct signing_key_list rows;
	int64_t life;
	enum err err = store_signing_key_list(flow->store, call->arena, &rows);
	if (err == ERR_OK)
		err = longest_life(flow, call, &life);
	if (err != ERR_OK)
		return err;
	/* nobody waits an hour for the first one */
	bool is_first = !signing_key_choose(&rows, alg, call->now);
	int64_t signs_from = call->now + (at_once || is_first ? -CLOCKS_S : SIGNING_AHEAD_S);
	err = make(flow, call, alg, signs_from, kid);
	/* of the others: when the last thing that they signed has ended */
	int64_t expires = at_once ? 0 : signs_from + life + CLOCKS_S;
	if (err == ERR_OK)
		err = retire_others(flow, call, &rows, alg, expires);
	return err == ERR_OK ? signing_reread(flow, call) : err;
}

static bool is_dead(const struct signing_key *row, int64_t now)
{
	return row->expires != 0 && row->expires < now - KEEP_S;
}

static enum err remove_dead(const struct flow *flow, const struct call *call,
			    const struct signing_key_list *rows)
{
	enum err err = ERR_OK;
	for (size_t i = 0; err == ERR_OK && i < rows->count; i++) {
		if (is_dead(&rows->items[i], call->now))
			err = retire(flow, call, &rows->items[i], 0);
	}
	return err;
}

static bool is_due(const struct flow *flow, const struct signing_key_list *rows, enum alg alg,
		   int64_t now)
{
	const struct signing_key *newest = signing_key_newest(rows, alg);
	return newest &&
	       signing_key_is_due(newest, flow->settings.key_lifetime, SIGNING_AHEAD_S, now);
}

static bool anything_is_due(const struct flow *flow, const struct signing_key_list *rows,
			    int64_t now)
{
	for (size_t i = 0; i < rows->count; i++)
		if (is_dead(&rows->items[i], now) || is_due(flow, rows, rows->items[i].alg, now))
			return true;
	return false;
}

static enum err rotate_due(const struct flow *flow, const struct call *call)
{
	struct signing_key_list rows;
	enum err err = store_signing_key_list(flow->store, call->arena, &rows);
	for (size_t i = 0; err == ERR_OK && i < ARRAY_LEN(ours); i++) {
		struct slice kid;
		if (is_due(flow, &rows, ours[i], call->now))
			err = signing_rotate(flow, call, ours[i], false, &kid);
	}
	return err == ERR_OK ? remove_dead(flow, call, &rows) : err;
}

enum err signing_rotate_due(const struct flow *flow, const struct call *call)
{
	struct signing_key_list rows;
	enum err err = store_signing_key_list(flow->store, call->arena, &rows);
	if (err == ERR_OK && anything_is_due(flow, &rows, call->now))
		err = under_lease(flow, call, rotate_due);
	return err == ERR_UNCHANGED ? ERR_OK : err;
}

void signing_keep(const struct flow *flow, const struct call *call)
{
	enum err err = signing_is_ready(flow->signing) ? signing_reread(flow, call)
						       : signing_prepare(flow, call);
	if (err == ERR_OK)
		err = signing_rotate_due(flow, call);
	if (err != ERR_OK && err != ERR_UNCHANGED)
		log_warn("signing keys were not looked after",
			 LOG_TEXT("error", slice_str(err_name(err))));
}
