/* SPDX-License-Identifier: Apache-2.0
 *
 * The authorization endpoint: RFC6749#4.1, RFC9700, OIDC#3.1.2, OIDC#3.3.2. A request is judged
 * anew at each step, from its own text: nothing is written for a visitor who is not signed in. What
 * must be known of earlier steps (when it began, in which session, whether an account was chosen)
 * travels in `next` as a mark with a MAC over all of it, so that reloading and going back lose
 * nothing. */
#ifndef FLOW_AUTHORIZE_H
#define FLOW_AUTHORIZE_H

#include "base/attr.h"
#include "domain/response_type.h"
#include "flow/flow.h"

enum {
	AUTHORIZE_NEXT_MAX = 12288, /* bytes of a path that goes on with a request */
	AUTHORIZE_KEPT_S = 600, /* a request that another site posted, from then to the answer */
	AUTHORIZE_BODY_MAX = 16384,     /* bytes of it */
	AUTHORIZE_PUSHED_WAIT_S = 1800, /* one that was pushed, when it was used in time */
	AUTHORIZE_INTERACTION_S = 3600, /* from its first step to the answer */
	AUTHORIZE_SKEW_S = 2,           /* by which the clock of the next node may be behind */
	AUTHORIZE_FIELDS_MAX = 8
};

enum authorize_outcome {
	/* To the client, by way of the browser: `response`. */
	AUTHORIZE_RESPOND = 0,
	/* The login form, in place, its `next` being ours: somebody shall sign in, or the one who
	 * is signed in once more (`again`). */
	AUTHORIZE_SIGN_IN,
	/* The form for a new account. OpenID Connect Prompt Create 1.0 */
	AUTHORIZE_SIGN_UP,
	/* Which of `people` shall act: the chooser, with this `next` alone, which says that it was
	 * shown. */
	AUTHORIZE_CHOOSE,
	/* The consent page. Its `next` is for those who choose another account on it. */
	AUTHORIZE_CONSENT,
	/* An error page, status 400, no Location: `error`, `text`. RFC6749#4.1.2.1 */
	AUTHORIZE_REFUSED,
	/* The consent form is of another session, another request or too old: status 403. */
	AUTHORIZE_STALE,
	/* The database does not answer: 503. */
	AUTHORIZE_UNAVAILABLE
};

struct authorize_field {
	const char *name;
	struct slice value;
};
struct authorize_response {
	enum response_mode mode;
	struct slice uri; /* the redirect URI */
	struct authorize_field fields[AUTHORIZE_FIELDS_MAX];
	size_t count;
};

struct authorize_result {
	enum authorize_outcome outcome;
	/* Whenever they are known to be right; every page on the way lets its forms lead to this
	 * URI (form-action), since browsers follow the redirects of a form under the page's policy.
	 */
	struct client *client;     /* NULL otherwise */
	struct slice redirect_uri; /* "" otherwise */
	/* Of the pages on the way. */
	struct slice next;       /* a path of ours that goes on with this request, the mark in it */
	struct slice login_hint; /* "" when there is none; a name as text, not known to exist */
	bool again;
	struct session person; /* who would be the one who allows, with CONSENT; in CHOOSE the
				  acting one */
	struct session_list people;
	/* CONSENT */
	struct slice handle; /* hidden in the form: what is asked for, with a MAC */
	struct scope_list scopes;
	struct resource_list resources;
	bool is_remembered; /* it will not be asked again */
	/* RESPOND */
	struct authorize_response response;
	/* REFUSED */
	enum oauth_error error;
	struct slice text; /* a sentence; "": as the error's row has it */
};

/* GET. `session`: with the acting person, or NULL. */
struct authorize_request {
	struct slice query; /* raw */
	const struct session *session;
};
void authorize(const struct flow *flow, const struct call *call,
	       const struct authorize_request *request, struct authorize_result *out);

/* The consent form. Whatever has changed since it was shown is asked again. */
struct authorize_decision {
	struct slice handle;
	bool accept;
	const struct session *session;
};
void authorize_decide(const struct flow *flow, const struct call *call,
		      const struct authorize_decision *decision, struct authorize_result *out);

/* A request that came as a POST from anywhere (OIDC#3.1.2.1): kept for ten minutes and one answer;
 * nothing else changes. `*location` is the path to which the browser is sent with 303. ERR_INVALID:
 * too large, or no form; ERR_FULL: too many from this address (`*retry_after`). */
MUST_USE enum err authorize_keep(const struct flow *flow, const struct call *call,
				 struct slice body, struct slice *location, int64_t *retry_after);

/* For the pages that are shown on the way by others (a wrong password, a name that is taken): what
 * waits behind this `next`. ABSENT: nothing of ours, or the request is no good. */
struct authorize_waiting {
	struct client *client;
	struct slice redirect_uri; /* for form-action */
	struct slice login_hint;
};
enum find authorize_waiting(const struct flow *flow, const struct call *call, struct slice next,
			    struct authorize_waiting *out);

#endif
