/* SPDX-License-Identifier: Apache-2.0
 *
 * One logout token on its way to one client. BCLOGOUT#2.5, #2.8 */
#include "base/buf.h"
#include "base/log.h"
#include "domain/client_setting.h"
#include "domain/names.h"
#include "fetch/fetch.h"
#include "flow/logout_delivery.h"
#include "flow/logout_token.h"

enum { FORM_MAX = 16384, ANSWER_MAX = 4096, HTTP_OK = 200, HTTP_NO_CONTENT = 204 };

/* What came of a try: "" when it was taken. */
static struct slice answer_reason(const struct call *call, enum fetch_fault fault, int status)
{
	if (fault != FETCH_FINE)
		return slice_str(fetch_fault_name(fault));
	/* BCLOGOUT#2.8, D57: 200; frameworks make 204 of it */
	if (status == HTTP_OK || status == HTTP_NO_CONTENT)
		return SLICE_EMPTY;
	return arena_printf(call->arena, "status %d", status);
}

static struct slice post(const struct flow *flow, const struct call *call, struct slice uri,
			 struct slice token)
{
	struct buf form;
	struct fetch_answer answer = { 0 };
	buf_init_arena(&form, call->arena, FORM_MAX);
	buf_addf(&form, NAME_LOGOUT_TOKEN "=%.*s", SLICE_ARG(token));
	if (!buf_is_whole(&form))
		return SLICE("the token is too long");
	const struct slice body = buf_slice(&form);
	const struct fetch_request request = {
		.class = FETCH_LOGOUT,
		.url = uri,
		.form = &body,
		.most_bytes = ANSWER_MAX,
	};
	enum fetch_fault fault = fetch_do(flow->fetch, call->arena, &request, &answer);
	return answer_reason(call, fault, answer.status);
}

/* "" when it was delivered; otherwise why not. */
static struct slice try_once(const struct flow *flow, const struct call *call,
			     const struct client *client, const struct job_row *job)
{
	struct slice token;
	const struct logout_token_request request = { client, &job->user, job->payload };
	enum err err = logout_token_make(flow, call, &request, &token);
	if (err != ERR_OK)
		return arena_printf(call->arena, "no token: %s", err_name(err));
	return post(flow, call,
		    client_setting_get(client->settings, SETTING_BACKCHANNEL_LOGOUT_URI), token);
}

static void warn_of(const struct job_row *job, const struct client *client, struct slice reason)
{
	log_warn("a logout token was not delivered", LOG_TEXT("client_id", client->client_id),
		 LOG_TEXT("reason", reason), LOG_NUMBER("attempt", job->attempts + 1));
}

static enum err finish(const struct flow *flow, const struct call *call, const struct job_row *job,
		       struct slice reason)
{
	enum event_kind kind = slice_is_empty(reason) ? EVENT_LOGOUT_DELIVERED
						      : EVENT_LOGOUT_UNDELIVERED;
	struct event event = call_event(call, kind, &job->user, &job->client, NULL);
	event.detail = reason;
	return store_job_done(flow->store, &job->id, &event);
}

static enum err write_down(const struct flow *flow, const struct call *call,
			   const struct job_row *job, struct slice reason)
{
	int64_t next = slice_is_empty(reason) ? 0 : job_next_attempt(job, call->now);
	if (next == 0)
		return finish(flow, call, job, reason);
	return store_job_retry(flow->store, &job->id, next);
}

/* A client that is gone, or does not want it any more, is told nothing. */
static bool wants_it(enum find find, const struct client *client)
{
	return find == FOUND && client->enabled &&
	       !slice_is_empty(
		       client_setting_get(client->settings, SETTING_BACKCHANNEL_LOGOUT_URI));
}

void logout_deliver(const struct flow *flow, const struct call *call, const struct job_row *job)
{
	struct client *client = NULL;
	enum err err;
	enum find find = store_client_find(flow->store, call->arena, &job->client, &client);
	if (find == FIND_FAILED)
		return; /* the claim runs out, and somebody tries again */
	if (wants_it(find, client)) {
		struct slice reason = try_once(flow, call, client, job);
		if (!slice_is_empty(reason))
			warn_of(job, client, reason);
		err = write_down(flow, call, job, reason);
	} else {
		err = store_job_done(flow->store, &job->id, NULL);
	}
	if (err != ERR_OK)
		log_warn("what became of a logout token was not written down",
			 LOG_TEXT("error", slice_str(err_name(err))));
}
