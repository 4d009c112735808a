/* SPDX-License-Identifier: Apache-2.0
 *
 * Which sets of keys may be registered by value. */
#include "domain/client_jwks.h"

#include "check_main.h"
#include "check_slice.h"

/* RFC7515, appendix A.3.1, without its private half */
#define EC \
	"{\"kty\":\"EC\",\"crv\":\"P-256\"," \
	"\"x\":\"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU\"," \
	"\"y\":\"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0\""
#define EIGHT(key) key "," key "," key "," key "," key "," key "," key "," key

struct row {
	const char *name;
	struct slice json;
	bool fine;
};

static const struct row rows[] = {
	{ "one key", SLICE("{\"keys\":[" EC "}]}"), true },
	/* RFC7517#5: what is not understood is passed over */
	{ "a key of an unknown type beside it", SLICE("{\"keys\":[{\"kty\":\"XX\"}," EC "}]}"),
	  true },
	{ "other members", SLICE("{\"keys\":[" EC ",\"kid\":\"a\",\"x\\u002d\":1}],\"a\":{}}"),
	  true },
	{ "sixteen keys", SLICE("{\"keys\":[" EIGHT(EC "}") "," EIGHT(EC "}") "]}"), true },

	{ "nothing", SLICE(""), false },
	{ "text", SLICE("keys"), false },
	{ "an array", SLICE("[" EC "}]"), false },
	{ "a key alone", SLICE(EC "}"), false },
	{ "no keys", SLICE("{}"), false },
	{ "keys that are no array", SLICE("{\"keys\":{}}"), false },
	{ "an empty set", SLICE("{\"keys\":[]}"), false },
	{ "a key that is text", SLICE("{\"keys\":[\"a\"]}"), false },
	{ "a key that is an array", SLICE("{\"keys\":[[]]}"), false },
	{ "a key without a type", SLICE("{\"keys\":[{\"x\":\"a\"}]}"), false },
	{ "seventeen keys", SLICE("{\"keys\":[" EC "}," EIGHT(EC "}") "," EIGHT(EC "}") "]}"),
	  false },
	{ "a private key", SLICE("{\"keys\":[" EC ",\"d\":\"AA\"}]}"), false },
	{ "a private key behind a public one", SLICE("{\"keys\":[" EC "}," EC ",\"d\":\"AA\"}]}"),
	  false },
	{ "a private member that is no text", SLICE("{\"keys\":[" EC ",\"d\":null}]}"), false },
	{ "half of a private RSA key", SLICE("{\"keys\":[" EC ",\"dp\":\"AA\"}]}"), false },
	{ "a secret", SLICE("{\"keys\":[{\"kty\":\"oct\",\"k\":\"AA\"}]}"), false },
	{ "a point that is not on its curve",
	  SLICE("{\"keys\":[{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"AA\",\"y\":\"AA\"}]}"),
	  false },
	{ "keys of unknown types alone", SLICE("{\"keys\":[{\"kty\":\"XX\"}]}"), false },
	{ "members that repeat", SLICE("{\"keys\":[],\"keys\":[" EC "}]}"), false },
	{ "something behind it", SLICE("{\"keys\":[" EC "}]} x"), false },
};

START_TEST(sets)
{
	const struct row *row = &rows[_i];
	AUTO(arena) struct arena *arena = arena_new();
	struct slice kept;
	struct slice why;
	enum err err = client_jwks_check(arena, row->json, &kept, &why);
	ck_assert_msg((err == ERR_OK) == row->fine, "%s", row->name);
	ck_assert_msg(slice_is_empty(why) == row->fine, "%s", row->name);
	ck_assert_msg(slice_is_empty(kept) != row->fine, "%s", row->name);
	ck_assert_msg(!slice_has_byte(kept, '\n'), "%s", row->name);
}
END_TEST

static void add_tests(TCase *tc)
{
	tcase_add_loop_test(tc, sets, 0, ARRAY_LEN(rows));
}

TEST_MAIN("domain/client_jwks", add_tests)
