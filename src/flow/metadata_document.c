/* SPDX-License-Identifier: Apache-2.0
 *
 * A document is fetched by whoever needs its client while nothing fresh is there; what others fetch
 * meanwhile is as good, and the rows of the database decide between them. A place that fails is
 * left alone for a minute; a client that was there goes on for a day, unless its document says
 * otherwise.
 */
#include "flow/metadata_document.h"

#include "base/ensure.h"
#include "base/log.h"
#include "domain/client_id_url.h"
#include "fetch/fetch.h"
#include "flow/applications.h"
#include "flow/budget.h"
#include "flow/client_metadata.h"
#include "flow/document_table.h"
#include "flow/scope_cache.h"
#include "flow/subject.h"

enum { KEPT_DEFAULT_S = 3600, STALE_MAX_S = 86400 };

/* One look-up that needs a document. */
struct reading {
	struct slice client_id;
	struct client *old; /* as the database has it; NULL: nobody has asked for it yet */
	struct client *new;
	int64_t max_age;
	bool is_gone; /* the document is no good, whatever was there before */
	bool is_busy; /* nobody was asked for it */
};

bool metadata_document_is_fresh(const struct flow *flow, const struct call *call,
				const struct client *client)
{
	int64_t expires = 0;
	struct slice text = client_setting_get(client->settings, SETTING_SOURCE_EXPIRES);
	if (!client_setting_equals(client->settings, SETTING_SOURCE, "metadata_document"))
		return true;
	return flow->settings.metadata_documents && slice_parse_int64(text, &expires) == ERR_OK &&
	       expires > call->now;
}

/* --- the document ------------------------------------------------------------------------ */

static bool refuse(const struct reading *reading, const char *why, struct slice detail)
{
	log_warn("client metadata document refused", LOG_TEXT("client_id", reading->client_id),
		 LOG_TEXT("why", slice_str(why)), LOG_TEXT("detail", detail));
	return false;
}

static bool type_is_json(struct slice type)
{
	return slice_equal(type, SLICE("application/json")) ||
	       (slice_has_prefix(type, SLICE("application/")) &&
		slice_has_suffix(type, SLICE("+json")));
}

static bool is_known_of_late(const struct call *call, const struct client *client)
{
	int64_t expires = 0;
	return slice_parse_int64(client_setting_get(client->settings, SETTING_SOURCE_EXPIRES),
				 &expires) == ERR_OK &&
	       call->now < expires + STALE_MAX_S;
}

static bool may_go_on(const struct call *call, const struct reading *reading)
{
	return reading->old && !reading->is_gone && is_known_of_late(call, reading->old);
}

static bool fetch_document(const struct flow *flow, const struct call *call,
			   struct reading *reading, struct slice *body)
{
	struct fetch_answer answer;
	const struct fetch_request request = {
		.class = FETCH_UNKNOWN,
		.url = reading->client_id,
		.accept = SLICE("application/json"),
		.most_bytes = METADATA_DOCUMENT_MAX,
		.at_once = may_go_on(call, reading), /* with what there is */
	};
	enum fetch_fault fault = fetch_do(flow->fetch, call->arena, &request, &answer);
	reading->is_busy = fault == FETCH_BUSY;
	if (fault != FETCH_FINE)
		return refuse(reading, "it cannot be fetched", slice_str(fetch_fault_name(fault)));
	reading->is_gone = answer.status < 500;
	if (answer.status != 200)
		return refuse(reading, "it is not there",
			      arena_printf(call->arena, "%d", answer.status));
	if (!type_is_json(answer.media_type))
		return refuse(reading, "it is no JSON", answer.media_type);
	reading->max_age = answer.max_age;
	*body = answer.body;
	return true;
}

/* What is open to everybody holds no secret, and says of itself where it is. */
static bool check_document(const struct reading *reading, const struct json *json)
{
	struct slice text;
	if (!json_get_text(json, "client_id", &text) || !slice_equal(text, reading->client_id))
		return refuse(reading, "its client_id is not its address", SLICE_EMPTY);
	if (json_has(json, "client_secret") || json_has(json, "client_secret_expires_at"))
		return refuse(reading, "it holds a secret", SLICE_EMPTY);
	if (!json_has(json, "redirect_uris"))
		return refuse(reading, "it has no redirect_uris", SLICE_EMPTY);
	return true;
}

static void put_own(struct arena *arena, struct client *client, enum client_setting setting,
		    struct slice value)
{
	struct slice why;
	enum err err = client_setting_put(arena, &client->settings, setting, value, &why);
	ensure(err == ERR_OK);
}

