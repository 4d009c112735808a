/* SPDX-License-Identifier: Apache-2.0
 *
 * Keys out of settings and from a real web server: when they are fetched, when again, and what
 * happens when they cannot be had. */
#include "flow/client_keys.h"

#include "check_main.h"
#include "check_slice.h"
#include "fetch/fetch.h"
#include "flow/keys_fixture.h"
#include "support/jwt_maker.h"

enum { MINUTE_MS = 60000 };

static const struct origin_answer answers[] = {
	{ ORIGIN_AT_ONCE, "/keys", "" },
};

static struct keys_fixture keys;

static void setup(void)
{
	keys_init(&keys, answers, ARRAY_LEN(answers), 0);
}

static void teardown(void)
{
	keys_fini(&keys);
}

static void serve_nothing(void)
{
	origin_change(keys.origin, 0, "HTTP/1.1 500 No\r\nConnection: close\r\n\r\n");
}

static struct key_source source_at(const char *path)
{
	return keys_source(&keys, path, FETCH_TRUSTED);
}

static enum err verify_with(const struct jwk *key, const struct key_source *source)
{
	const struct jws jws = keys_signed(&keys, key);
	return client_keys_verify(&keys.flow, &keys.call, source, &jws);
}

static enum err verify(const struct jwk *key)
{
	const struct key_source source = source_at("/keys");
	return verify_with(key, &source);
}

/* --- keys in settings -------------------------------------------------------------------- */

START_TEST(keys_by_value)
{
	const struct jwk *both[] = { keys.first, keys.second };
	struct key_source source = { .jwks = jwt_set(keys.call.arena, both, 1),
				     .uri = SLICE_EMPTY };
	ck_assert_int_eq(verify_with(keys.first, &source), ERR_OK);
	ck_assert_int_eq(verify_with(keys.second, &source), ERR_INVALID);
	source.jwks = jwt_set(keys.call.arena, both, 2);
	ck_assert_int_eq(verify_with(keys.second, &source), ERR_OK);
	source.jwks = SLICE("{}");
	ck_assert_int_eq(verify_with(keys.first, &source), ERR_IO);
	source.jwks = SLICE_EMPTY;
	ck_assert_int_eq(verify_with(keys.first, &source), ERR_INVALID);
	ck_assert_uint_eq(origin_requests(keys.origin), 0);
}
END_TEST

START_TEST(settings_say_where)
{
	const struct client client = { .settings = SLICE("jwks_uri=https://app.example.com/keys") };
	struct key_source source = client_keys_source(&client);
	ck_slice_str(source.uri, "https://app.example.com/keys");
	ck_slice_str(source.jwks, "");
}
END_TEST

/* --- keys from elsewhere ----------------------------------------------------------------- */

START_TEST(fetched_once_and_kept_for_an_hour)
{
	ck_assert_int_eq(verify(keys.first), ERR_OK);
	keys.call.now_ms += (int64_t)CLIENT_KEYS_FRESH_S * 1000 - 1;
	ck_assert_int_eq(verify(keys.first), ERR_OK);
	ck_assert_uint_eq(origin_requests(keys.origin), 1);
	keys.call.now_ms += 1;
	ck_assert_int_eq(verify(keys.first), ERR_OK);
	ck_assert_uint_eq(origin_requests(keys.origin), 2);
}
END_TEST

static const struct age_row {
	const char *headers;
	int64_t seconds;
} age_rows[] = {
	{ "Cache-Control: max-age=600\r\n", 600 },
	{ "Cache-Control: max-age=1\r\n", CLIENT_KEYS_FRESH_MIN_S },
	{ "Cache-Control: no-store\r\n", CLIENT_KEYS_FRESH_MIN_S },
	{ "Cache-Control: max-age=31536000\r\n", CLIENT_KEYS_FRESH_MAX_S },
	{ "", CLIENT_KEYS_FRESH_S },
};

START_TEST(kept_for_as_long_as_was_said)
{
	keys_serve_one(&keys, age_rows[_i].headers, keys.first);
	ck_assert_int_eq(verify(keys.first), ERR_OK);
	keys.call.now_ms += age_rows[_i].seconds * 1000 - 1;
	ck_assert_int_eq(verify(keys.first), ERR_OK);
	ck_assert_uint_eq(origin_requests(keys.origin), 1);
	keys.call.now_ms += 1;
	ck_assert_int_eq(verify(keys.first), ERR_OK);
	ck_assert_uint_eq(origin_requests(keys.origin), 2);
}
END_TEST

