/* SPDX-License-Identifier: Apache-2.0
 *
 * Sealed values open where they were put, under a key of the ring, and nowhere else. */
#include "crypto/seal.h"

#include <string.h>

#include "check_main.h"
#include "check_slice.h"
#include "crypto/rings.h"

static const struct seal_place home = { .column = SLICE("device_grant.answer"),
					.row = SLICE("row\0"
						     "1") };

static enum err open_at(const struct keyring *ring, struct arena *arena, struct seal_place place,
			struct slice sealed)
{
	struct slice plain;
	return seal_open(ring, arena, place, sealed, &plain);
}

static struct seal_place held_by(const char *presented)
{
	struct seal_place place = home;
	place.presented = slice_str(presented);
	return place;
}

START_TEST(round_trip)
{
	static const struct slice plains[] = { SLICE(""), SLICE("x"), SLICE("with a \0 inside") };
	AUTO(arena) struct arena *arena = arena_new();
	AUTO(keyring) struct keyring *ring = ring_of("1");
	struct slice plain;
	struct slice sealed = seal_close(ring, arena, home, plains[_i]);
	ck_assert_uint_eq(sealed.len, 4 + 24 + plains[_i].len + 16);
	ck_assert(slice_has_prefix(sealed, SLICE("\0\0\0\1")));
	ck_assert_int_eq(seal_open(ring, arena, home, sealed, &plain), ERR_OK);
	ck_slice_eq(plain, plains[_i]);
}
END_TEST

static const struct place_row {
	const char *name;
	struct seal_place place;
} place_rows[] = {
	{ "another column",
	  { .column = SLICE("device_grant.other"),
	    .row = SLICE("row\0"
			 "1") } },
	{ "another table",
	  { .column = SLICE("code.answer"),
	    .row = SLICE("row\0"
			 "1") } },
	{ "another row",
	  { .column = SLICE("device_grant.answer"),
	    .row = SLICE("row\0"
			 "2") } },
	{ "a shorter row", { .column = SLICE("device_grant.answer"), .row = SLICE("row") } },
	{ "no row", { .column = SLICE("device_grant.answer"), .row = SLICE("") } },
	{ "column and row cut elsewhere",
	  { .column = SLICE("device_grant.answerrow\0"), .row = SLICE("1") } },
};

START_TEST(does_not_open_elsewhere)
{
	AUTO(arena) struct arena *arena = arena_new();
	AUTO(keyring) struct keyring *ring = ring_of("1");
	struct slice sealed = seal_close(ring, arena, home, SLICE("secret"));
	ck_assert_msg(open_at(ring, arena, place_rows[_i].place, sealed) == ERR_CRYPTO, "%s",
		      place_rows[_i].name);
}
END_TEST

START_TEST(does_not_open_when_changed)
{
	AUTO(arena) struct arena *arena = arena_new();
	AUTO(keyring) struct keyring *ring = ring_of("10");
	struct slice sealed = seal_close(ring, arena, home, SLICE("secret"));
	for (size_t i = 0; i < sealed.len * 8; i++) {
		char *changed = arena_cstr(arena, sealed);
		changed[i / 8] = (char)(changed[i / 8] ^ 1 << i % 8);
		ck_assert_int_eq(open_at(ring, arena, home, slice_of(changed, sealed.len)),
				 ERR_CRYPTO);
	}
}
END_TEST

START_TEST(does_not_open_when_cut)
{
	AUTO(arena) struct arena *arena = arena_new();
	AUTO(keyring) struct keyring *ring = ring_of("1");
	struct slice sealed = seal_close(ring, arena, home, SLICE("secret"));
	for (size_t len = 0; len < sealed.len; len++)
		ck_assert_int_eq(
			open_at(ring, arena, home, arena_slice(arena, slice_of(sealed.ptr, len))),
			ERR_CRYPTO);
	ck_assert_int_eq(open_at(ring, arena, home, slice_of(NULL, 0)), ERR_CRYPTO);
}
END_TEST