/* In a day at most, and not before some minutes have passed. */
static void put_source(const struct call *call, const struct reading *reading,
		       struct client *client)
{
	int64_t kept = reading->max_age < 0 ? KEPT_DEFAULT_S : reading->max_age;
	if (kept < METADATA_DOCUMENT_KEPT_MIN_S)
		kept = METADATA_DOCUMENT_KEPT_MIN_S;
	if (kept > METADATA_DOCUMENT_KEPT_MAX_S)
		kept = METADATA_DOCUMENT_KEPT_MAX_S;
	put_own(call->arena, client, SETTING_SOURCE, SLICE("metadata_document"));
	long long expires = call->now + kept;
	put_own(call->arena, client, SETTING_SOURCE_EXPIRES,
		arena_printf(call->arena, "%lld", expires));
}

static bool apply(const struct flow *flow, const struct call *call, const struct reading *reading,
		  const struct json *json)
{
	struct scope_list known;
	struct slice why;
	struct client_metadata *metadata = ARENA_NEW(call->arena, struct client_metadata);
	if (scope_cache_list(flow, call, &known) != ERR_OK)
		return false;
	const struct client_metadata_rules rules = {
		.known = &known,
		.grants = GRANT_BIT(GRANT_AUTHORIZATION_CODE) | GRANT_BIT(GRANT_DEVICE_CODE),
		.hybrid = flow->settings.hybrid,
		.certificates = flow->settings.sees_certificates,
		.without_secret = true,
	};
	enum oauth_error error = client_metadata_read(json, call->arena, metadata, &why);
	if (error == OAUTH_OK)
		error = client_metadata_check(metadata, &rules, call->arena, reading->new, &why);
	if (error != OAUTH_OK)
		return refuse(reading, oauth_error_row(error)->name, why);
	return !reading->old || !subject_moves(reading->old, reading->new) ||
	       refuse(reading, "its pairwise subjects would be others", SLICE_EMPTY);
}

static void start_client(const struct call *call, const struct reading *reading)
{
	if (reading->old)
		*reading->new = *reading->old;
	else
		*reading->new = (struct client){
			.client_id = reading->client_id,
			.enabled = true,
			.created = call->now,
			.updated = call->now,
		};
	reading->new->settings = SLICE_EMPTY;
	if (reading->old)
		client_metadata_keep(call->arena, reading->old->settings, reading->new);
	put_source(call, reading, reading->new);
}

static bool read_document(const struct flow *flow, const struct call *call, struct reading *reading)
{
	AUTO(json) struct json *json = NULL;
	struct slice body;
	if (!fetch_document(flow, call, reading, &body))
		return false;
	if (json_parse(body, &json) != ERR_OK)
		return refuse(reading, "it is no JSON", SLICE_EMPTY);
	if (!check_document(reading, json))
		return false;
	start_client(call, reading);
	return apply(flow, call, reading, json);
}

/* --- the row ----------------------------------------------------------------------------- */

static struct slice settings_without_time(struct arena *arena, const struct client *client)
{
	struct client copy = *client;
	put_own(arena, &copy, SETTING_SOURCE_EXPIRES, SLICE_EMPTY);
	return copy.settings;
}

static bool is_same(struct arena *arena, const struct client *a, const struct client *b)
{
	return a->type == b->type && a->grants == b->grants && a->algorithm == b->algorithm &&
	       slice_equal(a->name, b->name) && slice_equal(a->redirect_uris, b->redirect_uris) &&
	       slice_equal(a->post_logout_redirect_uris, b->post_logout_redirect_uris) &&
	       slice_equal(a->allowed_scopes, b->allowed_scopes) &&
	       slice_equal(settings_without_time(arena, a), settings_without_time(arena, b));
}

/* When something is read again is no event. */
static enum err store_times(const struct flow *flow, const struct call *call,
			    const struct client *client)
{
	int64_t now = call->now > client->updated ? call->now : client->updated + 1;
	enum err err = store_client_update(flow->store, client, now, NULL);
	client_cache_drop(flow->clients, client->client_id);
	return err;
}

/* That it was read again is no reason for a new review. */
static enum err update(const struct flow *flow, const struct call *call,
		       const struct reading *reading)
{
	struct slice unused;
	struct client *client = reading->new;
	if (!is_same(call->arena, reading->old, client)) {
		client->reviewed = false;
		client_metadata_distrust(call->arena, client);
		return application_store(flow, call, client, &unused);
	}
	return store_times(flow, call, client);
}

