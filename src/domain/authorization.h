/* SPDX-License-Identifier: Apache-2.0
 *
 * The authorization: what one approval gave, and what everything issued from it hangs on. It is
 * what a person lists and revokes. */
#ifndef DOMAIN_AUTHORIZATION_H
#define DOMAIN_AUTHORIZATION_H

#include <stdint.h>

#include "base/slice.h"
#include "crypto/hash.h"
#include "domain/grant.h"
#include "domain/id.h"

/* A token is exchanged for another, that one for a third, and so on: so many at most, since each is
 * good only as long as all before it are. D67 */
enum { AUTHORIZATION_CHAIN_MAX = 8 };

struct authorization {
	struct id id;
	struct id user; /* zero: none */
	struct id client;
	enum grant grant;
	struct slice scope;
	struct slice origin; /* address the request came from */
	int64_t auth_time;
	struct slice amr;
	struct slice acr;
	struct id sid;
	struct slice resource; /* that tokens may be for, space separated; "": none was named */
	struct slice claims;   /* asked for by name: OIDC#5.5, JSON; "" */
	struct id parent;      /* whose token was exchanged for this one; zero: none */
	int64_t created;
	int64_t revoked;          /* 0: not */
	int64_t last_used;        /* of its newest token; 0: none yet */
	struct slice client_name; /* filled by lists */
	struct slice client_id;
	struct slice user_name;
};

struct authorization_list {
	struct authorization *items;
	size_t count;
};

/* What finds a token: its text carries both. */
struct token_key {
	struct id authorization;
	struct hash hash; /* of the whole */
};

/* A row of access_token or refresh_token. */
struct token_row {
	struct hash hash;
	struct slice scope;
	struct slice resource; /* its audience, space separated; "": the server's own */
	struct slice binding;  /* as domain/binding.h writes it */
	int64_t created;
	int64_t expires;
};

/* A refresh token as found. */
struct refresh_token {
	struct hash hash;
	struct authorization authorization; /* scope: all that was granted */
	struct slice scope;                 /* of this token */
	struct slice binding;               /* as domain/binding.h writes it; "": none */
	int64_t created;
	int64_t expires; /* idle limit */
	int64_t used;    /* 0: not yet */
	struct slice sealed_answer;
	int64_t replay_until;
};

#endif
