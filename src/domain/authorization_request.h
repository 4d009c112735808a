/* SPDX-License-Identifier: Apache-2.0
 *
 * The rules for an authorization request, pushed or not: where its answer may go, how it travels,
 * and what is asked for. RFC6749#4.1.1, RFC6749#4.1.2.1, RFC9700, OIDC#3.1.2.1, OIDC#3.3.2.1. Who
 * the person is, and what he has to be asked, is domain/interaction.h. */
#ifndef DOMAIN_AUTHORIZATION_REQUEST_H
#define DOMAIN_AUTHORIZATION_REQUEST_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/slice.h"
#include "domain/authorization_parameters.h"
#include "domain/client.h"
#include "domain/oauth_error.h"
#include "domain/resource.h"
#include "domain/response_type.h"
#include "domain/scope.h"

/* An error with a sentence of its own ("": that of the error's row). */
struct authorization_refusal {
	enum oauth_error error;
	struct slice text;
};

/* --- where the answer goes: decided first, and what is wrong with it is told to nobody but the
 * person. RFC6749#4.1.2.1 */

enum authorization_target {
	TARGET_FINE = 0,
	TARGET_TWICE,        /* client_id or redirect_uri more than once */
	TARGET_MISSING,      /* no redirect_uri, and it is needed */
	TARGET_UNREGISTERED, /* one that is not registered */
	TARGET_COUNT
};
enum authorization_target authorization_target(const struct authorization_parameters *parameters,
					       const struct client *client, struct slice *uri);
struct slice authorization_target_text(enum authorization_target target);

/* --- how the answer travels, also one that is an error */

enum response_mode authorization_response_mode(const struct authorization_parameters *parameters,
					       struct slice uri);
/* "" where it came twice */
struct slice authorization_state(const struct authorization_parameters *parameters);
/* Whether the request says that nothing may be shown to the person, however wrong it is. */
bool authorization_is_silent(const struct authorization_parameters *parameters);

/* --- the request itself */

struct authorization_rules {
	const struct client *client;
	bool hybrid;       /* response types with an ID token are offered */
	bool require_pkce; /* of every client */
	bool sign_up;      /* prompt=create is offered */
	const struct scope_list *scopes;
	const struct resource_list *resources;
};
struct authorization_request {
	enum response_type type;
	struct slice scope;    /* that would be granted */
	struct slice resource; /* likewise, space separated */
	struct slice nonce;
	struct slice code_challenge;
	struct slice binding; /* dpop_jkt, as domain/binding.h writes it */
	unsigned prompts;     /* bits, domain/prompt.h */
	int64_t max_age;      /* -1: none */
};
/* False, and why, when it is refused. */
MUST_USE bool authorization_request_check(const struct authorization_rules *rules,
					  const struct authorization_parameters *parameters,
					  struct arena *arena, struct authorization_request *out,
					  struct authorization_refusal *refusal);

#endif
