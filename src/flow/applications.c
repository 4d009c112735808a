/* SPDX-License-Identifier: Apache-2.0
 *
 * Registers and changes applications. The form's rules are the domain's (client_form.c). What
 * changes leaves the cache at once, so that a new secret works, and an old one does not, with the
 * next request to this process. */
#include "flow/applications.h"

#include "base/encode.h"
#include "base/ensure.h"
#include "base/rng.h"
#include "base/secret.h"
#include "flow/client_auth.h"
#include "flow/client_cache.h"
#include "flow/scope_cache.h"

enum { FRESH_ID_BYTES = 16, FRESH_ID_TEXT = 22, SECRET_BYTES = 32, SECRET_TEXT = 43 };

/* By it, scanners for leaked secrets know ours. */
#define SECRET_PREFIX "dcs_"

struct slice application_fresh_client_id(struct arena *arena)
{
	uint8_t random[FRESH_ID_BYTES];
	char text[FRESH_ID_TEXT];
	rng_bytes(random, sizeof(random));
	encode_base62(random, sizeof(random), text);
	return arena_slice(arena, slice_of(text, sizeof(text)));
}

/* The text in the arena, which is wiped when it goes; only the MAC is stored. */
static struct slice make_secret(const struct flow *flow, const struct call *call,
				const struct id *client, struct client_secret *row)
{
	uint8_t random[SECRET_BYTES];
	char text[SECRET_TEXT];
	rng_bytes(random, sizeof(random));
	encode_base62(random, sizeof(random), text);
	struct slice secret = arena_printf(call->arena, SECRET_PREFIX "%.*s", SECRET_TEXT, text);
	secret_wipe(random, sizeof(random));
	secret_wipe(text, sizeof(text));
	*row = (struct client_secret){ .key_id = keyring_current(flow->ring),
				       .created = call->now };
	rng_bytes(row->id.bytes, ID_BYTES);
	ensure(client_auth_mac(flow->ring, row->key_id, client, secret, &row->mac) == ERR_OK);
	return secret;
}

static enum err check_form(const struct flow *flow, const struct call *call,
			   const struct client_form *form, struct client *client,
			   struct client_faults *faults)
{
	struct scope_list known;
	*faults = (struct client_faults){ .any = false };
	enum err err = scope_cache_list(flow->scopes, flow->store, call->arena, call->now_ms,
					&known);
	if (err != ERR_OK)
		return err;
	client_form_check(form, &known, call->arena, client, faults);
	return faults->any ? ERR_INVALID : ERR_OK;
}

/* The page hands out client_ids itself; only the command line can bring a bad one. */
static enum err check_client_id(struct slice client_id, struct client_faults *faults)
{
	/* RFC6749#A.1: visible characters alone */
	if (client_id_is_valid(client_id))
		return ERR_OK;
	*faults = (struct client_faults){ .any = true };
	faults->of[CLIENT_FIELD_NAME] = SLICE(
		"A client_id has 1 to 128 visible ASCII characters, without blanks.");
	return ERR_INVALID;
}

enum err application_add(const struct flow *flow, const struct call *call,
			 const struct application_new *application, struct application_made *made,
			 struct client_faults *faults)
{
	struct client *client = ARENA_NEW(call->arena, struct client);
	struct client_secret row;
	*made = (struct application_made){ .secret = SLICE_EMPTY };
	struct slice secret = SLICE_EMPTY;
	*client = (struct client){
		.client_id = application->client_id,
		.owner = application->owner,
		.enabled = true,
		.reviewed = application->reviewed,
		.created = call->now,
		.updated = call->now,
	};
	enum err err = check_client_id(application->client_id, faults);
	if (err == ERR_OK)
		err = check_form(flow, call, &application->form, client, faults);
	if (err != ERR_OK)
		return err;
	rng_bytes(client->id.bytes, ID_BYTES);
	bool has_secret = client->type == CLIENT_CONFIDENTIAL;
	if (has_secret)
		secret = make_secret(flow, call, &client->id, &row);
	const struct event event = call_event(call, EVENT_CLIENT_ADDED, &client->owner, &client->id,
					      NULL);
	err = store_client_insert(flow->store, client, has_secret ? &row : NULL, &event);
	if (err == ERR_OK)
		*made = (struct application_made){ client, secret };
	return err;
}

static enum err add_secret(const struct flow *flow, const struct call *call,
			   const struct id *client, int64_t old_expires, struct slice *secret)
{
	struct client_secret row;
	struct slice text = make_secret(flow, call, client, &row);
	const struct event event = call_event(call, EVENT_CLIENT_SECRET_ADDED, NULL, client, NULL);
	enum err err = store_client_secret_insert(flow->store, client, &row, old_expires, &event);
	if (err == ERR_OK)
		*secret = text;
	return err;
}

/* A confidential client has a secret; one that became confidential has none yet. */
static enum err add_missing_secret(const struct flow *flow, const struct call *call,
				   const struct client *client, struct slice *secret)
{
	struct client_secret_list list = { .count = 0 };
	if (client->type != CLIENT_CONFIDENTIAL)
		return ERR_OK;
	if (store_client_secrets(flow->store, call->arena, &client->id, &list) == FIND_FAILED)
		return ERR_DATABASE;
	return list.count > 0 ? ERR_OK : add_secret(flow, call, &client->id, 0, secret);
}

enum err application_update(const struct flow *flow, const struct call *call,
			    const struct application_change *change, struct slice *secret,
			    struct client_faults *faults)
{
	struct client client = *change->client;
	*secret = SLICE_EMPTY;
	enum err err = check_form(flow, call, &change->form, &client, faults);
	if (err != ERR_OK)
		return err;
	client.enabled = change->enabled;
	client.reviewed = change->reviewed;
	/* The time of change tells rivals apart: it moves on even within a second. */
	int64_t now;
	if (__builtin_add_overflow(client.updated, 1, &now))
		return ERR_UNCHANGED; /* a version that was never ours */
	now = call->now > now ? call->now : now;
	const struct event event = call_event(call, EVENT_CLIENT_CHANGED, NULL, &client.id, NULL);
	err = store_client_update(flow->store, &client, now, &event);
	if (err == ERR_OK)
		err = add_missing_secret(flow, call, &client, secret);
	client_cache_drop(flow->clients, client.client_id);
	return err;
}

enum err application_remove(const struct flow *flow, const struct call *call,
			    const struct client *client)
{
	const struct event event = call_event(call, EVENT_CLIENT_REMOVED, NULL, &client->id, NULL);
	enum err err = store_client_remove(flow->store, &client->id, &event);
	client_cache_drop(flow->clients, client->client_id);
	return err;
}

enum err application_rotate_secret(const struct flow *flow, const struct call *call,
				   const struct client *client, int64_t overlap,
				   struct slice *secret)
{
	int64_t old_expires;
	*secret = SLICE_EMPTY;
	if (client->type != CLIENT_CONFIDENTIAL || overlap < 0)
		return ERR_INVALID;
	if (__builtin_add_overflow(call->now, overlap, &old_expires))
		return ERR_INVALID;
	enum err err = add_secret(flow, call, &client->id, old_expires, secret);
	client_cache_drop(flow->clients, client->client_id);
	return err;
}
