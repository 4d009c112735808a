/* SPDX-License-Identifier: Apache-2.0
 *
 * What the settings of a client ask of each other and of the rest of it. Asked whenever a client is
 * registered or changed, by whatever way. Who may say what (skip_authorization is for
 * administrators) is the caller's business. */
#ifndef DOMAIN_CLIENT_SETTINGS_H
#define DOMAIN_CLIENT_SETTINGS_H

#include "base/attr.h"
#include "domain/client.h"
#include "domain/client_setting.h"

struct client_settings_fault {
	enum client_setting setting; /* the one to change */
	struct slice why;            /* a sentence */
};
/* ERR_INVALID with the first fault. Looks at `type`, `redirect_uris` and `settings` of the client.
 */
MUST_USE enum err client_settings_check(const struct client *client,
					struct client_settings_fault *out);

/* How a client authenticates: RFC7591#2. What is not in the table, or does not go with the type,
 * cannot authenticate at all. */
enum client_method {
	CLIENT_METHOD_NONE = 0,
	CLIENT_METHOD_SECRET, /* by header or by form */
	CLIENT_METHOD_SECRET_BASIC,
	CLIENT_METHOD_SECRET_POST,
	CLIENT_METHOD_SECRET_JWT,
	CLIENT_METHOD_PRIVATE_KEY_JWT,
	CLIENT_METHOD_TLS,
	CLIENT_METHOD_SELF_SIGNED_TLS,
	CLIENT_METHOD_COUNT
};
enum client_method client_method_of(const struct client *client);
/* Whether it authenticates with a secret, and whether the server must know that secret itself. */
bool client_method_has_secret(enum client_method method);
bool client_method_seals_secret(enum client_method method);

#endif