/* OIDC#10.1.1: a new key is there before the old one is known to be gone. */
START_TEST(an_unknown_key_makes_us_look_again_once_a_minute)
{
	ck_assert_int_eq(verify(keys.first), ERR_OK);
	keys_serve_one(&keys, "", keys.second);
	/* Just fetched: whoever invents keys cannot make us hammer somebody. */
	ck_assert_int_eq(verify(keys.second), ERR_INVALID);
	ck_assert_uint_eq(origin_requests(keys.origin), 1);
	keys.call.now_ms += MINUTE_MS;
	ck_assert_int_eq(verify(keys.second), ERR_OK);
	ck_assert_uint_eq(origin_requests(keys.origin), 2);
	ck_assert_int_eq(verify(keys.first), ERR_INVALID);
	ck_assert_uint_eq(origin_requests(keys.origin), 2);
}
END_TEST

START_TEST(a_failure_is_not_repeated_for_a_minute)
{
	serve_nothing();
	ck_assert_int_eq(verify(keys.first), ERR_IO);
	ck_assert_int_eq(verify(keys.first), ERR_IO);
	ck_assert_uint_eq(origin_requests(keys.origin), 1);
	keys_serve_one(&keys, "", keys.first);
	keys.call.now_ms += MINUTE_MS;
	ck_assert_int_eq(verify(keys.first), ERR_OK);
	ck_assert_uint_eq(origin_requests(keys.origin), 2);
}
END_TEST

START_TEST(old_keys_stay_while_new_ones_cannot_be_had)
{
	ck_assert_int_eq(verify(keys.first), ERR_OK);
	keys_serve(&keys, "", SLICE("not JSON"));
	keys.call.now_ms += (int64_t)CLIENT_KEYS_FRESH_S * 1000;
	ck_assert_int_eq(verify(keys.first), ERR_OK);
	ck_assert_uint_eq(origin_requests(keys.origin), 2);
	/* Known keys are not looked for anew meanwhile, nor are unknown ones. */
	ck_assert_int_eq(verify(keys.first), ERR_OK);
	ck_assert_int_eq(verify(keys.second), ERR_INVALID);
	ck_assert_uint_eq(origin_requests(keys.origin), 2);
	/* A day later they are no longer believed. */
	keys.call.now_ms += (int64_t)CLIENT_KEYS_STALE_S * 1000;
	ck_assert_int_eq(verify(keys.first), ERR_IO);
	ck_assert_uint_eq(origin_requests(keys.origin), 3);
}
END_TEST

static const char *const bad_sets[] = {
	"", "[]", "{}", "{\"keys\":{}}", "<html></html>",
};

START_TEST(what_is_no_set_is_a_failure)
{
	keys_serve(&keys, "", slice_str(bad_sets[_i]));
	ck_assert_int_eq(verify(keys.first), ERR_IO);
}
END_TEST

START_TEST(without_a_way_out_there_are_no_keys)
{
	struct flow closed = keys.flow;
	const struct key_source source = source_at("/keys");
	closed.fetch = NULL;
	struct jws jws = { .alg = ALG_ES256, .kid = SLICE_EMPTY };
	ck_assert_int_eq(client_keys_verify(&closed, &keys.call, &source, &jws), ERR_IO);
	ck_assert_uint_eq(origin_requests(keys.origin), 0);
}
END_TEST

/* More sets than there are places: the one asked for longest ago makes room. */
START_TEST(the_table_is_bounded)
{
	for (unsigned i = 0; i < CLIENT_KEYS_MAX; i++) {
		const struct key_source other = {
			.uri = arena_printf(keys.call.arena, "http://127.0.0.1:%u/other%u",
					    origin_port(keys.origin), i),
			.jwks = SLICE_EMPTY,
		};
		if (i == CLIENT_KEYS_MAX - 1)
			ck_assert_int_eq(verify(keys.first), ERR_OK);
		ck_assert_int_eq(verify_with(keys.first, &other), ERR_IO);
	}
	unsigned requests = origin_requests(keys.origin);
	ck_assert_uint_eq(requests, CLIENT_KEYS_MAX + 1);
	ck_assert_int_eq(verify(keys.first), ERR_OK);
	ck_assert_uint_eq(origin_requests(keys.origin), requests);
	const struct key_source forgotten = source_at("/other0");
	ck_assert_int_eq(verify_with(keys.first, &forgotten), ERR_IO);
	ck_assert_uint_eq(origin_requests(keys.origin), requests + 1);
}
END_TEST

