/* SPDX-License-Identifier: Apache-2.0
 *
 * A document is kept with the scopes that it was made with, and copied out under the lock. */
#include "flow/server_metadata.h"

#include <pthread.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/encode.h"
#include "base/ensure.h"
#include "base/uri.h"
#include "flow/scope_cache.h"
#include "flow/server_metadata_table.h"

enum { SCOPES_TEXT_MAX = 65536, ETAG_DIGITS = 32 };

struct made {
	struct arena *arena; /* of the rest; NULL: not made yet */
	struct slice scopes;
	struct slice document;
	struct slice etag;
};

struct server_metadata {
	pthread_mutex_t lock;
	struct made made[DOCUMENT_COUNT];
};

typedef struct json *make_fn(const struct offer *offer);
static make_fn *const makers[DOCUMENT_COUNT] = {
	[DOCUMENT_OF_SERVER] = server_metadata_json,
	[DOCUMENT_OF_USERINFO] = server_metadata_of_userinfo,
};

struct server_metadata *server_metadata_new(void)
{
	struct server_metadata *metadata = xcalloc(1, sizeof(*metadata));
	ensure(pthread_mutex_init(&metadata->lock, NULL) == 0);
	return metadata;
}

void server_metadata_free(struct server_metadata **metadata)
{
	if (!*metadata)
		return;
	pthread_mutex_destroy(&(*metadata)->lock);
	for (size_t i = 0; i < DOCUMENT_COUNT; i++)
		arena_free(&(*metadata)->made[i].arena);
	free(*metadata);
	*metadata = NULL;
}

static struct slice scopes_text(struct arena *arena, const struct scope_list *scopes)
{
	struct buf text;
	buf_init_arena(&text, arena, SCOPES_TEXT_MAX);
	for (size_t i = 0; i < scopes->count; i++) {
		buf_add(&text, scopes->items[i].name);
		buf_add_byte(&text, ' ');
	}
	return buf_slice(&text);
}

static struct slice etag_of(struct arena *arena, struct slice document)
{
	struct hash hash;
	char digits[2 * HASH_BYTES];
	hash_sha256(document, &hash);
	encode_hex(hash.bytes, HASH_BYTES, digits);
	return arena_printf(arena, "\"%.*s\"", ETAG_DIGITS, digits);
}

static void make(struct made *made, make_fn *maker, const struct offer *offer, struct slice scopes)
{
	AUTO(json) struct json *json = maker(offer);
	arena_free(&made->arena);
	made->arena = arena_new();
	made->document = json_write(json, made->arena);
	made->scopes = arena_slice(made->arena, scopes);
	made->etag = etag_of(made->arena, made->document);
}

/* `scopes` NULL: those it was made with. */
static enum find look(const struct flow *flow, const struct call *call, enum server_document which,
		      const struct scope_list *scopes, struct made *out)
{
	const struct offer offer = { &flow->settings, scopes, call->arena };
	struct slice text = scopes ? scopes_text(call->arena, scopes) : SLICE_EMPTY;
	struct made *made = &flow->metadata->made[which];
	pthread_mutex_lock(&flow->metadata->lock);
	if (scopes && (!made->arena || !slice_equal(made->scopes, text)))
		make(made, makers[which], &offer, text);
	bool is_made = made->arena != NULL;
	if (is_made) {
		out->document = arena_slice(call->arena, made->document);
		out->etag = arena_slice(call->arena, made->etag);
	}
	pthread_mutex_unlock(&flow->metadata->lock);
	return is_made ? FOUND : FIND_FAILED;
}

enum find server_metadata_find(const struct flow *flow, const struct call *call,
			       const struct server_metadata_query *query, struct slice *document,
			       struct slice *etag)
{
	struct scope_list scopes;
	struct made made;
	bool known = scope_cache_peek(flow, call, &scopes) == FOUND;
	if (!known && !query->may_wait && !store_reads_are_quick(flow->store))
		return ABSENT;
	if (!known)
		known = scope_cache_list(flow, call, &scopes) == ERR_OK;
	enum find find = look(flow, call, query->which, known ? &scopes : NULL, &made);
	if (find == FOUND) {
		*document = made.document;
		*etag = made.etag;
	}
	return find;
}

/* RFC9728#3.1: between the host and the path of the resource */
struct slice server_metadata_userinfo_url(const struct flow *flow, struct arena *arena)
{
	struct slice base = flow->settings.base_url;
	struct uri parts;
	uri_split(base, &parts);
	struct slice origin = uri_origin(&parts);
	return arena_printf(arena, "%.*s/.well-known/oauth-protected-resource%.*s/o/userinfo/",
			    SLICE_ARG(origin), SLICE_ARG(parts.rest));
}
