/* SPDX-License-Identifier: Apache-2.0
 *
 * What the methods of client authentication are tested on: registered clients with settings,
 * assertions as a test writes them, and the outcome with its event. */
#ifndef METHOD_FIXTURE_H
#define METHOD_FIXTURE_H

#include "crypto/jwk.h"
#include "domain/client_setting.h"
#include "flow/client_auth.h"
#include "flow/flow_fixture.h"

/* "web", confidential, with settings as name and value in turn, NULL at the end. Its secret, or "".
 */
struct slice method_client(struct fixture *fixture, const char *const *settings);
/* Another client, public. */
void method_public_client(struct fixture *fixture, const char *client_id);

enum client_auth method_check(struct fixture *fixture, const struct client_credentials *credentials,
			      struct client_authenticated *out);
/* The detail of the newest refusal. */
struct slice method_why(struct fixture *fixture);

/* All that an assertion of "web" must say. */
#define METHOD_HEADER(alg) "{\"alg\":\"" alg "\",\"typ\":\"JWT\"}"
#define METHOD_CLAIMS \
	"\"iss\":\"web\",\"sub\":\"web\",\"aud\":\"https://login.example/o\"," \
	"\"exp\":1700000060,\"iat\":1700000000"
#define METHOD_PAYLOAD "{" METHOD_CLAIMS ",\"jti\":\"1\"}"

struct client_credentials method_assertion(struct fixture *fixture, const struct jwk *key,
					   enum alg alg, const char *header, const char *payload);

#endif
