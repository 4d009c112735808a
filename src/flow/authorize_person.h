/* SPDX-License-Identifier: Apache-2.0
 *
 * Who would allow an authorization request: of those who are signed in in this browser the one whom
 * the request means, and whether he is the one, signed in as it demands and since it began.
 * OIDC#3.1.2.1 (id_token_hint, login_hint, prompt), #5.5.1 */
#ifndef FLOW_AUTHORIZE_PERSON_H
#define FLOW_AUTHORIZE_PERSON_H

#include "flow/authorize_asked.h"

struct authorize_person {
	struct session_list people;   /* the acting one first */
	const struct session *person; /* NULL: nobody is signed in */
	bool renewed;                 /* as domain/interaction.h has them */
	bool chosen;
	bool is_wanted;
	bool acr_fits;
};
/* OAUTH_OK; OAUTH_INVALID_REQUEST with a sentence: the hint is no good;
 * OAUTH_TEMPORARILY_UNAVAILABLE. */
struct authorization_refusal authorize_person_find(const struct flow *flow, const struct call *call,
						   const struct asked *asked,
						   const struct session *session,
						   struct authorize_person *out);

#endif