static const struct ring_row {
	const char *name;
	const char *sealing, *opening;
	enum err err;
} ring_rows[] = {
	{ "the same key", "1", "1", ERR_OK },
	{ "after a rotation", "1", "21", ERR_OK },
	{ "the first key seals", "21", "2", ERR_OK },
	{ "another key", "1", "2", ERR_CRYPTO },
	{ "the second key does not seal", "21", "1", ERR_CRYPTO },
	{ "after the key was dropped", "1", "32", ERR_CRYPTO },
};

START_TEST(rings)
{
	const struct ring_row *row = &ring_rows[_i];
	AUTO(arena) struct arena *arena = arena_new();
	AUTO(keyring) struct keyring *sealing = ring_of(row->sealing);
	AUTO(keyring) struct keyring *opening = ring_of(row->opening);
	struct slice sealed = seal_close(sealing, arena, home, SLICE("secret"));
	ck_assert_msg(open_at(opening, arena, home, sealed) == row->err, "%s", row->name);
	struct slice plain;
	sealed = seal_close(sealing, arena, held_by("code"), SLICE("secret"));
	ck_assert_msg(seal_open(opening, arena, held_by("code"), sealed, &plain) == row->err, "%s",
		      row->name);
}
END_TEST

START_TEST(same_id_with_other_bytes_does_not_open)
{
	AUTO(arena) struct arena *arena = arena_new();
	AUTO(keyring) struct keyring *one = ring_of("1");
	const uint32_t id = 1;
	const struct secret key = { { 9 } };
	AUTO(keyring) struct keyring *other = keyring_from_keys(&id, &key, 1);
	struct slice sealed = seal_close(one, arena, home, SLICE("secret"));
	ck_assert_int_eq(open_at(other, arena, home, sealed), ERR_CRYPTO);
}
END_TEST

START_TEST(opens_for_who_presents)
{
	AUTO(arena) struct arena *arena = arena_new();
	AUTO(keyring) struct keyring *ring = ring_of("1");
	struct slice plain;
	struct slice sealed = seal_close(ring, arena, held_by("code"), SLICE("answer"));
	ck_assert_int_eq(seal_open(ring, arena, held_by("code"), sealed, &plain), ERR_OK);
	ck_slice_str(plain, "answer");
	ck_assert_int_eq(seal_open(ring, arena, held_by("codf"), sealed, &plain), ERR_CRYPTO);
	ck_assert_int_eq(seal_open(ring, arena, held_by(""), sealed, &plain), ERR_CRYPTO);
	ck_assert_int_eq(open_at(ring, arena, home, sealed), ERR_CRYPTO);
	struct seal_place elsewhere = place_rows[2].place;
	elsewhere.presented = SLICE("code");
	ck_assert_int_eq(seal_open(ring, arena, elsewhere, sealed, &plain), ERR_CRYPTO);
	sealed = seal_close(ring, arena, home, SLICE("answer"));
	ck_assert_int_eq(seal_open(ring, arena, held_by("code"), sealed, &plain), ERR_CRYPTO);
}
END_TEST

START_TEST(never_seals_alike)
{
	AUTO(arena) struct arena *arena = arena_new();
	AUTO(keyring) struct keyring *ring = ring_of("1");
	struct slice one = seal_close(ring, arena, home, SLICE("secret"));
	struct slice other = seal_close(ring, arena, home, SLICE("secret"));
	ck_assert(!slice_equal(slice_sub(one, 4, 24), slice_sub(other, 4, 24)));
	ck_assert(!slice_equal(slice_sub(one, 28, 100), slice_sub(other, 28, 100)));
}
END_TEST

static void add_tests(TCase *tc)
{
	tcase_add_loop_test(tc, round_trip, 0, 3);
	tcase_add_loop_test(tc, does_not_open_elsewhere, 0, ARRAY_LEN(place_rows));
	tcase_add_test(tc, does_not_open_when_changed);
	tcase_add_test(tc, does_not_open_when_cut);
	tcase_add_loop_test(tc, rings, 0, ARRAY_LEN(ring_rows));
	tcase_add_test(tc, same_id_with_other_bytes_does_not_open);
	tcase_add_test(tc, opens_for_who_presents);
	tcase_add_test(tc, never_seals_alike);
}

TEST_MAIN("crypto/seal", add_tests)
