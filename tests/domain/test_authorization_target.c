/* SPDX-License-Identifier: Apache-2.0
 *
 * Where an authorization request is answered, and how, whatever becomes of it. */
#include "domain/authorization_request.h"

#include "base/attr.h"
#include "check_main.h"
#include "check_slice.h"

#define CB "redirect_uri=https%3A%2F%2Fapp.example.com%2Fcb"
#define BASE "client_id=app&" CB "&response_type=code"
#define HYBRID "client_id=app&" CB "&response_type=code%20id_token&scope=openid"

static struct arena *arena;

static void setup(void)
{
	arena = arena_new();
}

static void teardown(void)
{
	arena_free(&arena);
}

static struct authorization_parameters parse(const char *text)
{
	struct authorization_parameters parameters;
	ck_assert_int_eq(authorization_parameters_parse(arena, slice_str(text), &parameters),
			 ERR_OK);
	return parameters;
}

static const struct target_row {
	const char *name;
	const char *text;
	struct slice registered;
	enum authorization_target target;
	const char *uri;
} target_rows[] = {
	{ .name = "one that is registered",
	  .text = BASE,
	  .registered = SLICE("https://app.example.com/other\nhttps://app.example.com/cb"),
	  .uri = "https://app.example.com/cb" },
	/* RFC6749#3.1.2.3 */
	{ .name = "none, where only one is registered",
	  .text = "client_id=app&scope=email",
	  .registered = SLICE("https://app.example.com/cb"),
	  .uri = "https://app.example.com/cb" },
	/* RFC8252#7.3 */
	{ .name = "loopback at its port of today",
	  .text = "client_id=app&redirect_uri=http%3A%2F%2F127.0.0.1%3A51004%2Fcb",
	  .registered = SLICE("http://127.0.0.1/cb"),
	  .uri = "http://127.0.0.1:51004/cb" },

	/* OIDC#3.1.2.1 */
	{ .name = "none, with openid",
	  .text = "client_id=app&scope=email%20openid",
	  .registered = SLICE("https://app.example.com/cb"),
	  .target = TARGET_MISSING },
	{ .name = "none, where two are registered",
	  .text = "client_id=app",
	  .registered = SLICE("https://app.example.com/other\nhttps://app.example.com/cb"),
	  .target = TARGET_MISSING },
	{ .name = "none, where none is registered",
	  .text = "client_id=app",
	  .registered = SLICE(""),
	  .target = TARGET_MISSING },
	/* RFC6749#3.1.2.4 */
	{ .name = "one that is not registered",
	  .text = BASE,
	  .registered = SLICE("https://app.example.com/other"),
	  .target = TARGET_UNREGISTERED },
	{ .name = "one where none is registered",
	  .text = BASE,
	  .registered = SLICE(""),
	  .target = TARGET_UNREGISTERED },
	{ .name = "two of them",
	  .text = BASE "&" CB,
	  .registered = SLICE("https://app.example.com/cb"),
	  .target = TARGET_TWICE },
	{ .name = "two clients",
	  .text = BASE "&client_id=other",
	  .registered = SLICE("https://app.example.com/cb"),
	  .target = TARGET_TWICE },
	{ .name = "one that is no text",
	  .text = "client_id=app&redirect_uri=%ff",
	  .registered = SLICE("https://app.example.com/cb"),
	  .target = TARGET_UNREGISTERED },
};

START_TEST(targets)
{
	const struct target_row *row = &target_rows[_i];
	const struct client client = { .redirect_uris = row->registered };
	const struct authorization_parameters parameters = parse(row->text);
	struct slice uri;
	enum authorization_target target = authorization_target(&parameters, &client, &uri);
	ck_assert_msg(target == row->target, "%s: %d", row->name, (int)target);
	ck_slice_row(row->name, uri, slice_str(row->uri));
	ck_assert(slice_is_empty(authorization_target_text(target)) == (target == TARGET_FINE));
}
END_TEST

/* --- how it is answered, also when it is refused */

static const struct mode_row {
	const char *name;
	const char *text;
	enum response_mode mode;
} mode_rows[] = {
	{ .name = "a code", .text = BASE, .mode = RESPONSE_MODE_QUERY },
	{ .name = "an ID token", .text = HYBRID, .mode = RESPONSE_MODE_FRAGMENT },
	{ .name = "a form",
	  .text = BASE "&response_mode=form_post",
	  .mode = RESPONSE_MODE_FORM_POST },
	{ .name = "a form for an ID token",
	  .text = HYBRID "&response_mode=form_post",
	  .mode = RESPONSE_MODE_FORM_POST },
	/* RFC6749#4.2.2.1: where the client that asks so looks for it */
	{ .name = "an access token",
	  .text = CB "&response_type=token",
	  .mode = RESPONSE_MODE_FRAGMENT },
	{ .name = "nothing that is known",
	  .text = CB "&response_type=magic",
	  .mode = RESPONSE_MODE_QUERY },
	{ .name = "no type", .text = CB, .mode = RESPONSE_MODE_QUERY },
	{ .name = "an unknown mode",
	  .text = BASE "&response_mode=magic",
	  .mode = RESPONSE_MODE_QUERY },
	{ .name = "a query for an ID token",
	  .text = HYBRID "&response_mode=query",
	  .mode = RESPONSE_MODE_FRAGMENT },
	{ .name = "a fragment for a code",
	  .text = BASE "&response_mode=fragment",
	  .mode = RESPONSE_MODE_QUERY },
};

START_TEST(ways_to_answer)
{
	const struct mode_row *row = &mode_rows[_i];
	const struct authorization_parameters parameters = parse(row->text);
	ck_assert_msg(authorization_response_mode(&parameters,
						  SLICE("https://app.example.com/cb")) == row->mode,
		      "%s", row->name);
	/* nobody can post a form to an app */
	ck_assert_msg(authorization_response_mode(&parameters, SLICE("com.example.app:/cb")) !=
			      RESPONSE_MODE_FORM_POST,
		      "%s", row->name);
}
END_TEST

START_TEST(a_state_that_comes_twice_is_none) /* RFC6749#4.1.2.1 */
{
	struct authorization_parameters parameters = parse(BASE "&state=%20x%26");
	ck_slice_str(authorization_state(&parameters), " x&");
	parameters = parse(BASE "&state=a&state=b");
	ck_slice_str(authorization_state(&parameters), "");
}
END_TEST

START_TEST(silence) /* OIDC#3.1.2.1 */
{
	static const struct {
		const char *text;
		bool silent;
	} silences[] = {
		{ BASE "&prompt=none", true },           { BASE "&prompt=%20none", true },
		{ "prompt=none&response_type=x", true }, { BASE, false },
		{ BASE "&prompt=login", false },         { BASE "&prompt=none%20login", false },
		{ BASE "&prompt=None", false },
	};
	for (size_t i = 0; i < ARRAY_LEN(silences); i++) {
		const struct authorization_parameters parameters = parse(silences[i].text);
		ck_assert_msg(authorization_is_silent(&parameters) == silences[i].silent, "%s",
			      silences[i].text);
	}
}
END_TEST

static void add_tests(TCase *tc)
{
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_loop_test(tc, targets, 0, ARRAY_LEN(target_rows));
	tcase_add_loop_test(tc, ways_to_answer, 0, ARRAY_LEN(mode_rows));
	tcase_add_test(tc, a_state_that_comes_twice_is_none);
	tcase_add_test(tc, silence);
}

TEST_MAIN("domain/authorization_target", add_tests)
