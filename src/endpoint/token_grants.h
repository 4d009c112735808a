/* SPDX-License-Identifier: Apache-2.0
 *
 * The grants of the token endpoint, a record each in a file of its own. */
#ifndef ENDPOINT_TOKEN_GRANTS_H
#define ENDPOINT_TOKEN_GRANTS_H

#include "domain/grant.h"
#include "flow/client_auth.h"
#include "web/web.h"

struct token_grant {
	enum grant grant;
	/* On the loop: true when it has answered. NULL: always a worker. */
	bool (*quick)(struct web_context *context, const struct client_authenticated *client);
	void (*run)(struct web_context *context, const struct client_authenticated *client);
};

extern const struct token_grant token_grant_code;
extern const struct token_grant token_grant_device;
extern const struct token_grant token_grant_refresh;
extern const struct token_grant token_grant_client_credentials;
extern const struct token_grant token_grant_exchange;
extern const struct token_grant token_grant_jwt_bearer;

#endif
