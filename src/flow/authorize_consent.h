/* SPDX-License-Identifier: Apache-2.0
 *
 * What stands hidden in the consent form: the request, and a MAC over it and over all that the page
 * showed. What the person has not seen is never given: OIDC#3.1.2.4, RFC6749#10.12. */
#ifndef FLOW_AUTHORIZE_CONSENT_H
#define FLOW_AUTHORIZE_CONSENT_H

#include <stdbool.h>

#include "base/attr.h"
#include "base/err.h"
#include "flow/flow.h"

struct consent_shown {
	struct slice query; /* that leads to the page again, mark and all */
	const struct session *person;
	const struct client *client;
	struct slice redirect_uri;
	struct slice scope;
	struct slice resource;
};
struct slice authorize_consent_write(const struct flow *flow, const struct call *call,
				     const struct consent_shown *shown);

struct consent_handle {
	int64_t at;
	struct slice mac;
	struct slice query;
};
/* ERR_INVALID: none of ours. Believe nothing in it before it fits. */
MUST_USE enum err authorize_consent_read(struct slice text, struct consent_handle *out);
/* Of this page, not older than AUTHORIZE_INTERACTION_S. */
bool authorize_consent_fits(const struct flow *flow, const struct call *call,
			    const struct consent_handle *handle, const struct consent_shown *shown);

#endif
