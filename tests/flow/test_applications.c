/* SPDX-License-Identifier: Apache-2.0
 *
 * Applications: what is refused, when a secret is made, what a change replaces, and how secrets
 * overlap. */
#include "flow/applications.h"

#include "check_main.h"
#include "check_slice.h"
#include "flow/client_auth.h"
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

static struct slice device_grant = SLICE("device-code");
static struct slice password_grant = SLICE("password");
static struct slice code_grant = SLICE("authorization-code");
static struct slice credentials_grant = SLICE("client-credentials");

static const struct row {
	const char *name;
	struct slice client_id;
	struct slice app_name;
	struct slice type;
	struct slice *grant;
	struct slice scopes;
	enum err err;
	bool secret;
} rows[] = {
	{ .name = "a public client has no secret",
	  .client_id = SLICE("tv"),
	  .app_name = SLICE("TV"),
	  .type = SLICE("public"),
	  .grant = &device_grant },
	{ .name = "a confidential client gets one",
	  .client_id = SLICE("tv"),
	  .app_name = SLICE("TV"),
	  .type = SLICE("confidential"),
	  .grant = &device_grant,
	  .secret = true },
	{ .name = "allowed scopes that exist",
	  .client_id = SLICE("tv"),
	  .app_name = SLICE("TV"),
	  .type = SLICE("public"),
	  .grant = &device_grant,
	  .scopes = SLICE("openid email") },
	{ .name = "a scope that does not exist",
	  .client_id = SLICE("tv"),
	  .app_name = SLICE("TV"),
	  .type = SLICE("public"),
	  .grant = &device_grant,
	  .scopes = SLICE("openid gold"),
	  .err = ERR_INVALID },
	{ .name = "no name",
	  .client_id = SLICE("tv"),
	  .app_name = SLICE(""),
	  .type = SLICE("public"),
	  .grant = &device_grant,
	  .err = ERR_INVALID },
	{ .name = "no type",
	  .client_id = SLICE("tv"),
	  .app_name = SLICE("TV"),
	  .type = SLICE(""),
	  .grant = &device_grant,
	  .err = ERR_INVALID },
	{ .name = "the password grant",
	  .client_id = SLICE("tv"),
	  .app_name = SLICE("TV"),
	  .type = SLICE("public"),
	  .grant = &password_grant,
	  .err = ERR_INVALID },
	{ .name = "codes without a redirect URI",
	  .client_id = SLICE("tv"),
	  .app_name = SLICE("TV"),
	  .type = SLICE("public"),
	  .grant = &code_grant,
	  .err = ERR_INVALID },
	{ .name = "client credentials of a public client",
	  .client_id = SLICE("tv"),
	  .app_name = SLICE("TV"),
	  .type = SLICE("public"),
	  .grant = &credentials_grant,
	  .err = ERR_INVALID },
	/* RFC6749#A.1 */
	{ .name = "a blank in the client_id",
	  .client_id = SLICE("t v"),
	  .app_name = SLICE("TV"),
	  .type = SLICE("public"),
	  .grant = &device_grant,
	  .err = ERR_INVALID },
	{ .name = "no client_id",
	  .client_id = SLICE(""),
	  .app_name = SLICE("TV"),
	  .type = SLICE("public"),
	  .grant = &device_grant,
	  .err = ERR_INVALID },
};

static struct client_form form_of(struct slice name, struct slice type, struct slice *grant)
{
	return (struct client_form){
		.name = name, .client_type = type, .grant_types = grant, .grant_type_count = 1
	};
}

static struct client *read_client(const char *client_id)
{
	return fixture_read_client(&fixture, client_id).client;
}

static enum client_auth present(const char *client_id, struct slice secret)
{
	const struct client_credentials credentials = { .client_id = slice_str(client_id),
							.secret = secret };
	struct client_authenticated out;
	return client_auth_check(&fixture.flow, &fixture.call, &credentials, &out);
}

START_TEST(add)
{
	const struct row *row = &rows[_i];
	struct application_new application = {
		.form = form_of(row->app_name, row->type, row->grant), .client_id = row->client_id
	};
	application.form.allowed_scopes = row->scopes;
	struct client *client;
	struct client_faults faults;
	struct slice secret;
	enum err err = fixture_add(&fixture.flow, &fixture.call, &application, &client, &secret,
				   &faults);
	ck_assert_msg(err == row->err, "%s: %s", row->name, err_name(err));
	ck_assert_msg(faults.any == (row->err != ERR_OK), "%s: faults", row->name);
	ck_assert_msg((client != NULL) == (row->err == ERR_OK), "%s: client", row->name);
	ck_assert_msg(slice_is_empty(secret) == !row->secret, "%s: secret", row->name);
	ck_assert_uint_eq(fixture_events(&fixture, EVENT_CLIENT_ADDED), row->err == ERR_OK);
}
END_TEST

