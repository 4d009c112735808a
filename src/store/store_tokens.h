/* SPDX-License-Identifier: Apache-2.0
 *
 * What was given: authorizations with their codes and tokens, and the consents that people gave.
 * The rules of store.h hold. */
#ifndef STORE_STORE_TOKENS_H
#define STORE_STORE_TOKENS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "base/slice.h"
#include "crypto/hash.h"
#include "domain/authorization.h"
#include "domain/authorization_code.h"
#include "domain/consent.h"
#include "domain/event.h"
#include "domain/id.h"

struct store;

/* What a redemption or a rotation gives, and the answer kept for a lost one. */
struct issue {
	struct token_row access;
	struct token_row refresh; /* hash all zero: none */
	struct slice sealed_answer;
	int64_t replay_until;
};

struct redemption {
	struct id authorization;
	struct hash code_hash;
	struct id client;
	int64_t now;
	struct issue issue;
};

/* --- the authorization code, and what is given without one
 * --------------------------------------------------------- */

struct code_new {
	struct authorization_code code; /* with its authorization, made in the same write */
	struct hash session;            /* it was given in, and must still hold the person */
	bool remember;                  /* add scope and resource to the person's consent */
	struct slice remember_more;     /* scopes that were shown and allowed beside that of the
					   authorization: by the names of their claims */
};
/* One whose hash is zero makes the authorization alone, which ends when the code would. What is
 * remembered is what was allowed before, then what is new, in order. ERR_UNCHANGED when the session
 * no longer holds the person, or the person or the client is not enabled. */
MUST_USE enum err store_code_insert(struct store *store, const struct code_new *code,
				    const struct event *event);
/* By the authorization's id, which the text of a code carries. */
enum find store_code_find(struct store *store, struct arena *arena, const struct id *authorization,
			  struct authorization_code **out);
/* Once: not redeemed, not expired, of this client; client and person enabled; authorization not
 * revoked. ERR_UNCHANGED otherwise. */
MUST_USE enum err store_code_redeem(struct store *store, const struct redemption *redemption,
				    const struct event *event);

/* Tokens without anything that is redeemed: client_credentials, an exchange, an assertion. */
struct grant_new {
	struct authorization authorization;
	struct issue issue;
};
/* ERR_UNCHANGED when the client or the person is not enabled, or `parent` is revoked. What is above
 * the parent is asked for at each look-up. */
MUST_USE enum err store_grant_insert(struct store *store, const struct grant_new *grant,
				     const struct event *event);

/* Lists have the name of the client, and are newest first. ERR_ABSENT: there is none. */
enum find store_consent_find(struct store *store, struct arena *arena, const struct id *user,
			     const struct id *client, struct consent **out);
MUST_USE enum err store_consent_list(struct store *store, struct arena *arena,
				     const struct id *user, struct consent_list *out);
MUST_USE enum err store_consent_remove(struct store *store, const struct id *user,
				       const struct id *client, const struct event *event);

/* --- authorizations and tokens
 * --------------------------------------------------------------------------------------- */

enum find store_authorization_find(struct store *store, struct arena *arena, const struct id *id,
				   struct authorization **out);
/* FOUND while neither it nor any above it, whose tokens were exchanged one for the other, is
 * revoked or gone. `*length` of them, itself included. */
enum find store_authorization_stands(struct store *store, const struct id *id, size_t *length);
struct authorization_filter {
	const struct id *user;   /* NULL: any */
	const struct id *client; /* NULL: any */
	const struct id *sid; /* of one session; NULL: any. Together with the person it is quick */
	const enum grant *grant; /* NULL: any */
	bool revoked_too;
	bool approved_only; /* none that came of exchanging another's token */
	size_t limit;
};
/* Newest first, with the names of client and person, and last_used. */
MUST_USE enum err store_authorization_list(struct store *store, struct arena *arena,
					   const struct authorization_filter *filter,
					   struct authorization_list *out);
/* `user` not NULL: only when it is this person's. ERR_ABSENT when there is none (or not theirs);
 * revoking twice is ERR_OK. */
MUST_USE enum err store_authorization_revoke(struct store *store, const struct id *id,
					     const struct id *user, int64_t now,
					     const struct event *event);
/* What was read before about this authorization and what hangs on it is as durable, once this has
 * returned, as if it had been written now: to be called before an answer is given that rests on
 * reading alone, such as a lost answer that is given again. ERR_ABSENT when there is no such
 * authorization any more. */
MUST_USE enum err store_confirm(struct store *store, const struct id *authorization);

enum find store_refresh_token_find(struct store *store, struct arena *arena,
				   const struct token_key *key, struct refresh_token **out);
struct rotation {
	struct hash presented;
	struct id authorization;
	struct id client;
	int64_t now;
	struct issue issue;
};
/* Once: not used, not idle for too long, of this client; client and person enabled; authorization
 * not revoked. ERR_UNCHANGED otherwise. */
MUST_USE enum err store_refresh_token_rotate(struct store *store, const struct rotation *rotation,
					     const struct event *event);
/* An access token with its authorization; revoked and expired ones are found too. */
enum find store_access_token_find(struct store *store, struct arena *arena,
				  const struct token_key *key, struct authorization **authorization,
				  struct token_row *token);
/* The same while it is good: not expired, the authorization stands, client and person enabled. One
 * look, with the client_id and the names, for those who ask about every request of theirs. */
struct access_token_good {
	struct authorization authorization;
	struct token_row token;
};
enum find store_access_token_find_good(struct store *store, struct arena *arena,
				       const struct token_key *key, int64_t now,
				       struct access_token_good *out);

#endif
