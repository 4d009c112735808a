/* SPDX-License-Identifier: Apache-2.0
 *
 * The clients of a session are those with an authorization of its sid: also one that is revoked or
 * spent, since the client may have a session of its own left. Frames are looked for when the
 * session has ended, so that a client is among them that was given something at the last moment. */
#include "flow/logout.h"

#include "base/buf.h"
#include "base/encode.h"
#include "base/log.h"
#include "domain/client_setting.h"
#include "domain/names.h"
#include "flow/logout_delivery.h"

enum { FRAMES_MAX = 200, URL_MAX = 4096 };

struct logout {
	const struct flow *flow;
	const struct call *call;
	struct slice frames[FRAMES_MAX];
	size_t frame_count;
};

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

static enum err add_frames(struct logout *logout, const struct session *place)
{
	struct client_list clients;
	const struct session_clients filter = {
		.user = &place->user.id,
		.sid = &place->sid,
		.setting = SETTING_FRONTCHANNEL_LOGOUT_URI,
		.limit = FRAMES_MAX - logout->frame_count,
	};
	enum err err = store_client_list_of_session(logout->flow->store, logout->call->arena,
						    &filter, &clients);
	for (size_t i = 0; err == ERR_OK && i < clients.count; i++)
		add_frame(logout, &clients.items[i], &place->sid);
	return err;
}

/* The session is gone, whatever comes of this. */
static void add_all_frames(struct logout *logout, const struct session_list *people)
{
	enum err err = ERR_OK;
	for (size_t i = 0; err == ERR_OK && i < people->count; i++)
		err = add_frames(logout, &people->items[i]);
	if (err != ERR_OK)
		log_warn("applications were not told of a sign-out by frames",
			 LOG_TEXT("error", slice_str(err_name(err))));
}

static enum err remove_session(const struct flow *flow, const struct call *call,
			       const struct session *session)
{
	const struct event event = call_event(call, EVENT_SIGNED_OUT, &session->user.id, NULL,
					      NULL);
	enum err err = store_session_remove(flow->store, &session->hash, call->now, &event);
	return err == ERR_ABSENT ? ERR_OK : err; /* gone already: what was wanted */
}

enum err logout_session(const struct flow *flow, const struct call *call,
			const struct session *session, struct logout_frames *frames)
{
	struct logout *logout = ARENA_NEW(call->arena, struct logout);
	logout->flow = flow;
	logout->call = call;
	struct session_list people;
	*frames = (struct logout_frames){ .count = 0 };
	enum err err = store_session_people(flow->store, call->arena, &session->hash, &people);
	if (err == ERR_OK)
		err = remove_session(flow, call, session);
	if (err != ERR_OK)
		return err;
	logout_delivery_wake(flow->deliveries);
	add_all_frames(logout, &people);
	*frames = (struct logout_frames){ logout->frames, logout->frame_count };
	return ERR_OK;
}
