/* SPDX-License-Identifier: Apache-2.0
 *
 * Settings of applications: which are taken, who has a secret then, and that it is sealed only
 * where the client signs with it. */
#include "check_main.h"
#include "check_slice.h"
#include "flow/client_seal.h"
#include "flow/flow_fixture.h"

static struct fixture fixture;

static void setup(void)
{
	fixture_start(&fixture, "1");
}

static void teardown(void)
{
	fixture_stop(&fixture);
}

#define KEYS \
	"{\"keys\":[{\"kty\":\"EC\",\"crv\":\"P-256\"," \
	"\"x\":\"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU\"," \
	"\"y\":\"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0\"}]}"

static struct slice grants[] = { SLICE("device-code") };

static const struct row {
	const char *name;
	const char *type;
	struct application_setting settings[3];
	size_t count;
	enum client_setting fault; /* SETTING_COUNT: none */
	bool secret;
	bool sealed;
} rows[] = {
	{ .name = "nothing said", .type = "confidential", .fault = SETTING_COUNT, .secret = true },
	{ .name = "a secret that the client sends",
	  .type = "confidential",
	  .settings = { { SETTING_AUTH_METHOD, SLICE("client_secret_post") } },
	  .count = 1,
	  .fault = SETTING_COUNT,
	  .secret = true },
	{ .name = "a secret that the client signs with",
	  .type = "confidential",
	  .settings = { { SETTING_AUTH_METHOD, SLICE("client_secret_jwt") } },
	  .count = 1,
	  .fault = SETTING_COUNT,
	  .secret = true,
	  .sealed = true },
	{ .name = "a key in the place of a secret",
	  .type = "confidential",
	  .settings = { { SETTING_AUTH_METHOD, SLICE("private_key_jwt") },
			{ SETTING_JWKS, SLICE(KEYS) } },
	  .count = 2,
	  .fault = SETTING_COUNT },
	{ .name = "an empty value is the first one",
	  .type = "public",
	  .settings = { { SETTING_TOKEN_FORMAT, SLICE("") } },
	  .count = 1,
	  .fault = SETTING_COUNT },
	{ .name = "a value that is none",
	  .type = "public",
	  .settings = { { SETTING_TOKEN_FORMAT, SLICE("xml") } },
	  .count = 1,
	  .fault = SETTING_TOKEN_FORMAT },
	{ .name = "keys that are none",
	  .type = "confidential",
	  .settings = { { SETTING_JWKS, SLICE("{}") } },
	  .count = 1,
	  .fault = SETTING_JWKS },
	{ .name = "a method without the keys that it needs",
	  .type = "confidential",
	  .settings = { { SETTING_AUTH_METHOD, SLICE("private_key_jwt") } },
	  .count = 1,
	  .fault = SETTING_JWKS },
	{ .name = "a method of confidential clients",
	  .type = "public",
	  .settings = { { SETTING_AUTH_METHOD, SLICE("client_secret_basic") } },
	  .count = 1,
	  .fault = SETTING_AUTH_METHOD },
	{ .name = "keys in two places",
	  .type = "confidential",
	  .settings = { { SETTING_JWKS, SLICE(KEYS) },
			{ SETTING_JWKS_URI, SLICE("https://a.example/k") } },
	  .count = 2,
	  .fault = SETTING_JWKS },
};

static struct application_new new_of(const struct row *row)
{
	return (struct application_new){
		.form = { .name = SLICE("TV"),
			  .client_type = slice_str(row->type),
			  .grant_types = grants,
			  .grant_type_count = 1 },
		.settings = { row->settings, row->count },
		.client_id = SLICE("tv"),
	};
}

