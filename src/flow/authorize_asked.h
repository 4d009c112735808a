/* SPDX-License-Identifier: Apache-2.0
 *
 * From the text of an address to a request that has been judged: whatever was kept or signed is
 * fetched and opened, the client found, the rules asked. Shared by the authorization endpoint and
 * by pushed requests. Nothing is written here. */
#ifndef FLOW_AUTHORIZE_ASKED_H
#define FLOW_AUTHORIZE_ASKED_H

#include "domain/authorization_parameters.h"
#include "domain/authorization_request.h"
#include "flow/authorize_mark.h"
#include "flow/claims_parameter.h"
#include "flow/flow.h"

enum asked_state {
	ASKED_FINE = 0,
	ASKED_REFUSED,    /* `refusal`, to be told to the client at `uri` */
	ASKED_UNSAFE,     /* `refusal`, to be told to the person alone: RFC6749#4.1.2.1 */
	ASKED_UNAVAILABLE /* the database does not answer */
};
enum { ASKED_KEPT_MAX = 2 }; /* posted, and pushed */

struct asked {
	enum asked_state state;
	struct authorization_refusal refusal;
	struct slice base;          /* the query that asks this again, without a mark */
	struct authorize_mark mark; /* of this request, from now or from an earlier step */
	struct authorization_parameters parameters;
	struct hash kept[ASKED_KEPT_MAX]; /* rows that are spent by an answer */
	size_t kept_count;
	bool is_pushed;
	struct client *client; /* NULL: not known */
	struct slice uri;      /* the redirect URI; "": not known to be right */
	struct authorization_request request;
	struct claims_parameter claims;
	struct slice shown_scope; /* what the person is asked to allow: the scope, and the scopes of
				     claims that are wished by name */
};

/* `session`: of the browser that asks; or NULL. */
void asked_read(const struct flow *flow, const struct call *call, struct slice query,
		const struct session *session, struct asked *out);
/* The same for parameters that came from their client itself: `out->client` and `out->parameters`
 * are there, all else is zero. RFC9126#2.1 */
void asked_judge(const struct flow *flow, const struct call *call, struct asked *out);

#endif
