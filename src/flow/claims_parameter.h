/* SPDX-License-Identifier: Apache-2.0
 *
 * The claims parameter: OIDC#5.5. What it asks for is given by flow/user_claims.h; what it demands
 * of the person is read here. */
#ifndef FLOW_CLAIMS_PARAMETER_H
#define FLOW_CLAIMS_PARAMETER_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "base/slice.h"

enum { CLAIMS_ACR_MAX = 8 };

struct claims_parameter {
	struct slice text;                /* as it is kept, in one spelling; "": none */
	struct slice sub;                 /* who it must be; "": anybody */
	struct slice acr[CLAIMS_ACR_MAX]; /* how he must have signed in: one of these */
	size_t acr_count;
	bool demands_acr;
};
/* ERR_INVALID: no JSON object, or one whose members have not the form that they must have. "" gives
 * nothing. */
MUST_USE enum err claims_parameter_read(struct arena *arena, struct slice text,
					struct claims_parameter *out);

#endif
