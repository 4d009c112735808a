/* SPDX-License-Identifier: Apache-2.0
 *
 * An access token that is presented to us as a resource: RFC 6750, and RFC9449#7 for the ones that
 * are bound to a key, RFC8705#3 for those bound to a certificate. */
#ifndef ENDPOINT_BEARER_H
#define ENDPOINT_BEARER_H

#include "flow/access_token.h"
#include "web/web.h"

struct bearer_rule {
	const char *scope; /* that the token must have; NULL: none */
	bool by_form;      /* a POST may carry it as access_token: RFC6750#2.2 */
	bool of_person;    /* not of a client alone */
	bool any_audience; /* also one that is for some resource; otherwise for this server alone */
};
/* On a worker. False when it has answered: no token, two, one that is no good or may not do this.
 */
bool bearer_check(struct web_context *context, const struct bearer_rule *rule,
		  struct access_token *out);

#endif
