/* SPDX-License-Identifier: Apache-2.0
 *
 * A small world in a fresh store for the tests of the contract: one person who is signed in, one
 * application, and short ways to take the steps of a device grant. The steps are prepared as values
 * first, so that something else can be committed between the preparation and the step. */
#ifndef STORE_WORLD_H
#define STORE_WORLD_H

#include "contract.h"

#include "base/arena.h"
#include "store/store.h"

struct world {
	const struct contract_engine *engine;
	char database[CONTRACT_DATABASE_MAX];
	struct store *store;
	struct arena *arena;
	int64_t now;
	struct id user;
	struct id client;
	struct hash session;
	struct id sid; /* of the person in it */
};

/* The engine of all worlds that are made from now on. */
void world_set_engine(const struct contract_engine *engine);
/* For an engine that copies: one migrated database of which all worlds are copies, until
 * world_original_fini(). In the process that others are forked from. */
void world_original_init(void);
void world_original_fini(void);
/* An open, migrated, empty store. */
void world_init_empty(struct world *world);
/* With the person, the application and the session. */
void world_init(struct world *world);
void world_fini(struct world *world);
#define WORLD(name) \
	AUTO_FINI(world) struct world name; \
	world_init(&name)
#define WORLD_EMPTY(name) \
	AUTO_FINI(world) struct world name; \
	world_init_empty(&name)

void world_reopen(struct world *world);

struct id world_id(void);
struct hash world_hash(void);
struct event world_event(const struct world *world, enum event_kind kind);
/* How many events of this kind there are. */
size_t world_events(struct world *world, enum event_kind kind);

struct user world_user(const struct world *world, const char *name);
struct id world_add_user(struct world *world, const char *name);
struct client world_client(const struct world *world, const char *client_id);
struct id world_add_client(struct world *world, const char *client_id);
/* A sign-in of this moment; not yet inserted. */
struct session_new world_session(const struct world *world, const struct id *user);
bool world_has_session(struct world *world, const struct hash *hash);
struct hash world_add_session(struct world *world, const struct id *user);
/* The person of the world, in a new session of the world. */
void world_sign_in(struct world *world);

/* What store_user_set_password() takes. */
#define WORLD_PASSWORD(world, text) \
	(&(const struct user_password){ .hash = SLICE(text), .now = (world)->now })

/* A grant that expires in half an hour; not yet inserted. */
struct device_grant_new world_grant(const struct world *world);
/* Inserted, and approved, and redeemed. */
struct device_grant_new world_pending(struct world *world);
struct device_grant_new world_approved(struct world *world);
struct device_decision world_decision(const struct world *world,
				      const struct device_grant_new *grant, bool accept);
struct issue world_issue(const struct world *world);
struct redemption world_redemption(const struct world *world, const struct device_grant_new *grant);
/* Redeems a grant of its own; gives what was issued. */
struct redemption world_redeemed(struct world *world);
/* The rotation of the refresh token that `redemption` issued. */
struct rotation world_rotation(const struct world *world, const struct redemption *redemption);

/* An authorization code of the person, in the session, for a minute; not yet inserted. */
struct code_new world_code(const struct world *world);
/* Inserted, and redeemed. */
struct code_new world_code_given(struct world *world);
struct redemption world_code_redemption(const struct world *world, const struct code_new *code);
struct redemption world_code_redeemed(struct world *world);
struct authorization_code *world_find_code(struct world *world, const struct id *authorization);
/* Tokens of the client without anything that is redeemed; not yet inserted. */
struct grant_new world_grant_new(const struct world *world, enum grant grant);

struct device_grant *world_find_grant(struct world *world, const struct id *authorization);
/* What finds the tokens that a redemption or a rotation issued. */
#define WORLD_ACCESS(made) \
	((const struct token_key){ (made).authorization, (made).issue.access.hash })
#define WORLD_REFRESH(made) \
	((const struct token_key){ (made).authorization, (made).issue.refresh.hash })
bool world_finds_access(struct world *world, const struct token_key *key);
bool world_finds_refresh(struct world *world, const struct token_key *key);
/* Both or neither; anything else fails the test. */
bool world_finds_tokens(struct world *world, const struct token_key *access,
			const struct token_key *refresh);
#define world_has_access(world, made) world_finds_access((world), &WORLD_ACCESS(*(made)))
#define world_has_refresh(world, made) world_finds_refresh((world), &WORLD_REFRESH(*(made)))
#define world_has_tokens(world, made) \
	world_finds_tokens((world), &WORLD_ACCESS(*(made)), &WORLD_REFRESH(*(made)))

#define ck_ok(err) ck_assert_int_eq((err), ERR_OK)
#define ck_err(err, expected) ck_assert_int_eq((err), (expected))
#define ck_found(find) ck_assert_int_eq((find), FOUND)
#define ck_absent(find) ck_assert_int_eq((find), ABSENT)
#define ck_slice(slice, literal) ck_assert(slice_equal((slice), SLICE(literal)))

size_t world_faults(struct world *world); /* that store_check() finds */

/* Each part of the contract adds its tests. */
void contract_people(TCase *tc);
void contract_clients(TCase *tc);
void contract_devices(TCase *tc);
void contract_tokens(TCase *tc);
void contract_rivals(TCase *tc);
void contract_threads(TCase *tc);
void contract_sweeps(TCase *tc);
void contract_database(TCase *tc);
void contract_registrations(TCase *tc);
void contract_copy(TCase *tc);
void contract_nodes(TCase *tc);
void contract_races(TCase *tc);
void contract_budgets(TCase *tc);
void contract_claims(TCase *tc);
void contract_sessions(TCase *tc);
void contract_keys(TCase *tc);
void contract_resources(TCase *tc);
void contract_once(TCase *tc);
void contract_jobs(TCase *tc);
void contract_codes(TCase *tc);
void contract_consents(TCase *tc);
void contract_grants(TCase *tc);
void contract_code_rivals(TCase *tc);
void contract_code_races(TCase *tc);
void contract_once_races(TCase *tc);
void contract_sign_out(TCase *tc);

#endif
