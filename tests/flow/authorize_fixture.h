/* SPDX-License-Identifier: Apache-2.0
 *
 * What the code grant is tested on: a person who is signed in, and a client of each kind. */
#ifndef AUTHORIZE_FIXTURE_H
#define AUTHORIZE_FIXTURE_H

#include "crypto/token.h"
#include "domain/client_setting.h"
#include "flow/authorize.h"
#include "flow/device_fixture.h"
#include "flow/signing_fixture.h"

struct authorizing {
	struct devices devices; /* ada, and her session */
	struct client *web;     /* confidential, https://web.example/cb */
	struct client *spa;     /* public, https://spa.example/cb */
	struct client *app;     /* public, http://127.0.0.1/cb */
};

void authorizing_init(struct authorizing *authorizing);
void authorizing_fini(struct authorizing *authorizing);
/* Another setting, as the store has it from then on. */
void authorizing_set(struct authorizing *authorizing, struct client **client,
		     enum client_setting setting, const char *value);

#define AUTHORIZING_CHALLENGE SLICE("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM")
#define AUTHORIZING_VERIFIER SLICE("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk")
#define AUTHORIZING_PKCE \
	"&code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&code_challenge_method=S256"

/* A code that ada has given, as `like` has it: with client, scope and expiry filled in where they
 * are not. */
struct token authorizing_code(struct authorizing *authorizing, const struct client *client,
			      const struct authorization_code *like);

/* --- the authorization endpoint */

/* GET /o/authorize/?QUERY in this session (NULL: nobody is signed in). */
struct authorize_result authorizing_get(struct authorizing *authorizing,
					const struct session *session, struct slice query);
/* The page that `next` of a result leads to. */
struct authorize_result authorizing_next(struct authorizing *authorizing,
					 const struct session *session,
					 const struct authorize_result *result);
/* The consent form of a result, sent. */
struct authorize_result authorizing_decide(struct authorizing *authorizing,
					   const struct session *session,
					   const struct authorize_result *result, bool accept);
/* A field of the answer to the client; "" when it is not there. */
struct slice authorizing_field(const struct authorize_result *result, const char *name);
/* That it is this answer, or this error, and not in the way of another. */
void authorizing_expect(const char *name, const struct authorize_result *result,
			enum authorize_outcome outcome);
void authorizing_expect_error(const char *name, const struct authorize_result *result,
			      const char *error);
/* Another sign-in in the browser of this session, which others of it outlive when `keeps_others`.
 */
struct session *authorizing_sign_in(struct authorizing *authorizing, const struct session *before,
				    const struct user *user, bool keeps_others);

/* A request of photos-web, with openid; what else it says is to be added. */
#define AUTHORIZING_WEB \
	"client_id=photos-web&redirect_uri=https%3A%2F%2Fweb.example%2Fcb&response_type=code" \
	"&scope=openid&state=s%26%20%C3%A4"

#endif
