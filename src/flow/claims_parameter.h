/* SPDX-License-Identifier: Apache-2.0
 *
 * The claims parameter: OIDC#5.5. What it demands of the person is read here, and what it wishes to
 * know about him is cut down to what the client may know: a claim is as good as the scope that it
 * belongs to, so the client must be allowed that scope, and the person must be shown it. What is
 * left is given by flow/user_claims.h. D64 */
#ifndef FLOW_CLAIMS_PARAMETER_H
#define FLOW_CLAIMS_PARAMETER_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "base/slice.h"
#include "domain/scope.h"

enum { CLAIMS_ACR_MAX = 8, CLAIMS_SUB_MAX = 8 };

struct claims_rules {
	struct slice granted; /* the scope that the request would get */
	struct slice allowed; /* to the client; "": all that exist */
	const struct scope_list *known;
};
struct claims_parameter {
	struct slice text;  /* the names that are left, as JSON in one spelling; "": none */
	struct slice scope; /* those of these claims that are not granted anyway; "": none */
	struct slice sub[CLAIMS_SUB_MAX]; /* who it must be: one of these; none: anybody */
	size_t sub_count;
	struct slice acr[CLAIMS_ACR_MAX]; /* how he must have signed in: one of these */
	size_t acr_count;
	bool demands_acr;
};
/* ERR_INVALID: no JSON object, or one whose members have not the form that they must have. "" gives
 * nothing. */
MUST_USE enum err claims_parameter_read(struct arena *arena, struct slice text,
					const struct claims_rules *rules,
					struct claims_parameter *out);

#endif
