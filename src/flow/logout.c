/* SPDX-License-Identifier: Apache-2.0
 *
 * The clients of a session are those with an authorization of its sid: also one that is revoked or
 * spent, since the client may have a session of its own left. First the tokens, then the jobs, then
 * the session itself: whatever breaks in between, the person is still signed in and can do it
 * again.
 *
 * Then once more. A code may be given while the first look goes on, by any node; but the statement
 * that inserts one asks whether the person's place in the session is there, and holds it until it
 * is committed (store_code_insert()). So each code was either committed before the session was
 * gone, and the second look finds it, or is refused; and as long as the session stands nobody can
 * say that there will be no other. */
#include "flow/logout.h"

#include "base/buf.h"
#include "base/encode.h"
#include "base/log.h"
#include "base/rng.h"
#include "domain/client_setting.h"
#include "domain/names.h"
#include "flow/logout_delivery.h"

enum { AUTHORIZATIONS_MAX = 1000, TOLD_MAX = 200, URL_MAX = 4096 };

/* One client and one sid: told once. */
struct told {
	struct id client;
	struct id sid;
};

struct logout {
	const struct flow *flow;
	const struct call *call;
	struct told told[TOLD_MAX];
	size_t told_count;
	struct job_row jobs[TOLD_MAX];
	size_t job_count;
	struct slice frames[TOLD_MAX];
	size_t frame_count;
};

static struct logout *logout_new(const struct flow *flow, const struct call *call)
{
	struct logout *logout = ARENA_NEW(call->arena, struct logout);
	logout->flow = flow;
	logout->call = call;
	return logout;
}

/* --- telling clients ----------------------------------------------------------------------------
 */

static bool is_new(struct logout *logout, const struct authorization *given)
{
	for (size_t i = 0; i < logout->told_count; i++) {
		const struct told *told = &logout->told[i];
		if (id_equal(&told->client, &given->client) && id_equal(&told->sid, &given->sid))
			return false;
	}
	if (logout->told_count == TOLD_MAX)
		return false;
	logout->told[logout->told_count++] = (struct told){ given->client, given->sid };
	return true;
}

static void add_job(struct logout *logout, const struct authorization *given)
{
	char sid[ID_TEXT_LEN + 1];
	struct job_row *job = &logout->jobs[logout->job_count++];
	*job = (struct job_row){
		.kind = JOB_BACKCHANNEL_LOGOUT,
		.client = given->client,
		.user = given->user,
		.payload = arena_slice(logout->call->arena, id_text(&given->sid, sid)),
		.created = logout->call->now,
		.due = logout->call->now,
	};
	rng_bytes(job->id.bytes, ID_BYTES);
}

/* FCLOGOUT#2: iss and sid, both or neither */
static void add_frame(struct logout *logout, const struct client *client, const struct id *sid)
{
	struct slice uri = client_setting_get(client->settings, SETTING_FRONTCHANNEL_LOGOUT_URI);
	struct buf url;
	char text[ID_TEXT_LEN + 1];
	buf_init_arena(&url, logout->call->arena, URL_MAX);
	buf_add(&url, uri);
	if (client_setting_is(client->settings, SETTING_FRONTCHANNEL_LOGOUT_SESSION)) {
		buf_addf(&url, "%c" NAME_ISS "=", slice_has_byte(uri, '?') ? '&' : '?');
		encode_percent(&url, logout->flow->settings.issuer);
		buf_addf(&url, "&" NAME_SID "=%.*s", SLICE_ARG(id_text(sid, text)));
	}
	if (buf_is_whole(&url))
		logout->frames[logout->frame_count++] = buf_slice(&url);
}

static bool has_setting(const struct client *client, enum client_setting setting)
{
	return !slice_is_empty(client_setting_get(client->settings, setting));
}

static enum err tell(struct logout *logout, const struct authorization *given)
{
	struct client *client;
	if (!is_new(logout, given))
		return ERR_OK;
	enum find find = store_client_find(logout->flow->store, logout->call->arena, &given->client,
					   &client);
	if (find != FOUND)
		return find == ABSENT ? ERR_OK : ERR_DATABASE;
	if (!client->enabled)
		return ERR_OK;
	if (has_setting(client, SETTING_BACKCHANNEL_LOGOUT_URI))
		add_job(logout, given);
	if (has_setting(client, SETTING_FRONTCHANNEL_LOGOUT_URI))
		add_frame(logout, client, &given->sid);
	return ERR_OK;
}

/* --- what was given -----------------------------------------------------------------------------
 */

