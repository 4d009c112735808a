/* SPDX-License-Identifier: Apache-2.0
 *
 * The lock is held to take or to exchange the set, never while somebody signs. A set is read anew
 * by the housekeeper; by others only when there is none, when the housekeeper has not come for
 * long, and when a kid is asked for that is not in it (once a second at most: anybody can invent a
 * kid). */
#include "flow/signing.h"

#include <pthread.h>
#include <stdlib.h>
#include <time.h>

#include "base/ensure.h"
#include "crypto/jws.h"
#include "flow/signing_set.h"

enum {
	WAIT_S = 5, /* for keys that are being made */
	STALE_MS = 6 * SIGNING_REREAD_S * 1000,
	UNKNOWN_EVERY_MS = 1000,
};

struct signing {
	pthread_mutex_t lock;
	pthread_cond_t changed;
	struct signing_set *set; /* NULL: none has been read yet */
	uint64_t readings;       /* that have begun */
	uint64_t reading;        /* that gave the set */
	bool expected;           /* keys that are not there are being made */
	bool given_up;
	int64_t unknown_ms; /* when a strange kid made us read last; 0: never */
};

struct signing *signing_new(void)
{
	struct signing *signing = xcalloc(1, sizeof(*signing));
	pthread_condattr_t attributes;
	ensure(pthread_mutex_init(&signing->lock, NULL) == 0);
	ensure(pthread_condattr_init(&attributes) == 0);
	ensure(pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC) == 0);
	ensure(pthread_cond_init(&signing->changed, &attributes) == 0);
	pthread_condattr_destroy(&attributes);
	return signing;
}

void signing_free(struct signing **signing)
{
	if (!*signing)
		return;
	signing_set_free(&(*signing)->set);
	pthread_cond_destroy(&(*signing)->changed);
	pthread_mutex_destroy(&(*signing)->lock);
	free(*signing);
	*signing = NULL;
}

/* --- the set
 * ----------------------------------------------------------------------------------------------------------
 */

static bool signs_all(const struct signing *signing)
{
	return signing->set && signing_set_signs_all(signing->set);
}

void signing_expect(struct signing *signing)
{
	pthread_mutex_lock(&signing->lock);
	signing->expected = true;
	pthread_mutex_unlock(&signing->lock);
}

void signing_give_up(struct signing *signing)
{
	pthread_mutex_lock(&signing->lock);
	signing->expected = false;
	signing->given_up = true;
	pthread_cond_broadcast(&signing->changed);
	pthread_mutex_unlock(&signing->lock);
}

bool signing_is_given_up(struct signing *signing)
{
	pthread_mutex_lock(&signing->lock);
	bool given_up = signing->given_up;
	pthread_mutex_unlock(&signing->lock);
	return given_up;
}

bool signing_is_ready(struct signing *signing)
{
	pthread_mutex_lock(&signing->lock);
	bool ready = signs_all(signing);
	pthread_mutex_unlock(&signing->lock);
	return ready;
}

static uint64_t begin_reading(struct signing *signing)
{
	pthread_mutex_lock(&signing->lock);
	uint64_t reading = ++signing->readings;
	pthread_mutex_unlock(&signing->lock);
	return reading;
}

/* Of two that read at the same time, the one that began later stays. One that lacks a key, because
 * it is sealed under a master key that this program has not been given yet, takes nobody's place.
 */
static void exchange(struct signing *signing, struct signing_set **set, uint64_t reading)
{
	pthread_mutex_lock(&signing->lock);
	bool is_better = signing_set_is_whole(*set) || !signing->set;
	if (is_better && reading > signing->reading) {
		struct signing_set *old = signing->set;
		signing->set = *set;
		signing->reading = reading;
		*set = old;
	}
	if (signs_all(signing))
		signing->expected = false;
	pthread_cond_broadcast(&signing->changed);
	pthread_mutex_unlock(&signing->lock);
}

enum err signing_reread(const struct flow *flow, const struct call *call)
{
	AUTO(signing_set) struct signing_set *set = NULL;
	if (!flow->signing)
		return ERR_OK;
	uint64_t reading = begin_reading(flow->signing);
	enum err err = signing_set_read(flow, call, &set);
	if (err == ERR_OK)
		exchange(flow->signing, &set, reading);
	return err;
}

static struct signing_set *held(struct signing *signing)
{
	pthread_mutex_lock(&signing->lock);
	struct signing_set *set = signing_set_hold(signing->set);
	pthread_mutex_unlock(&signing->lock);
	return set;
}

/* What is there is used when it cannot be read anew. ERR_DATABASE: nothing is there. */
static enum err current(const struct flow *flow, const struct call *call, struct signing_set **out)
{
	*out = held(flow->signing);
	if (*out && call->now_ms - signing_set_read_ms(*out) < STALE_MS)
		return ERR_OK;
	enum err err = signing_reread(flow, call);
	if (err != ERR_OK)
		return *out ? ERR_OK : err;
	signing_set_free(out);
	*out = held(flow->signing);
	return ERR_OK;
}

/* --- signing
 * ----------------------------------------------------------------------------------------------------------
 */

static struct timespec wait_until(void)
{
	struct timespec until;
	clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_sec += WAIT_S;
	return until;
}

