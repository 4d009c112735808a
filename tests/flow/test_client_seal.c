/* SPDX-License-Identifier: Apache-2.0
 *
 * Sealed client secrets open in their own row alone, and only with the keys they were sealed by. */
#include "flow/client_seal.h"

#include "check_main.h"
#include "check_slice.h"
#include "crypto/rings.h"
#include "domain/client.h"

static const struct id client = { { 1 } };
static const struct id other_client = { { 2 } };
static const struct id row = { { 3 } };
static const struct id other_row = { { 4 } };
static const struct client_seal_place home = { &client, &row };

#define SECRET SLICE("dcs_0123456789012345678901234567890123456789012")

START_TEST(opens_where_it_was_sealed)
{
	AUTO(arena) struct arena *arena = arena_new();
	AUTO(keyring) struct keyring *ring = ring_of("1");
	struct slice secret;
	struct slice sealed = client_seal_close(ring, arena, &home, SECRET);
	ck_assert_int_eq(client_seal_open(ring, arena, &home, sealed, &secret), ERR_OK);
	ck_slice_eq(secret, SECRET);
}
END_TEST

static const struct row {
	const char *name;
	struct client_seal_place place;
	const char *keys;
	enum err err;
} rows[] = {
	{ "under a newer key", { &client, &row }, "21", ERR_OK },
	{ "another client", { &other_client, &row }, "1", ERR_CRYPTO },
	{ "another row", { &client, &other_row }, "1", ERR_CRYPTO },
	{ "the two exchanged", { &row, &client }, "1", ERR_CRYPTO },
	{ "without the key", { &client, &row }, "2", ERR_CRYPTO },
};

START_TEST(places)
{
	AUTO(arena) struct arena *arena = arena_new();
	AUTO(keyring) struct keyring *first = ring_of("1");
	AUTO(keyring) struct keyring *ring = ring_of(rows[_i].keys);
	struct slice secret;
	struct slice sealed = client_seal_close(first, arena, &home, SECRET);
	enum err err = client_seal_open(ring, arena, &rows[_i].place, sealed, &secret);
	ck_assert_msg(err == rows[_i].err, "%s", rows[_i].name);
	ck_assert_msg(slice_is_empty(secret) == (err != ERR_OK), "%s", rows[_i].name);
}
END_TEST

START_TEST(what_is_not_sealed_is_absent)
{
	AUTO(arena) struct arena *arena = arena_new();
	AUTO(keyring) struct keyring *ring = ring_of("1");
	struct slice secret;
	ck_assert_int_eq(client_seal_open(ring, arena, &home, SLICE_EMPTY, &secret), ERR_ABSENT);
	ck_assert_int_eq(client_seal_open(ring, arena, &home, SLICE("short"), &secret), ERR_CRYPTO);
}
END_TEST

static void add_tests(TCase *tc)
{
	tcase_add_test(tc, opens_where_it_was_sealed);
	tcase_add_loop_test(tc, places, 0, ARRAY_LEN(rows));
	tcase_add_test(tc, what_is_not_sealed_is_absent);
}

TEST_MAIN("flow/client_seal", add_tests)
