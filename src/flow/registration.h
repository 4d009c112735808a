/* SPDX-License-Identifier: Apache-2.0
 *
 * Clients that register themselves: RFC 7591, and change or remove what they registered by the
 * token that they were given then: RFC 7592. What registers itself is reviewed by nobody, has no
 * owner, and gets no grant by which it could act without a person, unless an administrator has
 * handed out a ticket (the initial access token). */
#ifndef FLOW_REGISTRATION_H
#define FLOW_REGISTRATION_H

#include "base/attr.h"
#include "domain/client.h"
#include "domain/oauth_error.h"
#include "flow/client_cache.h"
#include "flow/flow.h"
#include "json/json.h"

struct registration_outcome {
	struct client *client; /* what is registered now */
	struct slice secret;   /* made just now: shown this once; "" */
	struct slice token; /* registration access token; shown this once, or as it was presented */
	struct slice why;   /* fixed words, in ASCII, for an error; "": the error's own */
	int64_t retry_after; /* over budget */
	bool over_budget;
};

/* `ticket` is the bearer token of the request, "" when there was none. OAUTH_OK;
 * OAUTH_INVALID_TOKEN: it is needed, or no good; OAUTH_INVALID_REDIRECT_URI,
 * OAUTH_INVALID_CLIENT_METADATA, OAUTH_INVALID_SOFTWARE_STATEMENT;
 * OAUTH_TEMPORARILY_UNAVAILABLE. */
enum oauth_error registration_add(const struct flow *flow, const struct call *call,
				  struct slice ticket, const struct json *metadata,
				  struct registration_outcome *out);

/* Who calls the configuration endpoint of a client. */
struct registration_caller {
	struct slice client_id; /* of the path */
	struct slice token;     /* "": none */
};
/* The client of this registration access token. OAUTH_INVALID_TOKEN. */
enum oauth_error registration_find(const struct flow *flow, const struct call *call,
				   const struct registration_caller *caller,
				   struct client_entry *out);
/* The metadata replace all that was registered: RFC7592#2.2. */
enum oauth_error registration_update(const struct flow *flow, const struct call *call,
				     const struct registration_caller *caller,
				     const struct json *metadata, struct registration_outcome *out);
enum oauth_error registration_remove(const struct flow *flow, const struct call *call,
				     const struct registration_caller *caller);

/* The client information response: RFC7591#3.2.1, RFC7592#3. */
struct slice registration_document(const struct flow *flow, struct arena *arena,
				   const struct registration_outcome *outcome);

#endif
