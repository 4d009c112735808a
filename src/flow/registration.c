/* SPDX-License-Identifier: Apache-2.0
 *
 * A ticket is looked at before anything else and taken when everything else is fine, so that a
 * mistake costs nothing, and whoever has none learns nothing. */
#include "flow/registration.h"

#include "base/encode.h"
#include "base/ensure.h"
#include "base/log.h"
#include "base/random_text.h"
#include "domain/client_settings.h"
#include "flow/applications.h"
#include "flow/budget.h"
#include "flow/client_auth.h"
#include "flow/client_metadata.h"
#include "flow/scope_cache.h"
#include "flow/subject.h"
#include "flow/tickets.h"

enum { TOKEN_BYTES = 32 };

#define TOKEN_PREFIX "dcg_"

/* Where a person decides: D71. */
#define GRANTS_OF_ANYBODY (GRANT_BIT(GRANT_AUTHORIZATION_CODE) | GRANT_BIT(GRANT_DEVICE_CODE))
/* With a ticket, also for itself. Others' tokens and assertions are for an administrator to allow.
 */
#define GRANTS_OF_INVITED (GRANTS_OF_ANYBODY | GRANT_BIT(GRANT_CLIENT_CREDENTIALS))

/* --- who may ----------------------------------------------------------------------------- */

/* Counted whatever becomes of it: rows cost nothing to ask for. */
static enum oauth_error take_budget(const struct flow *flow, const struct call *call,
				    struct registration_outcome *out)
{
	struct throttle_plan plan;
	struct budget budget;
	throttle_plan_registration(&plan, &call->address);
	budget_make(flow, &plan, &budget);
	enum err err = budget_take(flow, call, &budget, &out->retry_after);
	out->over_budget = err == ERR_FULL;
	return err == ERR_OK ? OAUTH_OK : OAUTH_TEMPORARILY_UNAVAILABLE;
}

/* RFC7591#3, #5: with a ticket; without one only where everybody may, and not without end */
static enum oauth_error may_register(const struct flow *flow, const struct call *call,
				     struct slice ticket, struct registration_outcome *out)
{
	enum find find = slice_is_empty(ticket)
				 ? ABSENT
				 : ticket_find(flow, call, TICKET_REGISTRATION, ticket);
	if (find == FOUND)
		return OAUTH_OK;
	if (find == FIND_FAILED)
		return OAUTH_TEMPORARILY_UNAVAILABLE;
	enum oauth_error error = take_budget(flow, call, out);
	if (error != OAUTH_OK)
		return error;
	bool is_open = flow->settings.registration == REGISTRATION_OPEN;
	return is_open && slice_is_empty(ticket) ? OAUTH_OK : OAUTH_INVALID_TOKEN;
}

static enum oauth_error take_ticket(const struct flow *flow, const struct call *call,
				    struct slice ticket)
{
	if (slice_is_empty(ticket))
		return OAUTH_OK;
	enum err err = ticket_take(flow, call, TICKET_REGISTRATION, ticket);
	if (err == ERR_UNCHANGED) /* somebody else had the last use */
		return OAUTH_INVALID_TOKEN;
	return err == ERR_OK ? OAUTH_OK : OAUTH_TEMPORARILY_UNAVAILABLE;
}

/* --- what is registered ------------------------------------------------------------------ */

static void put_own(struct arena *arena, struct client *client, enum client_setting setting,
		    struct slice value)
{
	struct slice why;
	enum err err = client_setting_put(arena, &client->settings, setting, value, &why);
	ensure(err == ERR_OK);
}

static void put_hash(struct arena *arena, struct client *client, struct slice token)
{
	struct hash hash;
	char digits[2 * HASH_BYTES];
	hash_sha256(token, &hash);
	encode_hex(hash.bytes, HASH_BYTES, digits);
	put_own(arena, client, SETTING_REGISTRATION_HASH, slice_of(digits, sizeof(digits)));
	put_own(arena, client, SETTING_SOURCE, SLICE("registration"));
}

/* What is registered: the server's own settings of `client` stay, everything else is new. */
static enum oauth_error apply(const struct flow *flow, const struct call *call,
			      const struct json *json, uint32_t grants,
			      struct registration_outcome *out)
{
	struct scope_list known;
	struct client_metadata *metadata = ARENA_NEW(call->arena, struct client_metadata);
	enum oauth_error error = client_metadata_read(json, call->arena, metadata, &out->why);
	if (error != OAUTH_OK)
		return error;
	if (scope_cache_list(flow, call, &known) != ERR_OK)
		return OAUTH_TEMPORARILY_UNAVAILABLE;
	const struct client_metadata_rules rules = {
		.known = &known,
		.grants = grants,
		.hybrid = flow->settings.hybrid,
		.certificates = flow->settings.sees_certificates,
	};
	return client_metadata_check(metadata, &rules, call->arena, out->client, &out->why);
}