START_TEST(a_secret_is_known_by_its_prefix)
{
	struct slice secret;
	struct slice other;
	fixture_client(&fixture, "tv", CLIENT_CONFIDENTIAL, &secret);
	fixture_client(&fixture, "radio", CLIENT_CONFIDENTIAL, &other);
	ck_assert(slice_has_prefix(secret, SLICE("dcs_")));
	ck_assert_uint_eq(secret.len, 4 + 43);
	ck_assert(!slice_equal(secret, other));
}
END_TEST

START_TEST(a_client_id_is_taken_once)
{
	struct slice secret;
	struct client *client;
	struct client_faults faults;
	fixture_client(&fixture, "tv", CLIENT_PUBLIC, &secret);
	const struct application_new again = { .form = form_of(SLICE("TV"), SLICE("confidential"),
							       &device_grant),
					       .client_id = SLICE("tv") };
	ck_assert_int_eq(
		fixture_add(&fixture.flow, &fixture.call, &again, &client, &secret, &faults),
		ERR_CONFLICT);
	ck_assert(slice_is_empty(secret) && client == NULL && !faults.any);
}
END_TEST

START_TEST(fresh_client_ids_are_valid_and_differ)
{
	struct slice one = application_fresh_client_id(fixture.call.arena);
	struct slice two = application_fresh_client_id(fixture.call.arena);
	ck_assert_uint_eq(one.len, 22);
	ck_assert(client_id_is_valid(one) && !slice_equal(one, two));
}
END_TEST

START_TEST(the_owner_is_kept_and_recorded)
{
	const struct user *user = fixture_person(&fixture, "ada");
	struct application_new application = { .form = form_of(SLICE("TV"), SLICE("public"),
							       &device_grant),
					       .client_id = SLICE("tv"),
					       .owner = user->id,
					       .reviewed = true };
	struct client *client;
	struct client_faults faults;
	struct slice secret;
	ck_assert_int_eq(
		fixture_add(&fixture.flow, &fixture.call, &application, &client, &secret, &faults),
		ERR_OK);
	client = read_client("tv");
	ck_assert(id_equal(&client->owner, &user->id) && client->reviewed && client->enabled);
	struct event event = fixture_event(&fixture, EVENT_CLIENT_ADDED);
	ck_assert(id_equal(&event.client, &client->id) && id_equal(&event.user, &user->id));
}
END_TEST

static enum err update(const struct client *client, struct slice type, struct slice *secret)
{
	const struct application_change change = { .client = client,
						   .form = form_of(SLICE("New name"), type,
								   &device_grant),
						   .enabled = true,
						   .reviewed = true };
	struct client_faults faults;
	return application_update(&fixture.flow, &fixture.call, &change, secret, &faults);
}

START_TEST(a_change_replaces_what_the_form_holds)
{
	struct slice secret;
	fixture_client(&fixture, "tv", CLIENT_CONFIDENTIAL, &secret);
	struct slice none;
	struct client_faults faults;
	const struct application_change change = {
		.client = read_client("tv"),
		.form = form_of(SLICE("Radio"), SLICE("confidential"), &credentials_grant),
	};
	ck_assert_int_eq(application_update(&fixture.flow, &fixture.call, &change, &none, &faults),
			 ERR_OK);
	ck_assert_msg(slice_is_empty(none), "it has a secret already");
	const struct client *client = read_client("tv");
	ck_slice_str(client->name, "Radio");
	ck_assert_uint_eq(client->grants, GRANT_BIT(GRANT_CLIENT_CREDENTIALS));
	ck_assert(!client->enabled && !client->reviewed);
	ck_assert_uint_eq(fixture_events(&fixture, EVENT_CLIENT_CHANGED), 1);
	ck_assert_msg(present("tv", secret) == CLIENT_AUTH_REFUSED, "disabled, at once");
}
END_TEST

