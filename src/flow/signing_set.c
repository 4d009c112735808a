/* SPDX-License-Identifier: Apache-2.0
 *
 * A private half is opened into an arena of its own, which is wiped as soon as the key is loaded.
 */
#include "flow/signing_set.h"

#include <stdatomic.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/encode.h"
#include "base/ensure.h"
#include "base/log.h"
#include "crypto/seal.h"

enum { DOCUMENT_MAX = 65536, ETAG_BYTES = 12 };

struct signing_set {
	atomic_int holders;
	struct arena *arena; /* rows, document and etag */
	struct signing_key_list rows;
	struct jwk **keys; /* beside the rows */
	struct slice document;
	struct slice etag;
	int64_t read_ms;
	bool is_whole;
	bool signs_all;
};

static struct seal_place place_of(struct slice kid)
{
	return (struct seal_place){ .column = SLICE("signing_key.sealed"), .row = kid };
}

struct slice signing_key_close(const struct keyring *ring, struct arena *arena, struct slice kid,
			       struct slice json)
{
	return seal_close(ring, arena, place_of(kid), json);
}

enum err signing_key_open(const struct keyring *ring, struct arena *arena,
			  const struct signing_key *row, struct slice *json)
{
	return seal_open(ring, arena, place_of(row->kid), row->sealed, json);
}

static struct jwk *load_key(const struct keyring *ring, const struct signing_key *row)
{
	AUTO(arena) struct arena *secrets = arena_new();
	struct jwk *key = NULL;
	struct slice json;
	enum err err = signing_key_open(ring, secrets, row, &json);
	if (err == ERR_OK)
		err = jwk_parse_private(json, &key);
	if (err == ERR_OK && jwk_fits(key, row->alg))
		return key;
	jwk_free(&key);
	log_error("a signing key cannot be used", LOG_TEXT("kid", row->kid),
		  LOG_TEXT("error", slice_str(err_name(err == ERR_OK ? ERR_INVALID : err))));
	return NULL;
}

static void copy_row(struct signing_set *set, const struct signing_key *row, struct jwk *key)
{
	struct signing_key *copy = &set->rows.items[set->rows.count];
	*copy = *row;
	copy->kid = arena_slice(set->arena, row->kid);
	copy->sealed = SLICE_EMPTY;
	set->keys[set->rows.count++] = key;
}

/* RFC7517#5: public halves, with kid, use and alg */
static void make_document(struct signing_set *set, int64_t now)
{
	struct buf buf;
	const char *mark = "";
	buf_init_arena(&buf, set->arena, DOCUMENT_MAX);
	buf_add_str(&buf, "{\"keys\":[");
	for (size_t i = 0; i < set->rows.count; i++) {
		const struct signing_key *row = &set->rows.items[i];
		if (!signing_key_is_published(row, now))
			continue;
		buf_add_str(&buf, mark);
		buf_add(&buf, jwk_public(set->keys[i], row->alg, set->arena));
		mark = ",";
	}
	buf_add_str(&buf, "]}");
	ensure(buf_is_whole(&buf));
	set->document = buf_slice(&buf);
	struct hash hash;
	hash_sha256(set->document, &hash);
	struct slice tag = encode_base64url(set->arena,
					    slice_sub(hash_slice(&hash), 0, ETAG_BYTES));
	set->etag = arena_printf(set->arena, "\"%.*s\"", SLICE_ARG(tag));
}

bool signing_keys_sign_all(const struct signing_key_list *rows, int64_t now)
{
	for (unsigned alg = 0; alg < ALG_COUNT; alg++)
		if ((ALGS_OURS & ALG_BIT(alg)) && !signing_key_choose(rows, (enum alg)alg, now))
			return false;
	return true;
}

enum err signing_set_read(const struct flow *flow, const struct call *call,
			  struct signing_set **out)
{
	struct signing_key_list list = { .count = 0 };
	*out = NULL;
	enum err err = store_signing_key_list(flow->store, call->arena, &list);
	if (err != ERR_OK)
		return err;
	struct signing_set *set = xcalloc(1, sizeof(*set));
	atomic_init(&set->holders, 1);
	set->arena = arena_new();
	set->read_ms = call->now_ms;
	set->rows.items = arena_calloc(set->arena, list.count + 1, sizeof(*set->rows.items));
	set->keys = arena_calloc(set->arena, list.count + 1, sizeof(*set->keys));
	for (size_t i = 0; i < list.count; i++) {
		struct jwk *key = load_key(flow->ring, &list.items[i]);
		if (key)
			copy_row(set, &list.items[i], key);
	}
	set->is_whole = set->rows.count == list.count;
	set->signs_all = signing_keys_sign_all(&set->rows, call->now);
	make_document(set, call->now);
	*out = set;
	return ERR_OK;
}

struct signing_set *signing_set_hold(struct signing_set *set)
{
	if (set)
		atomic_fetch_add(&set->holders, 1);
	return set;
}

void signing_set_free(struct signing_set **out)
{
	struct signing_set *set = *out;
	*out = NULL;
	if (!set || atomic_fetch_sub(&set->holders, 1) > 1)
		return;
	for (size_t i = 0; i < set->rows.count; i++)
		jwk_free(&set->keys[i]);
	arena_free(&set->arena);
	free(set);
}

bool signing_set_is_whole(const struct signing_set *set)
{
	return set->is_whole;
}

bool signing_set_signs_all(const struct signing_set *set)
{
	return set->signs_all;
}

int64_t signing_set_read_ms(const struct signing_set *set)
{
	return set->read_ms;
}

const struct signing_key_list *signing_set_rows(const struct signing_set *set)
{
	return &set->rows;
}

const struct jwk *signing_set_key(const struct signing_set *set, const struct signing_key *row)
{
	return set->keys[row - set->rows.items];
}

const struct signing_key *signing_set_find(const struct signing_set *set, struct slice kid)
{
	for (size_t i = 0; i < set->rows.count; i++)
		if (slice_equal(set->rows.items[i].kid, kid))
			return &set->rows.items[i];
	return NULL;
}

struct slice signing_set_document(const struct signing_set *set)
{
	return set->document;
}

struct slice signing_set_etag(const struct signing_set *set)
{
	return set->etag;
}