/* As long as keys are being made; until there is one of `alg` (ALG_COUNT: of each). */
static void await(struct signing *signing, enum alg alg, int64_t now)
{
	const struct timespec until = wait_until();
	int rc = 0;
	pthread_mutex_lock(&signing->lock);
	while (rc == 0 && signing->expected) {
		if (alg < ALG_COUNT && signing->set &&
		    signing_key_choose(signing_set_rows(signing->set), alg, now))
			break;
		rc = pthread_cond_timedwait(&signing->changed, &signing->lock, &until);
	}
	pthread_mutex_unlock(&signing->lock);
}

static enum err choose(const struct flow *flow, const struct call *call, enum alg alg,
		       struct signing_set **set, const struct signing_key **key)
{
	enum err err = current(flow, call, set);
	if (err != ERR_OK)
		return err;
	*key = signing_key_choose(signing_set_rows(*set), alg, call->now);
	if (*key)
		return ERR_OK;
	await(flow->signing, alg, call->now);
	signing_set_free(set);
	*set = held(flow->signing);
	*key = signing_key_choose(signing_set_rows(*set), alg, call->now);
	return *key ? ERR_OK : ERR_ABSENT;
}

enum alg signing_alg_of(const struct client *client, enum alg otherwise)
{
	static const enum alg algs[CLIENT_ALG_COUNT] = {
		[CLIENT_ALG_RS256] = ALG_RS256,
		[CLIENT_ALG_ES256] = ALG_ES256,
		[CLIENT_ALG_PS256] = ALG_PS256,
	};
	return client->algorithm == CLIENT_ALG_DEFAULT ? otherwise : algs[client->algorithm];
}

enum err signing_sign(const struct flow *flow, const struct call *call,
		      const struct signing_request *request, struct slice *out)
{
	AUTO(signing_set) struct signing_set *set = NULL;
	const struct signing_key *key = NULL;
	enum err err = choose(flow, call, request->alg, &set, &key);
	if (err != ERR_OK)
		return err;
	const struct jws_new jws = {
		.key = signing_set_key(set, key),
		.alg = request->alg,
		.typ = request->typ,
		.payload = json_write(request->claims, call->arena),
	};
	return jws_sign(call->arena, &jws, out);
}

/* --- verifying
 * --------------------------------------------------------------------------------------------------------
 */

static bool may_read_for_unknown(struct signing *signing, int64_t now_ms)
{
	pthread_mutex_lock(&signing->lock);
	bool may = signing->unknown_ms == 0 || now_ms - signing->unknown_ms >= UNKNOWN_EVERY_MS;
	if (may)
		signing->unknown_ms = now_ms;
	pthread_mutex_unlock(&signing->lock);
	return may;
}

static const struct signing_key *find(const struct flow *flow, const struct call *call,
				      struct slice kid, struct signing_set **set)
{
	const struct signing_key *key = signing_set_find(*set, kid);
	if (key || !may_read_for_unknown(flow->signing, call->now_ms) ||
	    signing_reread(flow, call) != ERR_OK)
		return key;
	signing_set_free(set);
	*set = held(flow->signing);
	return signing_set_find(*set, kid);
}

/* RFC8725#3.8: the issuer is who we are */
static bool is_of_issuer(const struct json *claims, struct slice issuer)
{
	struct slice iss;
	return json_get_text(claims, "iss", &iss) && slice_equal(iss, issuer);
}

enum err signing_verify(const struct flow *flow, const struct call *call, struct slice compact,
			const char *typ, struct json **claims)
{
	AUTO(signing_set) struct signing_set *set = NULL;
	struct jws jws;
	*claims = NULL;
	if (jws_parse(call->arena, compact, ALGS_OURS, &jws) != ERR_OK ||
	    !slice_equal_nocase(jws.typ, slice_str(typ)) || slice_is_empty(jws.kid))
		return ERR_INVALID;
	enum err err = current(flow, call, &set);
	if (err != ERR_OK)
		return err;
	/* RFC8725#3.1: one key, one algorithm */
	const struct signing_key *key = find(flow, call, jws.kid, &set);
	if (!key || key->alg != jws.alg || jws_verify(&jws, signing_set_key(set, key)) != ERR_OK ||
	    json_parse(jws.payload, claims) != ERR_OK)
		return ERR_INVALID;
	if (is_of_issuer(*claims, flow->settings.issuer))
		return ERR_OK;
	json_free(claims);
	return ERR_INVALID;
}

/* --- the JWKS
 * ---------------------------------------------------------------------------------------------------------
 */

static void copy_document(const struct signing_set *set, struct arena *arena,
			  struct signing_document *out)
{
	out->json = arena_slice(arena, signing_set_document(set));
	out->etag = arena_slice(arena, signing_set_etag(set));
}

bool signing_jwks_peek(const struct flow *flow, const struct call *call,
		       struct signing_document *out)
{
	struct signing *signing = flow->signing;
	pthread_mutex_lock(&signing->lock);
	bool whole = signing->set && !signing->expected;
	if (whole)
		copy_document(signing->set, call->arena, out);
	pthread_mutex_unlock(&signing->lock);
	return whole;
}

enum err signing_jwks(const struct flow *flow, const struct call *call,
		      struct signing_document *out)
{
	AUTO(signing_set) struct signing_set *set = NULL;
	await(flow->signing, ALG_COUNT, call->now);
	enum err err = current(flow, call, &set);
	if (err == ERR_OK)
		copy_document(set, call->arena, out);
	return err;
}