static bool is_offline(struct slice scope)
{
	struct slice word;
	while (slice_word(&scope, &word)) {
		if (slice_equal(word, SLICE("offline_access")))
			return true;
	}
	return false;
}

/* BCLOGOUT#2.7, D55: what was given for offline access stays. OIDC#11 */
static enum err revoke(const struct logout *logout, const struct authorization *given)
{
	if (given->revoked != 0 || is_offline(given->scope))
		return ERR_OK;
	struct event event = call_event(logout->call, EVENT_AUTHORIZATION_REVOKED, &given->user,
					&given->client, &given->id);
	event.detail = SLICE("signed out");
	enum err err = store_authorization_revoke(logout->flow->store, &given->id, NULL,
						  logout->call->now, &event);
	return err == ERR_ABSENT ? ERR_OK : err; /* gone already: what was wanted */
}

static enum err end_one(struct logout *logout, const struct authorization *given)
{
	/* D56: a device was given its own access, in whichever browser that was. */
	if (given->grant != GRANT_AUTHORIZATION_CODE || id_is_zero(&given->sid))
		return ERR_OK;
	enum err err = revoke(logout, given);
	return err == ERR_OK ? tell(logout, given) : err;
}

static enum err end_all(struct logout *logout, const struct authorization_filter *filter)
{
	struct authorization_list list;
	enum err err = store_authorization_list(logout->flow->store, logout->call->arena, filter,
						&list);
	for (size_t i = 0; err == ERR_OK && i < list.count; i++)
		err = end_one(logout, &list.items[i]);
	return err;
}

static enum err end_session_of(struct logout *logout, const struct session *session)
{
	const struct authorization_filter filter = {
		.user = &session->user.id,
		.sid = &session->sid,
		.revoked_too = true,
		.limit = AUTHORIZATIONS_MAX,
	};
	return end_all(logout, &filter);
}

static enum err post_jobs(struct logout *logout)
{
	if (logout->job_count == 0)
		return ERR_OK;
	struct event event = call_event(logout->call, EVENT_LOGOUT_QUEUED, &logout->jobs[0].user,
					NULL, NULL);
	event.detail = arena_printf(logout->call->arena, "%zu", logout->job_count);
	enum err err = store_job_insert(logout->flow->store, logout->jobs, logout->job_count,
					&event);
	if (err != ERR_OK)
		return err;
	logout->job_count = 0;
	logout_delivery_wake(logout->flow->deliveries);
	return ERR_OK;
}

/* --- signing out --------------------------------------------------------------------------------
 */

static enum err end_people(struct logout *logout, const struct session_list *people)
{
	enum err err = ERR_OK;
	for (size_t i = 0; err == ERR_OK && i < people->count; i++)
		err = end_session_of(logout, &people->items[i]);
	return err == ERR_OK ? post_jobs(logout) : err;
}

static enum err remove_session(const struct logout *logout, const struct session *session)
{
	const struct event event = call_event(logout->call, EVENT_SIGNED_OUT, &session->user.id,
					      NULL, NULL);
	enum err err = store_session_remove(logout->flow->store, &session->hash, &event);
	return err == ERR_ABSENT ? ERR_OK : err; /* gone already: what was wanted */
}

enum err logout_session(const struct flow *flow, const struct call *call,
			const struct session *session, struct logout_frames *frames)
{
	struct logout *logout = logout_new(flow, call);
	struct session_list people;
	enum err err = store_session_people(flow->store, call->arena, &session->hash, &people);
	if (err == ERR_OK)
		err = end_people(logout, &people);
	if (err == ERR_OK)
		err = remove_session(logout, session);
	if (err == ERR_OK)
		err = end_people(logout, &people);
	*frames = (struct logout_frames){ logout->frames, logout->frame_count };
	return err;
}

static void warn_of(enum err err)
{
	if (err != ERR_OK)
		log_warn("applications were not told of a sign-out",
			 LOG_TEXT("error", slice_str(err_name(err))));
}

void logout_left_behind(const struct flow *flow, const struct call *call,
			const struct session_list *people)
{
	warn_of(end_people(logout_new(flow, call), people));
}

struct logout *logout_person(const struct flow *flow, const struct call *call,
			     const struct id *user)
{
	struct logout *logout = logout_new(flow, call);
	logout_person_again(logout, user);
	return logout;
}

void logout_person_again(struct logout *logout, const struct id *user)
{
	const struct authorization_filter filter = {
		.user = user,
		.revoked_too = true,
		.limit = AUTHORIZATIONS_MAX,
	};
	enum err err = end_all(logout, &filter);
	warn_of(err == ERR_OK ? post_jobs(logout) : err);
}