/* --- on whose account -------------------------------------------------------------------- */

static const struct class_row {
	const char *name;
	const char *settings;
	bool reviewed;
	enum fetch_class class;
} class_rows[] = {
	{ "made or looked at by an administrator", "", true, FETCH_TRUSTED },
	{ "registered and looked at", "source=registration", true, FETCH_TRUSTED },
	{ "a document that was looked at", "source=metadata_document", true, FETCH_TRUSTED },
	{ "made by a person", "", false, FETCH_REGISTERED },
	{ "registered", "source=registration", false, FETCH_REGISTERED },
	{ "known by its document", "source=metadata_document", false, FETCH_UNKNOWN },
};

START_TEST(whose_account_it_is)
{
	const struct class_row *row = &class_rows[_i];
	const struct client client = { .settings = slice_str(row->settings),
				       .reviewed = row->reviewed };
	ck_assert_msg(client_keys_source(&client).class == row->class, "%s", row->name);
}
END_TEST

START_TEST(classes_share_nothing)
{
	struct key_source source = source_at("/keys");
	ck_assert_int_eq(verify_with(keys.first, &source), ERR_OK);
	source.class = FETCH_REGISTERED;
	ck_assert_int_eq(verify_with(keys.first, &source), ERR_OK);
	ck_assert_uint_eq(origin_requests(keys.origin), 2);
	source.class = FETCH_UNKNOWN;
	serve_nothing();
	ck_assert_int_eq(verify_with(keys.first, &source), ERR_IO);
	source.class = FETCH_TRUSTED;
	ck_assert_int_eq(verify_with(keys.first, &source), ERR_OK);
	ck_assert_uint_eq(origin_requests(keys.origin), 3);
}
END_TEST

START_TEST(strangers_do_not_put_out_the_keys_of_others)
{
	ck_assert_int_eq(verify(keys.first), ERR_OK);
	for (unsigned i = 0; i < CLIENT_KEYS_REGISTERED_MAX + 1; i++) {
		struct slice path = arena_printf(keys.call.arena, "/other%u", i);
		struct key_source other = source_at(arena_cstr(keys.call.arena, path));
		other.class = FETCH_REGISTERED;
		ck_assert_int_eq(verify_with(keys.first, &other), ERR_IO);
	}
	unsigned requests = origin_requests(keys.origin);
	ck_assert_int_eq(verify(keys.first), ERR_OK);
	ck_assert_uint_eq(origin_requests(keys.origin), requests);
}
END_TEST

static void add_tests(TCase *tc)
{
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, keys_by_value);
	tcase_add_test(tc, settings_say_where);
	tcase_add_test(tc, fetched_once_and_kept_for_an_hour);
	tcase_add_loop_test(tc, kept_for_as_long_as_was_said, 0, ARRAY_LEN(age_rows));
	tcase_add_test(tc, an_unknown_key_makes_us_look_again_once_a_minute);
	tcase_add_test(tc, a_failure_is_not_repeated_for_a_minute);
	tcase_add_test(tc, old_keys_stay_while_new_ones_cannot_be_had);
	tcase_add_loop_test(tc, what_is_no_set_is_a_failure, 0, ARRAY_LEN(bad_sets));
	tcase_add_test(tc, without_a_way_out_there_are_no_keys);
	tcase_add_test(tc, the_table_is_bounded);
	tcase_add_loop_test(tc, whose_account_it_is, 0, ARRAY_LEN(class_rows));
	tcase_add_test(tc, classes_share_nothing);
	tcase_add_test(tc, strangers_do_not_put_out_the_keys_of_others);
}

TEST_MAIN("flow/client_keys", add_tests)
