/* SPDX-License-Identifier: Apache-2.0
 *
 * Grant types: a row each, with its wire name, the value of the application form, and words. A
 * client holds a set of them as a bit mask. */
#ifndef DOMAIN_GRANT_H
#define DOMAIN_GRANT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/slice.h"

enum grant {
	GRANT_DEVICE_CODE = 0,
	GRANT_AUTHORIZATION_CODE,
	GRANT_CLIENT_CREDENTIALS,
	GRANT_REFRESH_TOKEN, /* comes with the two first; never chosen */
	GRANT_TOKEN_EXCHANGE,
	GRANT_JWT_BEARER,
	GRANT_COUNT
};

struct grant_row {
	const char *wire; /* grant_type */
	const char *form; /* value in the application form: "device-code", "authorization-code", ...
			   */
	const char *label;       /* words for people */
	bool may_be_chosen;      /* stands in forms */
	bool for_admins;         /* allowed by them alone: no person is asked. D71 */
	bool needs_redirect_uri; /* a client with it must register one */
	bool needs_secret;       /* confidential clients only: RFC6749#4.4 */
	bool gives_refresh;
};

const struct grant_row *grant_row(enum grant grant);
/* By grant_type; GRANT_COUNT when unknown. */
enum grant grant_from_wire(struct slice name);
/* By form value; the wire name is taken too (the seed sends the URN for the device grant).
 * GRANT_COUNT when unknown. */
enum grant grant_from_form(struct slice value);

#define GRANT_BIT(grant) (1u << (grant))
bool grants_have(uint32_t grants, enum grant grant); /* refresh_token is there whenever one that
							gives it is */
/* Wire names, space separated, in the order of the table. */
struct slice grants_text(uint32_t grants, struct arena *arena);

#endif