static enum oauth_error refuse(const struct flow *flow, const struct call *call,
			       enum oauth_error error)
{
	if (error != OAUTH_OK && error != OAUTH_TEMPORARILY_UNAVAILABLE)
		flow_refused_error(flow, call, EVENT_REGISTRATION_REFUSED, NULL, error);
	return error;
}

/* --- registering ------------------------------------------------------------------------- */

static enum oauth_error insert(const struct flow *flow, const struct call *call,
			       struct registration_outcome *out)
{
	const struct application_insertion insertion = { EVENT_REGISTERED, out->client };
	enum err err = application_insert(flow, call, &insertion, &out->secret);
	if (err == ERR_OK)
		return OAUTH_OK;
	log_error("registration not stored", LOG_TEXT("error", slice_str(err_name(err))));
	return OAUTH_TEMPORARILY_UNAVAILABLE;
}

static enum oauth_error add(const struct flow *flow, const struct call *call, struct slice ticket,
			    const struct json *metadata, struct registration_outcome *out)
{
	uint32_t grants = slice_is_empty(ticket) ? GRANTS_OF_ANYBODY : GRANTS_OF_INVITED;
	enum oauth_error error = may_register(flow, call, ticket, out);
	if (error != OAUTH_OK)
		return error;
	out->token = random_text(call->arena, SLICE(TOKEN_PREFIX), TOKEN_BYTES);
	put_hash(call->arena, out->client, out->token);
	error = apply(flow, call, metadata, grants, out);
	if (error == OAUTH_OK)
		error = take_ticket(flow, call, ticket);
	return error == OAUTH_OK ? insert(flow, call, out) : error;
}

static struct registration_outcome outcome_of(struct client *client, struct slice token)
{
	return (struct registration_outcome){
		.client = client,
		.token = token,
		.secret = SLICE_EMPTY,
		.why = SLICE_EMPTY,
	};
}

enum oauth_error registration_add(const struct flow *flow, const struct call *call,
				  struct slice ticket, const struct json *metadata,
				  struct registration_outcome *out)
{
	struct client *client = ARENA_NEW(call->arena, struct client);
	*client = (struct client){
		/* RFC9700#4.15: nobody chooses how he is called */
		.client_id = application_fresh_client_id(call->arena),
		.settings = SLICE_EMPTY,
		.enabled = true,
		.created = call->now,
		.updated = call->now,
	};
	*out = outcome_of(client, SLICE_EMPTY);
	return refuse(flow, call, add(flow, call, ticket, metadata, out));
}

/* --- afterwards -------------------------------------------------------------------------- */

/* RFC7592#3: of this very client. Constant time. */
static bool token_fits(const struct client *client, struct slice token)
{
	struct hash stored;
	struct hash presented;
	struct slice digits = client_setting_get(client->settings, SETTING_REGISTRATION_HASH);
	hash_sha256(token, &presented);
	return decode_hex(digits, stored.bytes, HASH_BYTES) == ERR_OK &&
	       hash_equal(&stored, &presented);
}

static enum oauth_error find(const struct flow *flow, const struct call *call,
			     const struct registration_caller *caller, struct client_entry *out)
{
	const struct client_query query = { caller->client_id, call->arena, call->now_ms };
	/* read anew: what is changed is what is there */
	enum find find = client_cache_find(NULL, flow->store, &query, out);
	if (find == FIND_FAILED)
		return OAUTH_TEMPORARILY_UNAVAILABLE;
	/* RFC7592#2: not there, or not its token, is one and the same */
	bool fits = find == FOUND && out->client->enabled && token_fits(out->client, caller->token);
	return fits ? OAUTH_OK : OAUTH_INVALID_TOKEN;
}

enum oauth_error registration_find(const struct flow *flow, const struct call *call,
				   const struct registration_caller *caller,
				   struct client_entry *out)
{
	return refuse(flow, call, find(flow, call, caller, out));
}

static bool secret_fits(const struct flow *flow, const struct client_entry *entry,
			struct slice secret)
{
	bool fits = false;
	for (size_t i = 0; i < entry->secrets.count; i++) {
		fits |= client_auth_secret_fits(flow->ring, &entry->client->id,
						&entry->secrets.items[i], secret);
	}
	return fits;
}

static enum oauth_error wrong(struct registration_outcome *out, const char *why)
{
	out->why = slice_str(why);
	return OAUTH_INVALID_CLIENT_METADATA;
}

