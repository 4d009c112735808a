/* SPDX-License-Identifier: Apache-2.0
 *
 * RP-Initiated Logout: an application sends the browser here to have the person signed out. Whether
 * that is done at once, asked, or refused; what is done then is flow/logout.h. RPLOGOUT#2, #3 */
#ifndef FLOW_END_SESSION_H
#define FLOW_END_SESSION_H

#include "base/attr.h"
#include "flow/flow.h"

enum {
	END_SESSION_KEPT_S = 600,     /* a request that another site posted */
	END_SESSION_BODY_MAX = 24576, /* bytes of it */
	END_SESSION_STATE_MAX = 2048,
};

enum end_session_outcome {
	/* The request shows an ID token of this very session: that is proof enough that it comes
	 * from an application which the person uses. ASVS#10.6.2 */
	END_SESSION_NOW = 0,
	END_SESSION_ASK,     /* the person, by a form of ours */
	END_SESSION_NOBODY,  /* is signed in: go on */
	END_SESSION_REFUSED, /* `text`; nothing happens, and the browser stays here */
	END_SESSION_UNAVAILABLE
};
struct end_session_request {
	struct slice id_token_hint; /* "" where it was not sent, as all here */
	struct slice client_id;
	struct slice post_logout_redirect_uri;
	struct slice state;
	const struct session *session; /* NULL: nobody is signed in */
};
struct end_session_result {
	enum end_session_outcome outcome;
	struct client *client; /* NULL: not known */
	struct slice uri;      /* a registered one, with the state: where to go afterwards; "" */
	struct slice text;
};
void end_session(const struct flow *flow, const struct call *call,
		 const struct end_session_request *request, struct end_session_result *out);

/* A request that was posted from anywhere: kept for ten minutes and one logout, since the cookie of
 * the session comes only with the GET that follows. ERR_INVALID: too large; ERR_FULL: too many from
 * this address (`*retry_after`). */
MUST_USE enum err end_session_keep(const struct flow *flow, const struct call *call,
				   struct slice body, struct slice *handle, int64_t *retry_after);
/* Its parameters, form-encoded, while it may be used. */
enum find end_session_kept(const struct flow *flow, const struct call *call, struct slice handle,
			   struct slice *parameters);
/* Once. ERR_UNCHANGED. */
MUST_USE enum err end_session_use(const struct flow *flow, const struct call *call,
				  struct slice handle);

#endif