START_TEST(a_version_that_was_never_ours_is_an_old_one)
{
	struct slice none;
	struct client_faults faults;
	static const int64_t versions[] = { INT64_MAX, INT64_MIN, 0, -1, FIXTURE_NOW + 1 };
	fixture_client(&fixture, "tv", CLIENT_PUBLIC, &none);
	for (size_t i = 0; i < ARRAY_LEN(versions); i++) {
		struct client *client = read_client("tv");
		client->updated = versions[i];
		const struct application_change change = {
			.client = client,
			.form = form_of(SLICE("Radio"), SLICE("public"), &device_grant),
		};
		enum err err = application_update(&fixture.flow, &fixture.call, &change, &none,
						  &faults);
		ck_assert_msg(err == ERR_UNCHANGED, "%lld", (long long)versions[i]);
	}
	ck_slice_str(read_client("tv")->name, "Television");
}
END_TEST

START_TEST(a_wrong_form_changes_nothing)
{
	struct slice secret;
	fixture_client(&fixture, "tv", CLIENT_PUBLIC, &secret);
	ck_assert_int_eq(update(read_client("tv"), SLICE("neither"), &secret), ERR_INVALID);
	ck_slice_str(read_client("tv")->name, "Television");
	ck_assert_uint_eq(fixture_events(&fixture, EVENT_CLIENT_CHANGED), 0);
}
END_TEST

START_TEST(who_changes_second_is_told)
{
	struct slice secret;
	fixture_client(&fixture, "tv", CLIENT_PUBLIC, &secret);
	const struct client *one = read_client("tv");
	const struct client *two = read_client("tv");
	/* in the same second, too */
	ck_assert_int_eq(update(one, SLICE("public"), &secret), ERR_OK);
	ck_assert_int_eq(update(two, SLICE("public"), &secret), ERR_UNCHANGED);
}
END_TEST

START_TEST(becoming_confidential_makes_a_secret_and_becoming_public_drops_it)
{
	struct slice secret;
	struct slice none;
	fixture_client(&fixture, "tv", CLIENT_PUBLIC, &none);
	ck_assert_int_eq(present("tv", SLICE("")), CLIENT_AUTH_OK);
	ck_assert_int_eq(update(read_client("tv"), SLICE("confidential"), &secret), ERR_OK);
	ck_assert(slice_has_prefix(secret, SLICE("dcs_")));
	/* RFC6749#3.2.1: with the next request, not when the cache is stale */
	ck_assert_int_eq(present("tv", SLICE("")), CLIENT_AUTH_REFUSED);
	ck_assert_int_eq(present("tv", secret), CLIENT_AUTH_OK);
	ck_assert_int_eq(update(read_client("tv"), SLICE("public"), &none), ERR_OK);
	ck_assert(slice_is_empty(none));
	ck_assert_int_eq(present("tv", secret), CLIENT_AUTH_REFUSED);
	struct slice fresh;
	ck_assert_int_eq(update(read_client("tv"), SLICE("confidential"), &fresh), ERR_OK);
	ck_assert_int_eq(present("tv", secret), CLIENT_AUTH_REFUSED);
	ck_assert_int_eq(present("tv", fresh), CLIENT_AUTH_OK);
}
END_TEST

START_TEST(two_secrets_overlap)
{
	struct slice first;
	struct slice second;
	struct slice third;
	const struct client *client = fixture_client(&fixture, "tv", CLIENT_CONFIDENTIAL, &first);
	fixture_wait(&fixture, 10);
	ck_assert_int_eq(
		application_rotate_secret(&fixture.flow, &fixture.call, client, 60, &second),
		ERR_OK);
	ck_assert_int_eq(present("tv", first), CLIENT_AUTH_OK);
	ck_assert_int_eq(present("tv", second), CLIENT_AUTH_OK);
	fixture_wait(&fixture, 59);
	ck_assert_int_eq(
		application_rotate_secret(&fixture.flow, &fixture.call, client, 60, &third),
		ERR_FULL);
	ck_assert(slice_is_empty(third));
	ck_assert_int_eq(present("tv", first), CLIENT_AUTH_OK);
	fixture_wait(&fixture, 1);
	ck_assert_int_eq(present("tv", first), CLIENT_AUTH_REFUSED);
	ck_assert_int_eq(present("tv", second), CLIENT_AUTH_OK);
	ck_assert_int_eq(
		application_rotate_secret(&fixture.flow, &fixture.call, client, 60, &third),
		ERR_OK);
	ck_assert_int_eq(present("tv", second), CLIENT_AUTH_OK);
	ck_assert_int_eq(present("tv", third), CLIENT_AUTH_OK);
}
END_TEST

