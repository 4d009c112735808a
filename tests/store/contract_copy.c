/* SPDX-License-Identifier: Apache-2.0
 *
 * The contract: a copy holds everything, goes into a new database only, and is marked when it is
 * not whole. */
#include "world.h"

#include <string.h>

#include "store/store_ops.h"

static void make_empty(const struct world *w, char database[CONTRACT_DATABASE_MAX],
		       struct store **out)
{
	w->engine->create(database);
	ck_ok(store_open(&(struct store_options){ .database = database }, out));
	ck_ok(store_migrate(*out, w->now));
}

/* Values that an unfaithful copy would trip over. */
#define ODD_TEXT SLICE("tab\there, \\N, \\x41, line\nend, \"quotes\" and 'quotes', \xc3\xa9")
#define ODD_BYTES slice_of("\0\\\n\xff\0", 5)

static void add_what_is_once(struct world *w)
{
	struct hash hash = world_hash();
	struct ticket ticket = { .hash = hash,
				 .kind = TICKET_SIGN_UP,
				 .note = ODD_TEXT,
				 .created = w->now,
				 .expires = w->now + 60,
				 .uses = UINT32_MAX };
	struct kept_request request = { .hash = hash,
					.kind = KEPT_LOGOUT,
					.parameters = ODD_TEXT,
					.created = w->now,
					.expires = w->now + 60 };
	struct job_row job = { .id = world_id(),
			       .client = w->client,
			       .user = w->user,
			       .payload = ODD_TEXT,
			       .created = w->now,
			       .due = w->now };
	struct failure_counter counter = { .key = hash, .limit = 3, .window = 60 };
	struct failure_taken taken;
	ck_ok(store_seen_insert(w->store, &hash, w->now, w->now + 60));
	ck_ok(store_ticket_insert(w->store, &ticket, NULL));
	ck_ok(store_kept_insert(w->store, &request, NULL));
	ck_ok(store_job_insert(w->store, &job, 1, NULL));
	ck_ok(store_failure_take(w->store, &counter, 1, w->now, &taken));
}

static void add_keys(struct world *w)
{
	struct signing_key key = {
		.kid = SLICE("a"), .alg = ALG_PS256, .sealed = ODD_BYTES, .created = w->now
	};
	struct resource resource = { .uri = SLICE("https://a.example/"),
				     .name = ODD_TEXT,
				     .client = w->client,
				     .created = w->now };
	struct claim claim = { SLICE("name"), ODD_TEXT };
	ck_ok(store_signing_key_insert(w->store, &key, NULL));
	ck_ok(store_resource_insert(w->store, &resource, NULL));
	ck_ok(store_user_claim_set(w->store, &w->user,
				   &(const struct claim_set){ &claim, 1, w->now }, NULL));
}

/* A code that was redeemed, one that was not, a token that was exchanged, and a handle. */
static void add_codes(struct world *w)
{
	struct code_new code = world_code(w);
	struct device_grant_new grant = world_pending(w);
	struct grant_new exchanged = world_grant_new(w, GRANT_TOKEN_EXCHANGE);
	struct device_handle handle = { .hash = world_hash(),
					.session = w->session,
					.authorization = grant.grant.authorization,
					.sealed_code = ODD_BYTES,
					.created = w->now,
					.expires = w->now + 60 };
	code.remember = true;
	code.code.nonce = ODD_TEXT;
	code.code.authorization.claims = ODD_TEXT;
	ck_ok(store_code_insert(w->store, &code, NULL));
	exchanged.authorization.parent = world_code_redeemed(w).authorization;
	ck_ok(store_grant_insert(w->store, &exchanged, NULL));
	ck_ok(store_device_handle_insert(w->store, &handle, NULL));
}

static void add_odd_values(struct world *w)
{
	struct client client = world_client(w, "odd");
	struct client_secret secret = {
		.id = world_id(), .mac = world_hash(), .created = w->now, .sealed = ODD_BYTES
	};
	client.name = ODD_TEXT;
	client.settings = ODD_TEXT;
	client.type = CLIENT_CONFIDENTIAL;
	client.owner = (struct id){ 0 };
	ck_ok(store_client_insert(w->store, &client, &secret, NULL));
	add_what_is_once(w);
	add_keys(w);
	add_codes(w);
	struct event event = world_event(w, EVENT_CODE_REFUSED);
	event.detail = SLICE("back\\slash\r\n\ttab");
	event.address = SLICE("");
	store_event_post(w->store, &event);
	for (int i = 0; i < 1200; i++)
		world_pending(w);
}

struct counted {
	uint64_t rows;
	size_t named;
	size_t empty;
};

static void count(void *arg, struct slice table, uint64_t rows)
{
	struct counted *counted = arg;
	counted->rows += rows;
	counted->named += !slice_is_empty(table);
	counted->empty += rows == 0;
}

