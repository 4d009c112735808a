/* SPDX-License-Identifier: Apache-2.0
 *
 * The small world of the tests of the contract. */
#include "world.h"

#include "base/rng.h"

enum { BEGINNING = 1800000000 };

static const struct contract_engine *current;
static char original[CONTRACT_DATABASE_MAX]; /* "" without one */

void world_set_engine(const struct contract_engine *engine)
{
	current = engine;
}

void world_original_init(void)
{
	if (current->copy == NULL)
		return;
	struct store *store = NULL;
	current->create(original);
	ck_ok(store_open(&(struct store_options){ .database = original }, &store));
	ck_ok(store_migrate(store, BEGINNING));
	store_close(&store);
}

void world_original_fini(void)
{
	if (original[0] == '\0')
		return;
	current->drop(original);
	original[0] = '\0';
}

static void open_store(struct world *world)
{
	ck_ok(store_open(&(struct store_options){ .database = world->database }, &world->store));
}

void world_init_empty(struct world *world)
{
	*world = (struct world){ .engine = current, .arena = arena_new(), .now = BEGINNING };
	if (original[0] != '\0') {
		current->copy(original, world->database);
		open_store(world);
		return;
	}
	current->create(world->database);
	open_store(world);
	ck_ok(store_migrate(world->store, world->now));
}

void world_init(struct world *world)
{
	world_init_empty(world);
	world->user = world_add_user(world, "ada");
	world->client = world_add_client(world, "television");
	world_sign_in(world);
}

void world_fini(struct world *world)
{
	store_close(&world->store);
	arena_free(&world->arena);
	world->engine->drop(world->database);
}

void world_reopen(struct world *world)
{
	store_close(&world->store);
	open_store(world);
}

struct id world_id(void)
{
	struct id id;
	rng_bytes(&id, sizeof(id));
	return id;
}

struct hash world_hash(void)
{
	struct hash hash;
	rng_bytes(&hash, sizeof(hash));
	return hash;
}

struct event world_event(const struct world *world, enum event_kind kind)
{
	return (struct event){ .kind = kind,
			       .at = world->now,
			       .user = world->user,
			       .client = world->client,
			       .address = SLICE("203.0.113.7"),
			       .request_id = SLICE("r1"),
			       .detail = SLICE("test") };
}

size_t world_events(struct world *world, enum event_kind kind)
{
	struct event_list list;
	ck_ok(store_event_list(world->store, world->arena,
			       &(struct event_filter){ .since = 0, .limit = 10000 }, &list));
	size_t count = 0;
	for (size_t i = 0; i < list.count; i++)
		count += list.items[i].kind == kind;
	return count;
}

/* --- records
 * ---------------------------------------------------------------------------------------------------------
 */

struct user world_user(const struct world *world, const char *name)
{
	return (struct user){
		.id = world_id(), .name = slice_str(name), .enabled = true, .created = world->now
	};
}

struct id world_add_user(struct world *world, const char *name)
{
	struct user user = world_user(world, name);
	const struct user_new new = { &user, user.name, SLICE("$argon2id$hash"), NULL };
	ck_ok(store_user_insert(world->store, &new, NULL));
	return user.id;
}

struct client world_client(const struct world *world, const char *client_id)
{
	return (struct client){ .id = world_id(),
				.client_id = slice_str(client_id),
				.name = SLICE("Television"),
				.type = CLIENT_PUBLIC,
				.grants = GRANT_BIT(GRANT_DEVICE_CODE),
				.redirect_uris = SLICE("https://a.example/\nhttps://b.example/"),
				.post_logout_redirect_uris = SLICE(""),
				.allowed_origins = SLICE("https://a.example"),
				.allowed_scopes = SLICE("openid profile"),
				.default_scopes = SLICE("openid"),
				.algorithm = CLIENT_ALG_ES256,
				.enabled = true,
				.created = world->now,
				.updated = world->now };
}