START_TEST(a_rotation_without_overlap_ends_the_old_secret_at_once)
{
	struct slice first;
	struct slice second;
	const struct client *client = fixture_client(&fixture, "tv", CLIENT_CONFIDENTIAL, &first);
	ck_assert_int_eq(present("tv", first), CLIENT_AUTH_OK);
	ck_assert_int_eq(
		application_rotate_secret(&fixture.flow, &fixture.call, client, 0, &second),
		ERR_OK);
	ck_assert_int_eq(present("tv", first), CLIENT_AUTH_REFUSED);
	ck_assert_int_eq(present("tv", second), CLIENT_AUTH_OK);
	ck_assert_uint_eq(fixture_events(&fixture, EVENT_CLIENT_SECRET_ADDED), 1);
}
END_TEST

START_TEST(what_cannot_be_rotated)
{
	struct slice secret;
	const struct client *tv = fixture_client(&fixture, "tv", CLIENT_PUBLIC, &secret);
	const struct client *web = fixture_client(&fixture, "web", CLIENT_CONFIDENTIAL, &secret);
	struct slice fresh;
	ck_assert_int_eq(application_rotate_secret(&fixture.flow, &fixture.call, tv, 60, &fresh),
			 ERR_INVALID);
	ck_assert_int_eq(application_rotate_secret(&fixture.flow, &fixture.call, web, -1, &fresh),
			 ERR_INVALID);
	ck_assert_int_eq(
		application_rotate_secret(&fixture.flow, &fixture.call, web, INT64_MAX, &fresh),
		ERR_INVALID);
	ck_assert(slice_is_empty(fresh));
	ck_assert_int_eq(present("web", secret), CLIENT_AUTH_OK);
}
END_TEST

START_TEST(a_removed_application_is_unknown_at_once)
{
	struct slice secret;
	const struct client *client = fixture_client(&fixture, "tv", CLIENT_CONFIDENTIAL, &secret);
	ck_assert_int_eq(present("tv", secret), CLIENT_AUTH_OK);
	ck_assert_int_eq(application_remove(&fixture.flow, &fixture.call, client), ERR_OK);
	ck_assert_int_eq(present("tv", secret), CLIENT_AUTH_REFUSED);
	ck_assert_int_eq(application_remove(&fixture.flow, &fixture.call, client), ERR_ABSENT);
	ck_assert_uint_eq(fixture_events(&fixture, EVENT_CLIENT_REMOVED), 1);
}
END_TEST

START_TEST(the_command_line_works_without_tables_in_memory)
{
	const struct flow bare = { .store = fixture.store,
				   .ring = fixture.ring,
				   .settings = fixture.flow.settings };
	struct application_new application = { .form = form_of(SLICE("TV"), SLICE("confidential"),
							       &device_grant),
					       .client_id = SLICE("tv") };
	struct client *client;
	struct client_faults faults;
	struct slice secret;
	struct slice second;
	ck_assert_int_eq(fixture_add(&bare, &fixture.call, &application, &client, &secret, &faults),
			 ERR_OK);
	ck_assert_int_eq(application_rotate_secret(&bare, &fixture.call, client, 10, &second),
			 ERR_OK);
	ck_assert_int_eq(application_remove(&bare, &fixture.call, client), ERR_OK);
}
END_TEST

static void add_tests(TCase *tc)
{
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_loop_test(tc, add, 0, ARRAY_LEN(rows));
	tcase_add_test(tc, a_secret_is_known_by_its_prefix);
	tcase_add_test(tc, a_client_id_is_taken_once);
	tcase_add_test(tc, fresh_client_ids_are_valid_and_differ);
	tcase_add_test(tc, the_owner_is_kept_and_recorded);
	tcase_add_test(tc, a_change_replaces_what_the_form_holds);
	tcase_add_test(tc, a_version_that_was_never_ours_is_an_old_one);
	tcase_add_test(tc, a_wrong_form_changes_nothing);
	tcase_add_test(tc, who_changes_second_is_told);
	tcase_add_test(tc, becoming_confidential_makes_a_secret_and_becoming_public_drops_it);
	tcase_add_test(tc, two_secrets_overlap);
	tcase_add_test(tc, a_rotation_without_overlap_ends_the_old_secret_at_once);
	tcase_add_test(tc, what_cannot_be_rotated);
	tcase_add_test(tc, a_removed_application_is_unknown_at_once);
	tcase_add_test(tc, the_command_line_works_without_tables_in_memory);
}

TEST_MAIN("flow/applications", add_tests)
