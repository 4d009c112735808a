/* SPDX-License-Identifier: Apache-2.0
 *
 * Password hashes at the least cost allowed: right and wrong passwords, foreign hashes, a cost that
 * has grown. */
#include "crypto/password.h"

#include <string.h>

#include "check_main.h"
#include "check_slice.h"

static const struct password_cost cheap = { .memory_kib = 8192, .passes = 1 };

static struct slice hash_of(struct arena *arena, struct slice password)
{
	struct slice hash = SLICE_EMPTY;
	ck_assert_int_eq(password_hash(arena, &cheap, password, &hash), ERR_OK);
	return hash;
}

START_TEST(takes_the_right_one)
{
	AUTO(arena) struct arena *arena = arena_new();
	struct slice hash = hash_of(arena, SLICE("correct horse"));
	ck_assert(slice_has_prefix(hash, SLICE("$argon2id$v=19$m=8192,t=1,p=1$")));
	ck_assert(password_matches(hash, SLICE("correct horse")));
	ck_assert(!slice_equal(hash, hash_of(arena, SLICE("correct horse"))));
}
END_TEST

static const struct wrong_row {
	const char *name;
	struct slice password;
} wrong_rows[] = {
	{ "another", SLICE("battery staple") },
	{ "nothing", SLICE("") },
	{ "another case", SLICE("Correct horse") },
	{ "a blank behind", SLICE("correct horse ") },
	{ "a NUL behind", SLICE("correct horse\0") },
	{ "cut", SLICE("correct hors") },
	{ "the hash itself", SLICE("$argon2id$v=19$") },
};

START_TEST(refuses_a_wrong_one)
{
	AUTO(arena) struct arena *arena = arena_new();
	struct slice hash = hash_of(arena, SLICE("correct horse"));
	ck_assert_msg(!password_matches(hash, wrong_rows[_i].password), "%s", wrong_rows[_i].name);
}
END_TEST

START_TEST(counts_every_byte)
{
	AUTO(arena) struct arena *arena = arena_new();
	char longest[PASSWORD_MAX_BYTES + 1];
	struct slice hash;
	memset(longest, 'x', sizeof(longest));
	hash = hash_of(arena, slice_of(longest, PASSWORD_MAX_BYTES));
	ck_assert(password_matches(hash, slice_of(longest, PASSWORD_MAX_BYTES)));
	ck_assert(!password_matches(hash, slice_of(longest, PASSWORD_MAX_BYTES - 1)));
	ck_assert(!password_matches(hash, slice_of(longest, PASSWORD_MAX_BYTES + 1)));
	ck_assert_int_eq(
		password_hash(arena, &cheap, slice_of(longest, PASSWORD_MAX_BYTES + 1), &hash),
		ERR_INVALID);
	hash = hash_of(arena, SLICE("a\0b"));
	ck_assert(!password_matches(hash, SLICE("a\0c")));
}
END_TEST

static const struct slice malformed[] = {
	SLICE(""),
	SLICE("!"),
	SLICE("$argon2id$"),
	SLICE("$argon2id$v=19$m=8192,t=1,p=1$$"),
	SLICE("$argon2id$v=19$m=8192,t=1,p=1$AAAAAAAAAAAAAAAAAAAAAA"),
	SLICE("$argon2id$v=19$m=0,t=0,p=0$AAAAAAAAAAAAAAAAAAAAAA$AAAA"),
	SLICE("$2b$12$abcdefghijklmnopqrstuuABCDEFGHIJKLMNOPQRSTUVWXYZ01234"),
	SLICE("plain text"),
	SLICE("$argon2id$v=19$m=8192,t=1,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
	      "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"),
};

START_TEST(refuses_a_malformed_hash)
{
	ck_assert(!password_matches(malformed[_i], SLICE("")));
	ck_assert(!password_matches(malformed[_i], malformed[_i]));
	ck_assert(password_is_outdated(malformed[_i], &cheap));
}
END_TEST

START_TEST(refuses_a_changed_hash)
{
	AUTO(arena) struct arena *arena = arena_new();
	struct slice hash = hash_of(arena, SLICE("x"));
	char *changed = arena_cstr(arena, hash);
	char *middle = changed + hash.len - 10;
	*middle = *middle == 'A' ? 'B' : 'A';
	ck_assert(!password_matches(slice_str(changed), SLICE("x")));
	ck_assert(!password_matches(slice_of(hash.ptr, hash.len - 1), SLICE("x")));
	ck_assert(!password_matches(slice_of(hash.ptr, hash.len + 1), SLICE("x")));
}
END_TEST

static const struct cost_row {
	const char *name;
	struct password_cost cost;
	bool outdated;
} cost_rows[] = {
	{ "the same cost", { 8192, 1 }, false },
	{ "more memory", { 16384, 1 }, true },
	{ "more passes", { 8192, 2 }, true },
	{ "both", { 19456, 2 }, true },
};

START_TEST(outdated)
{
	AUTO(arena) struct arena *arena = arena_new();
	struct slice hash = hash_of(arena, SLICE("x"));
	ck_assert_msg(password_is_outdated(hash, &cost_rows[_i].cost) == cost_rows[_i].outdated,
		      "%s", cost_rows[_i].name);
}
END_TEST

static const struct password_cost unsound[] = { { 8191, 1 }, { 0, 1 }, { 8192, 0 }, { 0, 0 } };

START_TEST(refuses_an_unsound_cost)
{
	AUTO(arena) struct arena *arena = arena_new();
	struct slice hash;
	ck_assert_int_eq(password_hash(arena, &unsound[_i], SLICE("x"), &hash), ERR_INVALID);
	password_waste(&unsound[_i], SLICE("x"));
}
END_TEST

START_TEST(wastes)
{
	password_waste(&cheap, SLICE("correct horse"));
	password_waste(&cheap, SLICE(""));
}
END_TEST

static void add_tests(TCase *tc)
{
	tcase_add_test(tc, takes_the_right_one);
	tcase_add_loop_test(tc, refuses_a_wrong_one, 0, ARRAY_LEN(wrong_rows));
	tcase_add_test(tc, counts_every_byte);
	tcase_add_loop_test(tc, refuses_a_malformed_hash, 0, ARRAY_LEN(malformed));
	tcase_add_test(tc, refuses_a_changed_hash);
	tcase_add_loop_test(tc, outdated, 0, ARRAY_LEN(cost_rows));
	tcase_add_loop_test(tc, refuses_an_unsound_cost, 0, ARRAY_LEN(unsound));
	tcase_add_test(tc, wastes);
}

TEST_MAIN("crypto/password", add_tests)
