/* SPDX-License-Identifier: Apache-2.0
 *
 * Access tokens as signed JWTs, for resource servers that ask nobody: RFC 9068. Each is a row as
 * well, under the hash of its whole text; its jti carries the authorization's id, so that whoever
 * is shown one finds the row. */
#ifndef FLOW_ACCESS_JWT_H
#define FLOW_ACCESS_JWT_H

#include "base/attr.h"
#include "domain/binding.h"
#include "flow/flow.h"

#define ACCESS_JWT_TYP "at+jwt"

struct access_jwt {
	const struct authorization *authorization;
	const struct client *client;
	const struct token_row *row; /* scope, resource, created, expires */
	const struct binding *binding;
};
/* ERR_ABSENT: there is no key to sign with. ERR_DATABASE. */
MUST_USE enum err access_jwt_make(const struct flow *flow, const struct call *call,
				  const struct access_jwt *jwt, struct slice *out);

/* What its jti says; nothing is verified: it is ours when the row under this id has its hash.
 * ERR_INVALID. */
MUST_USE enum err access_jwt_read(struct arena *arena, struct slice text, struct id *authorization,
				  struct slice *jti);

#endif