START_TEST(settings_are_checked_and_kept)
{
	const struct row *row = &rows[_i];
	const struct application_new application = new_of(row);
	struct application_made made;
	struct client_faults faults;
	bool fine = row->fault == SETTING_COUNT;
	enum err err = application_add(&fixture.flow, &fixture.call, &application, &made, &faults);
	ck_assert_msg(err == (fine ? ERR_OK : ERR_INVALID), "%s: %s", row->name, err_name(err));
	ck_assert_msg(slice_is_empty(faults.why) == fine, "%s", row->name);
	if (!fine) {
		ck_assert_msg(faults.setting == row->fault, "%s: %d", row->name, faults.setting);
		return;
	}
	struct client_entry entry = fixture_read_client(&fixture, "tv");
	for (size_t i = 0; i < row->count; i++)
		if (!slice_is_empty(row->settings[i].value))
			ck_slice_row(row->name,
				     client_setting_get(entry.client->settings,
							row->settings[i].setting),
				     row->settings[i].value);
	ck_assert_msg(entry.secrets.count == row->secret, "%s", row->name);
	ck_assert_msg(slice_is_empty(made.secret) == !row->secret, "%s", row->name);
}
END_TEST

START_TEST(a_secret_is_sealed_where_the_client_signs_with_it)
{
	const struct row *row = &rows[_i];
	const struct application_new application = new_of(row);
	struct application_made made;
	struct client_faults faults;
	if (!row->secret)
		return;
	ck_assert_int_eq(
		application_add(&fixture.flow, &fixture.call, &application, &made, &faults),
		ERR_OK);
	struct client_entry entry = fixture_read_client(&fixture, "tv");
	const struct client_secret *secret = &entry.secrets.items[0];
	const struct client_seal_place place = { &entry.client->id, &secret->id };
	struct slice text;
	enum err err = client_seal_open(fixture.ring, fixture.call.arena, &place, secret->sealed,
					&text);
	ck_assert_msg(err == (row->sealed ? ERR_OK : ERR_ABSENT), "%s: %s", row->name,
		      err_name(err));
	if (row->sealed)
		ck_slice_row(row->name, text, made.secret);
}
END_TEST

static struct slice change(const struct application_setting *setting)
{
	struct client_faults faults;
	struct slice secret;
	struct client_entry entry = fixture_read_client(&fixture, "tv");
	const struct application_change change = {
		.client = entry.client,
		.form = { .name = SLICE("TV"),
			  .client_type = slice_str(client_type_name(entry.client->type)),
			  .grant_types = grants,
			  .grant_type_count = 1 },
		.settings = { setting, setting ? 1 : 0 },
		.enabled = true,
	};
	ck_assert_int_eq(
		application_update(&fixture.flow, &fixture.call, &change, &secret, &faults),
		ERR_OK);
	return secret;
}

START_TEST(a_client_that_comes_to_sign_with_its_secret_gets_one_for_it)
{
	struct slice secret;
	const struct application_setting jwt = { SETTING_AUTH_METHOD, SLICE("client_secret_jwt") };
	const struct application_setting format = { SETTING_TOKEN_FORMAT, SLICE("jwt") };
	fixture_client(&fixture, "tv", CLIENT_CONFIDENTIAL, &secret);
	ck_slice_str(change(&format), "");
	ck_assert_uint_gt(change(&jwt).len, 40);
	ck_assert_uint_eq(fixture_read_client(&fixture, "tv").secrets.count, 2);
	/* what was said before stays */
	struct client_entry entry = fixture_read_client(&fixture, "tv");
	ck_slice_str(client_setting_get(entry.client->settings, SETTING_TOKEN_FORMAT), "jwt");
	ck_slice_str(change(NULL), "");
}
END_TEST

static void add_tests(TCase *tc)
{
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_loop_test(tc, settings_are_checked_and_kept, 0, ARRAY_LEN(rows));
	tcase_add_loop_test(tc, a_secret_is_sealed_where_the_client_signs_with_it, 0,
			    ARRAY_LEN(rows));
	tcase_add_test(tc, a_client_that_comes_to_sign_with_its_secret_gets_one_for_it);
}

TEST_MAIN("flow/application_settings", add_tests)