struct id world_add_client(struct world *world, const char *client_id)
{
	struct client client = world_client(world, client_id);
	ck_ok(store_client_insert(world->store, &client, NULL, NULL));
	return client.id;
}

struct session_new world_session(const struct world *world, const struct id *user)
{
	return (struct session_new){ .session = { .hash = world_hash(),
						  .user = { .id = *user },
						  .created = world->now,
						  .seen = world->now,
						  .auth_time = world->now,
						  .amr = SLICE("pwd"),
						  .acr = SLICE(""),
						  .sid = world_id() } };
}

static struct session add_session(struct world *world, const struct id *user)
{
	struct session_new session = world_session(world, user);
	ck_ok(store_session_insert(world->store, &session, NULL));
	return session.session;
}

struct hash world_add_session(struct world *world, const struct id *user)
{
	return add_session(world, user).hash;
}

void world_sign_in(struct world *world)
{
	struct session session = add_session(world, &world->user);
	world->session = session.hash;
	world->sid = session.sid;
}

bool world_has_session(struct world *world, const struct hash *hash)
{
	struct session *session;
	enum find found = store_session_find(world->store, world->arena, hash, &session);
	ck_assert_int_ne(found, FIND_FAILED);
	return found == FOUND;
}

/* --- the device grant
 * ------------------------------------------------------------------------------------------------
 */

struct device_grant_new world_grant(const struct world *world)
{
	return (struct device_grant_new){ .grant = { .authorization = world_id(),
						     .code_hash = world_hash(),
						     .client = world->client,
						     .scope = SLICE("openid profile"),
						     .address = SLICE("203.0.113.7"),
						     .user_agent = SLICE("Television/1.0"),
						     .created = world->now,
						     .expires = world->now + 1800 },
					  .code = { .key_id = 7, .hash = world_hash() } };
}

struct device_grant_new world_pending(struct world *world)
{
	struct device_grant_new grant = world_grant(world);
	ck_ok(store_device_grant_insert(world->store, &grant, NULL));
	return grant;
}

struct device_decision world_decision(const struct world *world,
				      const struct device_grant_new *grant, bool accept)
{
	return (struct device_decision){ .authorization = grant->grant.authorization,
					 .accept = accept,
					 .user = world->user,
					 .scope = grant->grant.scope,
					 .now = world->now + 10,
					 .auth_time = world->now,
					 .amr = SLICE("pwd"),
					 .acr = SLICE("1"),
					 .sid = world_id(),
					 .session = world->session };
}

struct device_grant_new world_approved(struct world *world)
{
	struct device_grant_new grant = world_pending(world);
	struct device_decision decision = world_decision(world, &grant, true);
	ck_ok(store_device_grant_decide(world->store, &decision, NULL));
	return grant;
}

static struct token_row token(const struct world *world, int64_t life)
{
	return (struct token_row){ .hash = world_hash(),
				   .scope = SLICE("openid profile"),
				   .resource = SLICE("https://a.example/"),
				   .binding = SLICE("jkt:bound"),
				   .created = world->now + 20,
				   .expires = world->now + 20 + life };
}

struct issue world_issue(const struct world *world)
{
	return (struct issue){ .access = token(world, 3600),
			       .refresh = token(world, 86400),
			       .sealed_answer = slice_of("\0\0\0\11sealed\0answer", 17),
			       .replay_until = world->now + 30 };
}

struct redemption world_redemption(const struct world *world, const struct device_grant_new *grant)
{
	return (struct redemption){ .authorization = grant->grant.authorization,
				    .code_hash = grant->grant.code_hash,
				    .client = world->client,
				    .now = world->now + 20,
				    .issue = world_issue(world) };
}

struct redemption world_redeemed(struct world *world)
{
	struct device_grant_new grant = world_approved(world);
	struct redemption redemption = world_redemption(world, &grant);
	ck_ok(store_device_grant_redeem(world->store, &redemption, NULL));
	return redemption;
}

