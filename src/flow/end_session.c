/* SPDX-License-Identifier: Apache-2.0
 *
 * Each step looks at one parameter, and says no when it has to. */
#include "flow/end_session.h"

#include "base/buf.h"
#include "base/encode.h"
#include "domain/names.h"
#include "flow/accounts.h"
#include "flow/id_token.h"
#include "flow/kept_request.h"
#include "flow/metadata_document.h"
#include "flow/subject.h"

enum { URI_MAX = 16384 };

struct judge {
	const struct flow *flow;
	const struct call *call;
	const struct end_session_request *request;
	struct id_token_hint hint;
	bool has_hint;
	struct end_session_result *out;
};

/* All give false when the outcome is there. */

static bool refuse(struct judge *judge, struct slice text)
{
	judge->out->outcome = END_SESSION_REFUSED;
	judge->out->text = text;
	return false;
}

static bool give_up(struct judge *judge)
{
	judge->out->outcome = END_SESSION_UNAVAILABLE;
	return false;
}

/* RPLOGOUT#2: issued by us, signed by us; its age does not matter */
static bool read_hint(struct judge *judge)
{
	struct slice text = judge->request->id_token_hint;
	if (slice_is_empty(text))
		return true;
	enum err err = id_token_hint_read(judge->flow, judge->call, text, &judge->hint);
	if (err == ERR_DATABASE)
		return give_up(judge);
	if (err != ERR_OK)
		return refuse(judge, SLICE("Its id_token_hint is not an ID token of this server."));
	judge->has_hint = true;
	return true;
}

/* Nothing is fetched but what is known and overdue: whoever names a new document signs nobody out.
 */
static enum find look(struct judge *judge, struct slice client_id)
{
	struct client_secret_list secrets;
	struct client_entry entry;
	struct client **client = &judge->out->client;
	enum find find = store_client_find_by_client_id(judge->flow->store, judge->call->arena,
							client_id, client, &secrets);
	if (find != FOUND || metadata_document_is_fresh(judge->flow, judge->call, *client))
		return find;
	find = metadata_document_find(judge->flow, judge->call, client_id, &entry);
	*client = entry.client;
	return find;
}

static bool find_client(struct judge *judge)
{
	struct slice client_id = judge->request->client_id;
	/* RPLOGOUT#2: client_id and the audience of the hint are the same */
	if (judge->has_hint && !slice_is_empty(client_id) &&
	    !slice_equal(client_id, judge->hint.client_id))
		return refuse(judge, SLICE("Its client_id and its id_token_hint are of different "
					   "applications."));
	if (judge->has_hint)
		client_id = judge->hint.client_id;
	if (slice_is_empty(client_id))
		return true;
	enum find find = look(judge, client_id);
	if (find == FIND_FAILED)
		return give_up(judge);
	if (find == FOUND && judge->out->client->enabled)
		return true;
	judge->out->client = NULL;
	return refuse(judge, SLICE("The application that it names is not known here."));
}

static bool is_registered(const struct client *client, struct slice uri)
{
	return !slice_is_empty(uri) && slice_has_part(client->post_logout_redirect_uris, '\n', uri);
}

/* RPLOGOUT#3: state comes back as it was sent */
static bool add_state(struct judge *judge, struct slice uri)
{
	struct slice state = judge->request->state;
	struct buf text;
	buf_init_arena(&text, judge->call->arena, URI_MAX);
	buf_add(&text, uri);
	if (!slice_is_empty(state)) {
		buf_addf(&text, "%c" NAME_STATE "=", slice_has_byte(uri, '?') ? '&' : '?');
		encode_percent(&text, state);
	}
	if (state.len > END_SESSION_STATE_MAX || !buf_is_whole(&text))
		return refuse(judge, SLICE("Its state is too long."));
	judge->out->uri = buf_slice(&text);
	return true;
}