/* So that whoever comes next, on whatever node, does not go on with it either. */
static void forget(const struct flow *flow, const struct call *call, const struct reading *reading)
{
	if (!reading->is_gone || !reading->old || !is_known_of_late(call, reading->old))
		return;
	struct client client = *reading->old;
	put_own(call->arena, &client, SETTING_SOURCE_EXPIRES, SLICE("1"));
	enum err err = store_times(flow, call, &client);
	if (err != ERR_OK && err != ERR_UNCHANGED)
		log_warn("a client whose document is gone could not be marked",
			 LOG_TEXT("client_id", client.client_id),
			 LOG_TEXT("error", slice_str(err_name(err))));
}

static enum err save(const struct flow *flow, const struct call *call,
		     const struct reading *reading)
{
	struct slice unused;
	const struct application_insertion insertion = { EVENT_REGISTERED, reading->new };
	enum err err = reading->old ? update(flow, call, reading)
				    : application_insert(flow, call, &insertion, &unused);
	/* somebody else has read it as well: that row is as good */
	return err == ERR_CONFLICT || err == ERR_UNCHANGED ? ERR_OK : err;
}

/* --- looking up -------------------------------------------------------------------------- */

static enum find look(const struct flow *flow, const struct call *call, struct slice client_id,
		      struct client_entry *out)
{
	const struct client_query query = { client_id, call->arena, call->now_ms };
	return client_cache_find(flow->clients, flow->store, &query, out);
}

/* Each new one is a row of the database: RFC7591#5 holds for them as well. */
static bool may_be_added(const struct flow *flow, const struct call *call,
			 const struct reading *reading)
{
	struct throttle_plan plan;
	struct budget budget;
	int64_t retry_after;
	if (reading->old)
		return true;
	throttle_plan_registration(&plan, &call->address);
	budget_make(flow, &plan, &budget);
	return budget_take(flow, call, &budget, &retry_after) == ERR_OK;
}

/* Without a document: what was known of it before, if that is still good. */
static enum find do_without(const struct flow *flow, const struct call *call,
			    const struct reading *reading)
{
	int64_t retry_ms = call->now_ms + METADATA_DOCUMENT_RETRY_S * 1000;
	/* that we are busy says nothing about the client: come back later */
	if (!reading->is_busy)
		document_table_put(flow->documents, reading->client_id, retry_ms);
	forget(flow, call, reading);
	if (may_go_on(call, reading))
		return FOUND;
	return reading->is_busy ? FIND_FAILED : ABSENT;
}

static enum find fetch_client(const struct flow *flow, const struct call *call,
			      struct reading *reading, struct client_entry *out)
{
	if (document_table_has_failed(flow->documents, reading->client_id, call->now_ms))
		return may_go_on(call, reading) ? FOUND : ABSENT;
	if (!may_be_added(flow, call, reading))
		return FIND_FAILED;
	if (!read_document(flow, call, reading))
		return do_without(flow, call, reading);
	document_table_put(flow->documents, reading->client_id, 0);
	if (save(flow, call, reading) != ERR_OK)
		return FIND_FAILED;
	return look(flow, call, reading->client_id, out);
}

static bool is_ours(const struct client *client)
{
	return client_setting_equals(client->settings, SETTING_SOURCE, "metadata_document");
}

struct slice metadata_document_host(const struct client *client)
{
	return is_ours(client) ? client_id_url_host(client->client_id) : SLICE_EMPTY;
}

/* What `out` holds is the row as it is; it counts only when this is FOUND. */
static enum find find_current(const struct flow *flow, const struct call *call,
			      struct slice client_id, struct client_entry *out)
{
	enum find find = look(flow, call, client_id, out);
	bool is_on = flow->settings.metadata_documents && flow->fetch && flow->documents;
	if (find == FIND_FAILED || (find == FOUND && !is_ours(out->client)))
		return find;
	if (!client_id_is_url(client_id) || !is_on)
		return ABSENT;
	/* one that an administrator has disabled is asked nothing */
	if (find == FOUND &&
	    (!out->client->enabled || metadata_document_is_fresh(flow, call, out->client)))
		return FOUND;
	struct reading reading = {
		.client_id = client_id,
		.old = find == FOUND ? out->client : NULL,
		.new = ARENA_NEW(call->arena, struct client),
	};
	return fetch_client(flow, call, &reading, out);
}

enum find metadata_document_find(const struct flow *flow, const struct call *call,
				 struct slice client_id, struct client_entry *out)
{
	enum find find = find_current(flow, call, client_id, out);
	if (find != FOUND)
		*out = (struct client_entry){ .client = NULL };
	return find;
}
