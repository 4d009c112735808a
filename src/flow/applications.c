/* SPDX-License-Identifier: Apache-2.0
 *
 * Registers and changes applications. The form's rules are the domain's (client_form.c). What
 * changes leaves the cache at once, so that a new secret works, and an old one does not, with the
 * next request to this process. */
#include "flow/applications.h"

#include "base/ensure.h"
#include "base/random_text.h"
#include "base/rng.h"
#include "domain/client_settings.h"
#include "flow/client_auth.h"
#include "flow/client_cache.h"
#include "flow/client_seal.h"
#include "flow/scope_cache.h"
#include "flow/subject.h"

enum { FRESH_ID_BYTES = 16, SECRET_BYTES = 32 };
/* RFC7518#3.2: a key is as long as what it makes, and clients sign with HS512, too. */
enum { SIGNING_BYTES = 48 };

/* By it, scanners for leaked secrets know ours. */
#define SECRET_PREFIX "dcs_"

struct slice application_fresh_client_id(struct arena *arena)
{
	return random_text(arena, SLICE_EMPTY, FRESH_ID_BYTES);
}

static bool has_secret(const struct client *client)
{
	return client_method_has_secret(client_method_of(client));
}

/* The text in the arena, which is wiped when it goes. The MAC is stored; the text, sealed, only
 * where the client signs with it. */
static struct slice make_secret(const struct flow *flow, const struct call *call,
				const struct client *client, struct client_secret *row)
{
	bool signs = client_method_seals_secret(client_method_of(client));
	struct slice secret = random_text(call->arena, SLICE(SECRET_PREFIX),
					  signs ? SIGNING_BYTES : SECRET_BYTES);
	*row = (struct client_secret){ .key_id = keyring_current(flow->ring),
				       .created = call->now,
				       .sealed = SLICE_EMPTY };
	rng_bytes(row->id.bytes, ID_BYTES);
	ensure(client_auth_mac(flow->ring, row->key_id, &client->id, secret, &row->mac) == ERR_OK);
	const struct client_seal_place place = { &client->id, &row->id };
	if (signs)
		row->sealed = client_seal_close(flow->ring, call->arena, &place, secret);
	return secret;
}

static void fault_setting(struct client_faults *faults, enum client_setting setting,
			  struct slice why)
{
	faults->any = true;
	faults->setting = setting;
	faults->why = why;
}

static void put_settings(const struct call *call, const struct application_settings *settings,
			 struct client *client, struct client_faults *faults)
{
	struct slice why;
	for (size_t i = 0; i < settings->count; i++) {
		const struct application_setting *item = &settings->items[i];
		if (client_setting_put(call->arena, &client->settings, item->setting, item->value,
				       &why) == ERR_OK)
			continue;
		fault_setting(faults, item->setting, why);
		return;
	}
}

/* What was said: the form, and settings over those that the client has. */
struct said {
	const struct client_form *form;
	const struct application_settings *settings;
};

