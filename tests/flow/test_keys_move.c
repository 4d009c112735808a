/* SPDX-License-Identifier: Apache-2.0
 *
 * What is sealed for long, moved to another master key. */
#include "flow/keys_move.h"

#include "check_main.h"
#include "check_slice.h"
#include "flow/client_auth.h"
#include "flow/client_seal.h"
#include "flow/flow_fixture.h"
#include "flow/keys.h"
#include "flow/pairwise.h"
#include "flow/signing.h"
#include "flow/signing_fixture.h"

static struct fixture fixture;

static void setup(void)
{
	fixture_start(&fixture, "1");
	fixture_sign(&fixture);
}

static void teardown(void)
{
	fixture_stop(&fixture);
}

static uint64_t uses(uint32_t key_id)
{
	uint64_t count;
	ck_assert_int_eq(keys_uses(fixture.store, key_id, &count), ERR_OK);
	return count;
}

static enum err move_to(const char *keys)
{
	fixture_set_keys(&fixture, keys);
	return keys_move(fixture.store, fixture.ring);
}

static bool all_keys_open(const char *keys)
{
	struct flow flow = fixture.flow;
	fixture_set_keys(&fixture, keys);
	flow.ring = fixture.ring;
	flow.signing = signing_new();
	ck_assert_int_eq(signing_reread(&flow, &fixture.call), ERR_OK);
	bool open = signing_is_ready(flow.signing);
	signing_free(&flow.signing);
	return open;
}

START_TEST(signing_keys_move)
{
	ck_assert_uint_eq(uses(1), 3);
	ck_assert_int_eq(move_to("21"), ERR_OK);
	ck_assert_uint_eq(uses(1), 0);
	ck_assert_uint_eq(uses(2), 3);
	ck_assert(all_keys_open("2"));
	ck_assert_int_eq(move_to("21"), ERR_OK);
	ck_assert_uint_eq(uses(2), 3);
}
END_TEST

START_TEST(secrets_that_clients_sign_with_move) /* OIDC#9 */
{
	struct slice secret;
	struct slice opened;
	const struct id id = { { 7 } };
	struct client *client = fixture_client(&fixture, "web", CLIENT_CONFIDENTIAL, &secret);
	const struct client_seal_place place = { &client->id, &id };
	struct client_secret sealed = { .id = id, .key_id = 1 };
	sealed.sealed = client_seal_close(fixture.ring, fixture.call.arena, &place,
					  SLICE("a secret to sign with"));
	ck_assert_int_eq(store_client_secret_insert(fixture.store, &client->id, &sealed, 0, NULL),
			 ERR_OK);
	uint64_t before = uses(1);
	ck_assert_int_eq(move_to("21"), ERR_OK);
	ck_assert_msg(uses(1) == before - 4, "its MAC moves when it is used");
	fixture_set_keys(&fixture, "2");
	struct client_entry entry = fixture_read_client(&fixture, "web");
	bool found = false;
	for (size_t i = 0; i < entry.secrets.count; i++) {
		if (!id_equal(&entry.secrets.items[i].id, &id))
			continue;
		found = true;
		ck_assert_int_eq(client_seal_open(fixture.ring, fixture.call.arena, &place,
						  entry.secrets.items[i].sealed, &opened),
				 ERR_OK);
		ck_slice_str(opened, "a secret to sign with");
	}
	ck_assert(found);
}
END_TEST

START_TEST(the_secret_of_subjects_moves)
{
	struct secret first;
	struct secret later;
	ck_assert_int_eq(pairwise_load(fixture.store, fixture.ring, &first), ERR_OK);
	ck_assert_uint_eq(uses(1), 4);
	ck_assert_int_eq(move_to("21"), ERR_OK);
	ck_assert_uint_eq(uses(1), 0);
	fixture_set_keys(&fixture, "2");
	ck_assert_int_eq(pairwise_load(fixture.store, fixture.ring, &later), ERR_OK);
	ck_assert_mem_eq(first.bytes, later.bytes, SECRET_KEY_BYTES);
}
END_TEST

START_TEST(a_key_that_seals_the_secret_of_subjects_is_needed)
{
	struct secret secret;
	ck_assert_int_eq(keys_check(fixture.store, fixture.ring, true), ERR_OK);
	ck_assert_int_eq(pairwise_load(fixture.store, fixture.ring, &secret), ERR_OK);
	fixture_set_keys(&fixture, "21");
	ck_assert_int_eq(keys_check(fixture.store, fixture.ring, false), ERR_OK);
	fixture_set_keys(&fixture, "2");
	ck_assert_int_eq(keys_check(fixture.store, fixture.ring, false), ERR_CRYPTO);
	ck_assert_int_eq(move_to("21"), ERR_OK);
	fixture_set_keys(&fixture, "2");
	ck_assert_int_eq(keys_check(fixture.store, fixture.ring, false), ERR_OK);
}
END_TEST

START_TEST(what_does_not_open_stays_as_it_is)
{
	ck_assert_int_eq(move_to("2"), ERR_OK);
	ck_assert_uint_eq(uses(1), 3);
	ck_assert_uint_eq(uses(2), 0);
	ck_assert(all_keys_open("1"));
}
END_TEST

static void add_tests(TCase *tc)
{
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, signing_keys_move);
	tcase_add_test(tc, secrets_that_clients_sign_with_move);
	tcase_add_test(tc, the_secret_of_subjects_moves);
	tcase_add_test(tc, a_key_that_seals_the_secret_of_subjects_is_needed);
	tcase_add_test(tc, what_does_not_open_stays_as_it_is);
}

TEST_MAIN("flow/keys_move", add_tests)
