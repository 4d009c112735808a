/* SPDX-License-Identifier: Apache-2.0
 *
 * What the code grant is tested on: a person who is signed in, and a client of each kind. */
#ifndef AUTHORIZE_FIXTURE_H
#define AUTHORIZE_FIXTURE_H

#include "crypto/token.h"
#include "domain/client_setting.h"
#include "flow/device_fixture.h"

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

/* A code that ada has given, as `like` has it: with client, scope and expiry filled in where they
 * are not. */
struct token authorizing_code(struct authorizing *authorizing, const struct client *client,
			      const struct authorization_code *like);

#endif