/* RPLOGOUT#3: only to a URI that this very client has registered */
static bool find_uri(struct judge *judge)
{
	struct slice uri = judge->request->post_logout_redirect_uri;
	if (slice_is_empty(uri) || !judge->out->client)
		return true; /* D53: from nobody that we know */
	if (!is_registered(judge->out->client, uri))
		return refuse(judge, SLICE("Its post_logout_redirect_uri is not registered for "
					   "this application."));
	return add_state(judge, uri);
}

/* The same person in the same session: what another session's ID token says may have been said
 * anywhere. */
static bool is_of(const struct judge *judge, const struct session *session)
{
	char sid[ID_TEXT_LEN + 1];
	struct slice subject = subject_of(judge->flow, judge->call->arena, judge->out->client,
					  &session->user.id);
	return slice_equal(judge->hint.sid, id_text(&session->sid, sid)) &&
	       slice_equal(judge->hint.subject, subject);
}

/* Whether the person signed in there with this session. A device has an ID token of it as well, but
 * whoever talked somebody into approving one shall not sign him out here. D52, D56 */
static enum find find_sign_in(const struct judge *judge, const struct session *session)
{
	static const enum grant grant = GRANT_AUTHORIZATION_CODE;
	struct authorization_list list;
	const struct authorization_filter filter = {
		.user = &session->user.id,
		.client = &judge->out->client->id,
		.sid = &session->sid,
		.grant = &grant,
		.revoked_too = true,
		.limit = 1,
	};
	if (store_authorization_list(judge->flow->store, judge->call->arena, &filter, &list) !=
	    ERR_OK)
		return FIND_FAILED;
	return list.count > 0 ? FOUND : ABSENT;
}

/* RPLOGOUT#2, D52, ASVS#10.6.2: without a hint of this session the person is asked. So he is when
 * others would be signed out with him. */
static void decide(struct judge *judge)
{
	const struct session *session = judge->request->session;
	judge->out->outcome = END_SESSION_ASK;
	if (!session)
		judge->out->outcome = END_SESSION_NOBODY;
	else if (judge->has_hint && session->others == 0 && is_of(judge, session) &&
		 find_sign_in(judge, session) == FOUND)
		judge->out->outcome = END_SESSION_NOW;
}

void end_session(const struct flow *flow, const struct call *call,
		 const struct end_session_request *request, struct end_session_result *out)
{
	struct judge judge = { .flow = flow, .call = call, .request = request, .out = out };
	*out = (struct end_session_result){ .text = SLICE_EMPTY };
	if (read_hint(&judge) && find_client(&judge) && find_uri(&judge))
		decide(&judge);
}

/* --- kept requests ------------------------------------------------------------------------------
 */

enum err end_session_keep(const struct flow *flow, const struct call *call, struct slice body,
			  struct slice *handle, int64_t *retry_after)
{
	const struct kept_request_new new = { KEPT_LOGOUT, body, END_SESSION_KEPT_S };
	if (body.len > END_SESSION_BODY_MAX)
		return ERR_INVALID;
	return kept_request_keep(flow, call, &new, handle, retry_after);
}

enum find end_session_kept(const struct flow *flow, const struct call *call, struct slice handle,
			   struct slice *parameters)
{
	struct kept_request *kept;
	*parameters = SLICE_EMPTY;
	enum find find = kept_request_find(flow, call, KEPT_LOGOUT, handle, &kept);
	if (find != FOUND)
		return find;
	if (kept->used != 0 || kept->expires <= call->now)
		return ABSENT;
	*parameters = kept->parameters;
	return FOUND;
}

enum err end_session_use(const struct flow *flow, const struct call *call, struct slice handle)
{
	struct hash hash;
	const struct event event = call_event(call, EVENT_REQUEST_USED, NULL, NULL, NULL);
	hash_sha256(handle, &hash);
	return store_kept_use(flow->store, &hash, call->now, &event);
}
