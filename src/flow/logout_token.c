/* SPDX-License-Identifier: Apache-2.0
 *
 * There is never a nonce in one, so that it cannot pass for an ID token; its type says the same.
 * BCLOGOUT#2.4 */
#include "flow/logout_token.h"

#include "base/random_text.h"
#include "domain/names.h"
#include "flow/signing.h"
#include "flow/subject.h"

enum { LIFETIME_S = 120, JTI_BYTES = 16 };

#define EVENT_URI "http://schemas.openid.net/event/backchannel-logout"

static void set_events(struct json *claims)
{
	struct json *events = json_object_new();
	struct json *nothing = json_object_new();
	json_set_json(events, EVENT_URI, &nothing);
	json_set_json(claims, "events", &events);
}

enum err logout_token_make(const struct flow *flow, const struct call *call,
			   const struct logout_token_request *request, struct slice *out)
{
	struct json *claims = json_object_new();
	/* BCLOGOUT#2.4: iss, aud, iat, exp, jti and events; D58: sub and sid, both, for whichever
	 * the client goes by */
	json_set_text(claims, NAME_ISS, flow->settings.issuer);
	json_set_text(claims, "aud", request->client->client_id);
	json_set_number(claims, "iat", call->now);
	json_set_number(claims, "exp", call->now + LIFETIME_S);
	json_set_text(claims, "jti", random_text(call->arena, SLICE_EMPTY, JTI_BYTES));
	json_set_text(claims, NAME_SUB,
		      subject_of(flow, call->arena, request->client, request->user));
	json_set_text(claims, NAME_SID, request->sid);
	set_events(claims);
	const struct signing_request signing = {
		/* BCLOGOUT#2.6: as its ID tokens are */
		.alg = signing_alg_of(request->client, ALG_RS256),
		.typ = "logout+jwt",
		.claims = claims,
	};
	enum err err = signing_sign(flow, call, &signing, out);
	json_free(&claims);
	return err;
}
