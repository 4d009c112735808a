/* SPDX-License-Identifier: Apache-2.0
 *
 * What a client says of itself: what is taken has no line end in a setting, grants that may be had
 * alone, words of refusal that an error_description may hold, and is written as what is taken again
 * with the same result. */
#include <stdlib.h>

#include "domain/client_id_url.h"
#include "flow/client_metadata.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { GRANTS = GRANT_BIT(GRANT_AUTHORIZATION_CODE) | GRANT_BIT(GRANT_DEVICE_CODE) };

static const struct scope scopes[] = { { .name = SLICE("openid") }, { .name = SLICE("email") } };
static const struct scope_list known = { scopes, ARRAY_LEN(scopes) };

static enum oauth_error read_client(const struct json *json, struct arena *arena,
				    struct client *client, struct slice *why)
{
	struct client_metadata *metadata = ARENA_NEW(arena, struct client_metadata);
	const struct client_metadata_rules rules = { .known = &known,
						     .grants = GRANTS,
						     .hybrid = true };
	*client = (struct client){ .settings = SLICE_EMPTY };
	enum oauth_error error = client_metadata_read(json, arena, metadata, why);
	if (error == OAUTH_OK)
		error = client_metadata_check(metadata, &rules, arena, client, why);
	return error;
}

static void check_words(struct slice why)
{
	for (size_t i = 0; i < why.len; i++) {
		char c = why.ptr[i];
		if (c < 0x20 || c > 0x7e || c == '"' || c == '\\')
			abort();
	}
}

/* RS256 is what a client gets that says nothing. */
static enum client_algorithm algorithm_of(const struct client *client)
{
	return client->algorithm == CLIENT_ALG_DEFAULT ? CLIENT_ALG_RS256 : client->algorithm;
}

static bool is_same(const struct client *a, const struct client *b)
{
	return a->type == b->type && a->grants == b->grants && algorithm_of(a) == algorithm_of(b) &&
	       slice_equal(a->name, b->name) && slice_equal(a->redirect_uris, b->redirect_uris) &&
	       slice_equal(a->allowed_scopes, b->allowed_scopes) &&
	       slice_equal(a->allowed_origins, b->allowed_origins);
}

/* RFC7592#2.2: what was told can be sent back */
static void check_again(const struct client *client, struct arena *arena)
{
	AUTO(json) struct json *told = json_object_new();
	AUTO(json) struct json *sent = NULL;
	struct client again;
	struct slice why;
	client_metadata_write(client, arena, told);
	if (json_parse(json_write(told, arena), &sent) != ERR_OK)
		abort();
	if (read_client(sent, arena, &again, &why) != OAUTH_OK || !is_same(client, &again))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	AUTO(arena) struct arena *arena = arena_new();
	AUTO(json) struct json *json = NULL;
	struct client client;
	struct slice why;
	struct slice text = slice_of(data, size);
	if (client_id_is_url(text) && slice_is_empty(client_id_url_host(text)))
		abort();
	if (json_parse(text, &json) != ERR_OK || !json_has_members(json))
		return 0;
	if (read_client(json, arena, &client, &why) != OAUTH_OK) {
		check_words(why);
		return 0;
	}
	if ((client.grants & ~(uint32_t)GRANTS) || client.grants == 0)
		abort();
	check_again(&client, arena);
	return 0;
}