struct rotation world_rotation(const struct world *world, const struct redemption *redemption)
{
	return (struct rotation){ .presented = redemption->issue.refresh.hash,
				  .authorization = redemption->authorization,
				  .client = redemption->client,
				  .now = world->now + 30,
				  .issue = world_issue(world) };
}

/* --- authorization codes, and grants without one
 * ------------------------------------------------------------------------------------------------
 */

struct code_new world_code(const struct world *world)
{
	return (struct code_new){
		.code = { .hash = world_hash(),
			  .authorization = { .id = world_id(),
					     .user = world->user,
					     .client = world->client,
					     .grant = GRANT_AUTHORIZATION_CODE,
					     .scope = SLICE("openid profile"),
					     .origin = SLICE("203.0.113.7"),
					     .auth_time = world->now,
					     .amr = SLICE("pwd"),
					     .acr = SLICE("1"),
					     .sid = world->sid,
					     .resource = SLICE(
						     "https://a.example/ https://b.example/"),
					     .claims = SLICE("{\"userinfo\":{}}"),
					     .created = world->now + 10 },
			  .redirect_uri = SLICE("https://a.example/"),
			  .code_challenge = SLICE("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"),
			  .nonce = SLICE("n-0S6_WzA2Mj"),
			  .binding = SLICE("jkt:0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I"),
			  .expires = world->now + 70 },
		.session = world->session
	};
}

struct code_new world_code_given(struct world *world)
{
	struct code_new code = world_code(world);
	ck_ok(store_code_insert(world->store, &code, NULL));
	return code;
}

struct redemption world_code_redemption(const struct world *world, const struct code_new *code)
{
	return (struct redemption){ .authorization = code->code.authorization.id,
				    .code_hash = code->code.hash,
				    .client = code->code.authorization.client,
				    .now = world->now + 20,
				    .issue = world_issue(world) };
}

struct redemption world_code_redeemed(struct world *world)
{
	struct code_new code = world_code_given(world);
	struct redemption redemption = world_code_redemption(world, &code);
	ck_ok(store_code_redeem(world->store, &redemption, NULL));
	return redemption;
}

struct authorization_code *world_find_code(struct world *world, const struct id *authorization)
{
	struct authorization_code *code;
	ck_found(store_code_find(world->store, world->arena, authorization, &code));
	return code;
}

struct grant_new world_grant_new(const struct world *world, enum grant grant)
{
	struct code_new like = world_code(world);
	struct grant_new new = { .authorization = like.code.authorization,
				 .issue = world_issue(world) };
	new.authorization.grant = grant;
	return new;
}

/* --- what is there
 * ------------------------------------------------------------------------------------------------
 */

size_t world_faults(struct world *world)
{
	size_t faults;
	ck_ok(store_check(world->store, NULL, NULL, &faults));
	return faults;
}

struct device_grant *world_find_grant(struct world *world, const struct id *authorization)
{
	struct device_grant *grant;
	ck_found(store_device_grant_find(world->store, world->arena, authorization, &grant));
	return grant;
}

bool world_finds_access(struct world *world, const struct token_key *key)
{
	struct authorization *authorization;
	struct token_row row;
	enum find found = store_access_token_find(world->store, world->arena, key, &authorization,
						  &row);
	ck_assert_int_ne(found, FIND_FAILED);
	return found == FOUND;
}

bool world_finds_refresh(struct world *world, const struct token_key *key)
{
	struct refresh_token *token_found;
	enum find found = store_refresh_token_find(world->store, world->arena, key, &token_found);
	ck_assert_int_ne(found, FIND_FAILED);
	return found == FOUND;
}

bool world_finds_tokens(struct world *world, const struct token_key *access,
			const struct token_key *refresh)
{
	bool found = world_finds_access(world, access);
	ck_assert_int_eq(world_finds_refresh(world, refresh), found);
	return found;
}