static enum err check_said(const struct flow *flow, const struct call *call,
			   const struct said *said, struct client *client,
			   struct client_faults *faults)
{
	struct scope_list known;
	struct client_settings_fault fault;
	*faults = (struct client_faults){ .any = false };
	enum err err = scope_cache_list(flow, call, &known);
	if (err != ERR_OK)
		return err;
	struct client_form form = *said->form;
	form.hybrid = flow->settings.hybrid;
	client_form_check(&form, &known, call->arena, client, faults);
	put_settings(call, said->settings, client, faults);
	/* what they ask of each other only makes sense where each is fine */
	if (!faults->any && client_settings_check(client, &fault) != ERR_OK)
		fault_setting(faults, fault.setting, fault.why);
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

enum err application_insert(const struct flow *flow, const struct call *call,
			    const struct application_insertion *insertion, struct slice *secret)
{
	struct client_secret row;
	struct client *client = insertion->client;
	*secret = SLICE_EMPTY;
	rng_bytes(client->id.bytes, ID_BYTES);
	if (has_secret(client))
		*secret = make_secret(flow, call, client, &row);
	const struct event event = call_event(call, insertion->event, &client->owner, &client->id,
					      NULL);
	return store_client_insert(flow->store, client, has_secret(client) ? &row : NULL, &event);
}

enum err application_add(const struct flow *flow, const struct call *call,
			 const struct application_new *application, struct application_made *made,
			 struct client_faults *faults)
{
	struct client *client = ARENA_NEW(call->arena, struct client);
	const struct said said = { &application->form, &application->settings };
	*made = (struct application_made){ .secret = SLICE_EMPTY };
	struct slice secret = SLICE_EMPTY;
	*client = (struct client){
		.client_id = application->client_id,
		.settings = SLICE_EMPTY,
		.owner = application->owner,
		.enabled = true,
		.reviewed = application->reviewed,
		.created = call->now,
		.updated = call->now,
	};
	enum err err = check_client_id(application->client_id, faults);
	if (err == ERR_OK)
		err = check_said(flow, call, &said, client, faults);
	if (err != ERR_OK)
		return err;
	const struct application_insertion insertion = { EVENT_CLIENT_ADDED, client };
	err = application_insert(flow, call, &insertion, &secret);
	if (err == ERR_OK)
		*made = (struct application_made){ client, secret };
	return err;
}

static enum err add_secret(const struct flow *flow, const struct call *call,
			   const struct client *client, int64_t old_expires, struct slice *secret)
{
	struct client_secret row;
	struct slice text = make_secret(flow, call, client, &row);
	const struct event event = call_event(call, EVENT_CLIENT_SECRET_ADDED, NULL, &client->id,
					      NULL);
	enum err err = store_client_secret_insert(flow->store, &client->id, &row, old_expires,
						  &event);
	if (err == ERR_OK)
		*secret = text;
	return err;
}

/* One that it can use: of a client that signs with it, a sealed one. */
static bool has_usable(const struct client *client, const struct client_secret_list *list)
{
	bool sealed = client_method_seals_secret(client_method_of(client));
	for (size_t i = 0; i < list->count; i++)
		if (!sealed || !slice_is_empty(list->items[i].sealed))
			return true;
	return false;
}

static enum err add_missing_secret(const struct flow *flow, const struct call *call,
				   const struct client *client, struct slice *secret)
{
	struct client_secret_list list = { .count = 0 };
	if (!has_secret(client))
		return ERR_OK;
	if (store_client_secrets(flow->store, call->arena, &client->id, &list) == FIND_FAILED)
		return ERR_DATABASE;
	return has_usable(client, &list) ? ERR_OK : add_secret(flow, call, client, 0, secret);
}

enum err application_store(const struct flow *flow, const struct call *call, struct client *client,
			   struct slice *secret)
{
	int64_t now;
	*secret = SLICE_EMPTY;
	/* The time of change tells rivals apart: it moves on even within a second. */
	if (__builtin_add_overflow(client->updated, 1, &now))
		return ERR_UNCHANGED; /* a version that was never ours */
	now = call->now > now ? call->now : now;
	const struct event event = call_event(call, EVENT_CLIENT_CHANGED, NULL, &client->id, NULL);
	enum err err = store_client_update(flow->store, client, now, &event);
	if (err == ERR_OK)
		err = add_missing_secret(flow, call, client, secret);
	client->updated = now;
	client_cache_drop(flow->clients, client->client_id);
	return err;
}

/* D72 */
static enum err check_subjects(const struct application_change *change, const struct client *client,
			       struct client_faults *faults)
{
	if (!change->form.by_owner || !subject_moves(change->client, client))
		return ERR_OK;
	faults->any = true;
	faults->of[CLIENT_FIELD_REDIRECT_URIS] = SLICE(
		"People are known to this application by names that go with its host: an "
		"administrator has to change that.");
	return ERR_INVALID;
}

enum err application_update(const struct flow *flow, const struct call *call,
			    const struct application_change *change, struct slice *secret,
			    struct client_faults *faults)
{
	struct client client = *change->client;
	const struct said said = { &change->form, &change->settings };
	*secret = SLICE_EMPTY;
	enum err err = check_said(flow, call, &said, &client, faults);
	if (err == ERR_OK)
		err = check_subjects(change, &client, faults);
	if (err != ERR_OK)
		return err;
	client.enabled = change->enabled;
	client.reviewed = change->reviewed;
	return application_store(flow, call, &client, secret);
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
	if (!has_secret(client) || overlap < 0)
		return ERR_INVALID;
	if (__builtin_add_overflow(call->now, overlap, &old_expires))
		return ERR_INVALID;
	enum err err = add_secret(flow, call, client, old_expires, secret);
	client_cache_drop(flow->clients, client->client_id);
	return err;
}