/* RFC7592#2.2: what the request must hold, and must not */
static enum oauth_error check_request(const struct flow *flow, const struct client_entry *entry,
				      const struct json *metadata, struct registration_outcome *out)
{
	static const char *const ours[] = { "registration_access_token", "registration_client_uri",
					    "client_secret_expires_at", "client_id_issued_at" };
	struct slice text;
	if (!json_get_text(metadata, "client_id", &text) ||
	    !slice_equal(text, entry->client->client_id))
		return wrong(out, "client_id must be there, and be that of the address.");
	for (size_t i = 0; i < ARRAY_LEN(ours); i++)
		if (json_has(metadata, ours[i]))
			return wrong(out, "What the server has added must not be sent back.");
	if (!json_has(metadata, "client_secret"))
		return OAUTH_OK;
	if (!json_get_text(metadata, "client_secret", &text) || !secret_fits(flow, entry, text))
		return wrong(out, "client_secret is not the one of this client.");
	return OAUTH_OK;
}

/* What was allowed with a ticket stays allowed. */
static uint32_t grants_of(const struct client *client)
{
	return GRANTS_OF_ANYBODY | (client->grants & GRANTS_OF_INVITED);
}

static enum oauth_error store_change(const struct flow *flow, const struct call *call,
				     const struct client *client, struct registration_outcome *out)
{
	enum err err = application_store(flow, call, out->client, &out->secret);
	if (err == ERR_OK)
		return OAUTH_OK;
	if (err == ERR_ABSENT)
		return OAUTH_INVALID_TOKEN;
	log_warn("registration not changed", LOG_TEXT("error", slice_str(err_name(err))),
		 LOG_TEXT("client_id", client->client_id));
	return OAUTH_TEMPORARILY_UNAVAILABLE;
}

static enum oauth_error update(const struct flow *flow, const struct call *call,
			       const struct registration_caller *caller,
			       const struct json *metadata, struct registration_outcome *out)
{
	struct client_entry entry;
	enum oauth_error error = find(flow, call, caller, &entry);
	if (error == OAUTH_OK)
		error = check_request(flow, &entry, metadata, out);
	if (error != OAUTH_OK)
		return error;
	struct client *client = out->client;
	*client = *entry.client;
	client->settings = SLICE_EMPTY;
	client->reviewed = false; /* it is no longer what somebody looked at */
	client_metadata_keep(call->arena, entry.client->settings, client);
	client_metadata_distrust(call->arena, client);
	put_hash(call->arena, client, caller->token);
	error = apply(flow, call, metadata, grants_of(entry.client), out);
	if (error == OAUTH_OK && subject_moves(entry.client, client))
		error = wrong(out, "subject_type does not become pairwise later, and then the host "
				   "of the redirect_uris stays: people keep their names.");
	return error == OAUTH_OK ? store_change(flow, call, entry.client, out) : error;
}

enum oauth_error registration_update(const struct flow *flow, const struct call *call,
				     const struct registration_caller *caller,
				     const struct json *metadata, struct registration_outcome *out)
{
	*out = outcome_of(ARENA_NEW(call->arena, struct client), caller->token);
	return refuse(flow, call, update(flow, call, caller, metadata, out));
}

enum oauth_error registration_remove(const struct flow *flow, const struct call *call,
				     const struct registration_caller *caller)
{
	struct client_entry entry;
	enum oauth_error error = registration_find(flow, call, caller, &entry);
	if (error != OAUTH_OK)
		return error;
	enum err err = application_remove(flow, call, entry.client);
	if (err == ERR_ABSENT)
		return OAUTH_INVALID_TOKEN;
	return err == ERR_OK ? OAUTH_OK : OAUTH_TEMPORARILY_UNAVAILABLE;
}

/* --- the answer -------------------------------------------------------------------------- */

struct slice registration_document(const struct flow *flow, struct arena *arena,
				   const struct registration_outcome *outcome)
{
	const struct client *client = outcome->client;
	AUTO(json) struct json *json = json_object_new();
	json_set_text(json, "client_id", client->client_id);
	json_set_number(json, "client_id_issued_at", client->created);
	/* RFC7591#3.2.1: it does not expire */
	if (!slice_is_empty(outcome->secret))
		json_set_text(json, "client_secret", outcome->secret);
	if (client_method_has_secret(client_method_of(client)))
		json_set_number(json, "client_secret_expires_at", 0);
	/* RFC7592#3, D73 */
	json_set_text(json, "registration_access_token", outcome->token);
	json_set_text(json, "registration_client_uri",
		      arena_printf(arena, "%.*s/register/%.*s/", SLICE_ARG(flow->settings.issuer),
				   SLICE_ARG(client->client_id)));
	client_metadata_write(client, arena, json);
	return json_write(json, arena);
}