START_TEST(a_copy_holds_everything)
{
	WORLD(w);
	char database[CONTRACT_DATABASE_MAX];
	struct store *to;
	struct counted counted = { 0 };
	struct redemption redeemed = world_redeemed(&w);
	add_odd_values(&w);
	ck_ok(store_meta_insert(w.store, SLICE("key_check/1"), ODD_BYTES));
	make_empty(&w, database, &to);
	ck_ok(store_copy(w.store, to, count, &counted));
	ck_assert_uint_gt(counted.rows, 2400);
	ck_assert_uint_eq(counted.named, table_count);
	ck_assert_uint_eq(counted.empty, 0);
	struct authorization *a;
	struct token_row row;
	struct slice value;
	struct user *user;
	struct slice hash;
	size_t faults;
	ck_found(store_access_token_find(to, w.arena, &WORLD_ACCESS(redeemed), &a, &row));
	ck_found(store_meta_find(to, w.arena, SLICE("key_check/1"), &value));
	ck_assert(slice_equal(value, ODD_BYTES));
	ck_found(store_user_find(w.store, w.arena, &w.user, &user));
	ck_found(store_user_find_by_name(to, w.arena, user->name, &user, &hash));
	ck_ok(store_check(to, NULL, NULL, &faults));
	ck_assert_uint_eq(faults, 0);
	ck_absent(store_meta_find(to, w.arena, STORE_UNFINISHED_COPY, &value));
	/* And it is a database like any other. */
	struct event event = world_event(&w, EVENT_SIGNED_OUT);
	ck_ok(store_session_remove(to, &w.session, w.now, &event));
	store_close(&to);
	w.engine->drop(database);
}
END_TEST

START_TEST(a_copy_goes_into_a_new_database_only)
{
	WORLD(w);
	char database[CONTRACT_DATABASE_MAX];
	struct store *to;
	make_empty(&w, database, &to);
	ck_ok(store_copy(w.store, to, NULL, NULL));
	ck_err(store_copy(w.store, to, NULL, NULL), ERR_CONFLICT);
	struct slice value;
	ck_absent(store_meta_find(to, w.arena, STORE_UNFINISHED_COPY, &value));
	store_close(&to);
	w.engine->drop(database);
}
END_TEST

static enum find (*true_next)(struct snapshot *snapshot, struct value cells[TABLE_COLUMNS_MAX]);
static enum err (*true_insert)(struct store *store, const struct table *table,
			       const struct value *cells, size_t rows);
static struct store *spoiled;

/* The copy as it would be read if one bit of one row had been lost. */
static enum find next_spoiled(struct snapshot *snapshot, struct value cells[TABLE_COLUMNS_MAX])
{
	static char other[] = "other";
	enum find found = true_next(snapshot, cells);
	if (found == FOUND && snapshot->store == spoiled && cells[1].type == VALUE_TEXT)
		cells[1].bytes = slice_str(other);
	return found;
}

static enum err insert_no_clients(struct store *store, const struct table *table,
				  const struct value *cells, size_t rows)
{
	if (strcmp(table->name, "client") == 0)
		return ERR_DATABASE;
	return true_insert(store, table, cells, rows);
}

static void spoil_reading(struct store_copy_ops *copy)
{
	copy->next = next_spoiled;
}

static void spoil_writing(struct store_copy_ops *copy)
{
	copy->insert = insert_no_clients;
}

static const struct {
	void (*spoil)(struct store_copy_ops *copy);
	enum err err;
} spoiling[] = {
	{ spoil_reading, ERR_INVALID }, /* a row that differs is found */
	{ spoil_writing, ERR_DATABASE },
};

START_TEST(a_copy_that_went_wrong_is_marked)
{
	WORLD(w);
	char database[CONTRACT_DATABASE_MAX];
	struct store *to;
	make_empty(&w, database, &to);
	struct store_ops ops = *to->ops;
	struct store_copy_ops copy = *ops.copy;
	true_next = copy.next;
	true_insert = copy.insert;
	spoiled = to;
	spoiling[_i].spoil(&copy);
	ops.copy = &copy;
	const struct store_ops *before = to->ops;
	to->ops = &ops;
	ck_err(store_copy(w.store, to, NULL, NULL), spoiling[_i].err);
	to->ops = before;
	struct slice value;
	ck_found(store_meta_find(to, w.arena, STORE_UNFINISHED_COPY, &value));
	store_close(&to);
	w.engine->drop(database);
}
END_TEST

/* Somebody is added to the new database while it is filled. */
static void meddle(void *arg, struct slice table, uint64_t rows UNUSED)
{
	struct store *to = arg;
	if (slice_equal(table, SLICE("meta")))
		ck_ok(store_meta_insert(to, SLICE("key_check/2"), SLICE("other")));
}

START_TEST(a_database_that_others_write_to_is_no_copy)
{
	WORLD(w);
	char database[CONTRACT_DATABASE_MAX];
	struct store *to;
	make_empty(&w, database, &to);
	ck_err(store_copy(w.store, to, meddle, to), ERR_INVALID);
	store_close(&to);
	w.engine->drop(database);
}
END_TEST

void contract_copy(TCase *tc)
{
	tcase_add_test(tc, a_copy_holds_everything);
	tcase_add_test(tc, a_copy_goes_into_a_new_database_only);
	tcase_add_loop_test(tc, a_copy_that_went_wrong_is_marked, 0, ARRAY_LEN(spoiling));
	tcase_add_test(tc, a_database_that_others_write_to_is_no_copy);
}
