/* SPDX-License-Identifier: Apache-2.0
 *
 * The parameters of an authorization request as they came: by their names, unjudged. Out of a
 * query, a posted form, or what was kept of either. RFC6749#3.1, RFC6749#4.1.1, OIDC#3.1.2.1 */
#ifndef DOMAIN_AUTHORIZATION_PARAMETERS_H
#define DOMAIN_AUTHORIZATION_PARAMETERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "base/slice.h"
#include "domain/resource.h"

enum authorization_parameter {
	PARAMETER_RESPONSE_TYPE = 0,
	PARAMETER_CLIENT_ID,
	PARAMETER_REDIRECT_URI,
	PARAMETER_SCOPE,
	PARAMETER_STATE,
	PARAMETER_RESPONSE_MODE,
	PARAMETER_NONCE,
	PARAMETER_CODE_CHALLENGE,
	PARAMETER_CODE_CHALLENGE_METHOD,
	PARAMETER_PROMPT,
	PARAMETER_MAX_AGE,
	PARAMETER_CLAIMS,
	PARAMETER_ID_TOKEN_HINT,
	PARAMETER_LOGIN_HINT,
	PARAMETER_DPOP_JKT,
	PARAMETER_REQUEST,
	PARAMETER_REQUEST_URI,
	PARAMETER_REGISTRATION,
	/* ours: of no meaning but in our own addresses */
	PARAMETER_KEPT,
	PARAMETER_MARK,
	PARAMETER_COUNT
};

#define PARAMETER_BIT(parameter) (1u << (parameter))

struct authorization_parameters {
	struct slice of[PARAMETER_COUNT]; /* "" where it is missing, or without a value
					     (RFC6749#3.1) */
	struct slice resources[RESOURCES_MAX];
	size_t resource_count;
	uint32_t repeated; /* bits of those that come twice: only the first is in `of` */
	uint32_t unfit;    /* bits of those that are too long or no text: not in `of` */
	bool too_many_resources;
	bool other_repeated; /* one that we do not know comes twice */
};

enum { AUTHORIZATION_TEXT_MAX = 32768, AUTHORIZATION_FIELDS_MAX = 64 };

/* application/x-www-form-urlencoded. ERR_INVALID: bad
 * escapes, %00, too many or too much. */
MUST_USE enum err authorization_parameters_parse(struct arena *arena, struct slice text,
						 struct authorization_parameters *out);
/* One more value, for a parameter known by its name (NAME_RESOURCE too); others are passed over. */
void authorization_parameters_add(struct authorization_parameters *parameters, struct slice name,
				  struct slice value);
/* What was parsed without error, in one spelling and without a mark, but otherwise as it came: what
 * comes twice comes twice. */
struct slice authorization_text(struct arena *arena, struct slice text);
/* What counts of it as text: those that are known, once, without ours. */
struct slice authorization_parameters_write(const struct authorization_parameters *parameters,
					    struct arena *arena);

#endif
