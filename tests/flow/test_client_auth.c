/* SPDX-License-Identifier: Apache-2.0
 *
 * Client authentication: who is let through on a loop and on a worker, what is counted, and what is
 * written in passing. */
#include "flow/client_auth.h"

#include "check_main.h"
#include "check_slice.h"
#include "domain/throttle.h"
#include "flow/applications.h"
#include "flow/flow_fixture.h"

static struct fixture fixture;
static struct slice secret; /* of "web" */

static void disable(const char *client_id)
{
	struct client_entry entry = fixture_read_client(&fixture, client_id);
	struct slice grant = SLICE("device-code");
	struct slice none;
	struct client_faults faults;
	const struct application_change change = {
		.client = entry.client,
		.form = {
			.name = entry.client->name,
			.client_type = slice_str(client_type_name(entry.client->type)),
			.grant_types = &grant,
			.grant_type_count = 1,
		},
	};
	ck_assert_int_eq(application_update(&fixture.flow, &fixture.call, &change, &none, &faults),
			 ERR_OK);
}

static void setup(void)
{
	struct slice none;
	fixture_start(&fixture, "1");
	fixture_client(&fixture, "tv", CLIENT_PUBLIC, &none);
	fixture_client(&fixture, "web", CLIENT_CONFIDENTIAL, &secret);
	fixture_client(&fixture, "old", CLIENT_PUBLIC, &none);
	disable("old");
}

static void teardown(void)
{
	fixture_stop(&fixture);
}

static enum client_auth check(const char *client_id, struct slice presented,
			      struct client_authenticated *out)
{
	const struct client_credentials credentials = { .client_id = slice_str(client_id),
							.secret = presented };
	return client_auth_check(&fixture.flow, &fixture.call, &credentials, out);
}

static enum client_auth quick(const char *client_id, struct slice presented,
			      struct client_authenticated *out)
{
	const struct client_credentials credentials = { .client_id = slice_str(client_id),
							.secret = presented };
	return client_auth_quick(&fixture.flow, &fixture.call, &credentials, out);
}

/* `sent`: NULL none, "right" the secret of "web", anything else itself. */
static struct slice sent_secret(const char *sent)
{
	if (sent == NULL)
		return (struct slice){ 0 };
	return slice_equal(slice_str(sent), SLICE("right")) ? secret : slice_str(sent);
}

static const struct row {
	const char *name;
	const char *client_id;
	const char *sent;
	enum client_auth auth;
	enum client_auth quick; /* once the client is in the cache */
	const char *detail;
} rows[] = {
	{ .name = "a public client names itself", .client_id = "tv" },
	/* RFC6749#2.3.1, #3.1: oidc-agent and others send a Basic header without a password */
	{ .name = "a public client sends an empty secret", .client_id = "tv", .sent = "" },
	{ .name = "a confidential client with its secret", .client_id = "web", .sent = "right" },
	{ .name = "a public client with a secret",
	  .client_id = "tv",
	  .sent = "right",
	  .auth = CLIENT_AUTH_REFUSED,
	  .quick = CLIENT_AUTH_NEEDS_WORKER,
	  .detail = "secret of a public client" },
	/* RFC6749#3.2.1, ASVS#10.4.10 */
	{ .name = "a confidential client without a secret",
	  .client_id = "web",
	  .auth = CLIENT_AUTH_REFUSED,
	  .quick = CLIENT_AUTH_NEEDS_WORKER,
	  .detail = "no client secret" },
	{ .name = "a confidential client with an empty secret",
	  .client_id = "web",
	  .sent = "",
	  .auth = CLIENT_AUTH_REFUSED,
	  .quick = CLIENT_AUTH_NEEDS_WORKER,
	  .detail = "no client secret" },
	{ .name = "a confidential client with a wrong secret",
	  .client_id = "web",
	  .sent = "wrong",
	  .auth = CLIENT_AUTH_REFUSED,
	  .quick = CLIENT_AUTH_NEEDS_WORKER,
	  .detail = "wrong client secret" },
	{ .name = "an unknown client",
	  .client_id = "radio",
	  .auth = CLIENT_AUTH_REFUSED,
	  .quick = CLIENT_AUTH_NEEDS_WORKER,
	  .detail = "unknown client" },
	{ .name = "an unknown client with a secret",
	  .client_id = "radio",
	  .sent = "right",
	  .auth = CLIENT_AUTH_REFUSED,
	  .quick = CLIENT_AUTH_NEEDS_WORKER,
	  .detail = "unknown client" },
	{ .name = "a client_id that cannot be",
	  .client_id = "t v",
	  .auth = CLIENT_AUTH_REFUSED,
	  .quick = CLIENT_AUTH_NEEDS_WORKER,
	  .detail = "unknown client" },
	{ .name = "another case of the client_id",
	  .client_id = "TV",
	  .auth = CLIENT_AUTH_REFUSED,
	  .quick = CLIENT_AUTH_NEEDS_WORKER,
	  .detail = "unknown client" },
	{ .name = "no client_id",
	  .client_id = "",
	  .auth = CLIENT_AUTH_REFUSED,
	  .quick = CLIENT_AUTH_NEEDS_WORKER,
	  .detail = "unknown client" },
	{ .name = "a disabled client",
	  .client_id = "old",
	  .auth = CLIENT_AUTH_REFUSED,
	  .quick = CLIENT_AUTH_NEEDS_WORKER,
	  .detail = "client is disabled" },
};

START_TEST(who_is_let_through)
{
	const struct row *row = &rows[_i];
	struct client_authenticated out;
	struct slice presented = sent_secret(row->sent);
	enum client_auth auth = quick(row->client_id, presented, &out);
	ck_assert_msg(auth == CLIENT_AUTH_NEEDS_WORKER, "%s: nothing is known yet", row->name);
	auth = check(row->client_id, presented, &out);
	ck_assert_msg(auth == row->auth, "%s: %d", row->name, auth);
	if (auth == CLIENT_AUTH_OK) {
		ck_slice_row(row->name, out.entry.client->client_id, slice_str(row->client_id));
		ck_assert_msg(out.proved == (row->sent && row->sent[0]), "%s: by secret",
			      row->name);
	}
	ck_assert_uint_eq(fixture_events(&fixture, EVENT_CLIENT_REFUSED),
			  row->auth == CLIENT_AUTH_REFUSED);
	if (row->detail)
		ck_slice_row(row->name, fixture_event(&fixture, EVENT_CLIENT_REFUSED).detail,
			     slice_str(row->detail));
	/* The first good use of a secret is written, and takes the client out of the cache. */
	struct client_authenticated again;
	ck_assert_msg(check(row->client_id, presented, &again) == row->auth, "%s: again",
		      row->name);
	ck_assert_msg(quick(row->client_id, presented, &out) == row->quick, "%s: on a loop",
		      row->name);
	if (row->quick == CLIENT_AUTH_OK)
		ck_assert_msg(out.proved == again.proved, "%s: by secret on a loop", row->name);
}
END_TEST

START_TEST(the_mac_is_bound_to_client_and_key)
{
	const struct id one = { { 1 } };
	const struct id two = { { 2 } };
	struct hash hashes[4];
	fixture_set_keys(&fixture, "12");
	ck_assert_int_eq(client_auth_mac(fixture.ring, 1, &one, SLICE("s"), &hashes[0]), ERR_OK);
	ck_assert_int_eq(client_auth_mac(fixture.ring, 1, &two, SLICE("s"), &hashes[1]), ERR_OK);
	ck_assert_int_eq(client_auth_mac(fixture.ring, 2, &one, SLICE("s"), &hashes[2]), ERR_OK);
	ck_assert_int_eq(client_auth_mac(fixture.ring, 1, &one, SLICE("t"), &hashes[3]), ERR_OK);
	for (size_t i = 1; i < ARRAY_LEN(hashes); i++)
		ck_assert(!hash_equal(&hashes[0], &hashes[i]));
	ck_assert_int_eq(client_auth_mac(fixture.ring, 3, &one, SLICE("s"), &hashes[1]),
			 ERR_CRYPTO);
}
END_TEST

/* Presents a wrong secret until the budget is used up. */
static void use_up(const char *client_id)
{
	struct client_authenticated out;
	for (uint32_t i = 0; i < throttle_row(THROTTLE_CLIENT_ADDRESS)->limit; i++)
		ck_assert_int_eq(check(client_id, SLICE("wrong"), &out), CLIENT_AUTH_REFUSED);
	ck_assert_int_eq(check(client_id, SLICE("wrong"), &out), CLIENT_AUTH_OVER_BUDGET);
	ck_assert_int_gt(out.retry_after, 0);
}

START_TEST(secrets_cannot_be_tried_without_end) /* RFC6749#2.3.1 */
{
	struct client_authenticated out;
	use_up("web");
	ck_assert_uint_eq(fixture_events(&fixture, EVENT_THROTTLED), 1);
	ck_slice_str(fixture_event(&fixture, EVENT_THROTTLED).detail, "client.address");
	ck_assert_msg(check("web", secret, &out) == CLIENT_AUTH_OVER_BUDGET,
		      "the right one tells nothing either");
	ck_assert_ptr_nonnull(out.entry.client);
	ck_assert(!out.proved);
	ck_assert_msg(quick("web", secret, &out) == CLIENT_AUTH_OVER_BUDGET, "and on a loop");
	ck_assert_ptr_nonnull(out.entry.client);
	ck_assert_int_gt(out.retry_after, 0);
	ck_assert_msg(fixture_events(&fixture, EVENT_THROTTLED) == 1,
		      "without a look at the database");
	fixture_wait(&fixture, throttle_row(THROTTLE_CLIENT_ADDRESS)->window);
	ck_assert_int_eq(check("web", secret, &out), CLIENT_AUTH_OK);
}
END_TEST

START_TEST(a_budget_used_up_is_nobody_elses) /* RFC6749#2.3.1 */
{
	struct client_authenticated out;
	use_up("web");
	ck_assert_msg(check("tv", SLICE(""), &out) == CLIENT_AUTH_OK,
		      "another client of the same address");
	fixture_set_address(&fixture, "192.0.2.200");
	ck_assert_msg(check("web", secret, &out) == CLIENT_AUTH_OVER_BUDGET, "the same /24");
	fixture_set_address(&fixture, "198.51.100.1");
	ck_assert_msg(check("web", secret, &out) == CLIENT_AUTH_OK, "the client elsewhere");
}
END_TEST

START_TEST(unknown_clients_run_out_of_tries_as_well)
{
	struct client_authenticated out;
	use_up("radio");
	ck_assert_int_eq(check("radio", secret, &out), CLIENT_AUTH_OVER_BUDGET);
	ck_assert_ptr_null(out.entry.client);
	ck_assert_msg(check("radio", SLICE(""), &out) == CLIENT_AUTH_REFUSED,
		      "no secret, nothing to count");
}
END_TEST

START_TEST(invented_client_ids_do_not_fill_the_table_of_failures)
{
	struct client_authenticated out;
	uint32_t refused = 0;
	for (int i = 0; i < 100; i++) {
		const char *client_id = arena_printf(fixture.call.arena, "invented%d", i).ptr;
		refused += check(client_id, SLICE("wrong"), &out) == CLIENT_AUTH_REFUSED;
	}
	/* one budget for all of them */
	ck_assert_uint_eq(refused, throttle_row(THROTTLE_CLIENT_ADDRESS)->limit);
	ck_assert_msg(check("web", secret, &out) == CLIENT_AUTH_OK, "and none of a real client's");
}
END_TEST

START_TEST(what_is_no_try_is_not_counted)
{
	struct client_authenticated out;
	uint32_t limit = throttle_row(THROTTLE_CLIENT_ADDRESS)->limit;
	for (uint32_t i = 0; i < limit + 5; i++)
		ck_assert_int_eq(check("web", SLICE(""), &out), CLIENT_AUTH_REFUSED);
	for (uint32_t i = 0; i < limit + 5; i++)
		ck_assert_int_eq(check("web", secret, &out), CLIENT_AUTH_OK);
	ck_assert_uint_eq(fixture_events(&fixture, EVENT_THROTTLED), 0);
}
END_TEST

START_TEST(the_database_remembers_what_a_new_process_does_not)
{
	struct client_authenticated out;
	use_up("web");
	struct flow other = fixture.flow;
	other.alarm = NULL;
	const struct client_credentials credentials = { .client_id = SLICE("web"),
							.secret = SLICE("wrong") };
	ck_assert_int_eq(client_auth_check(&other, &fixture.call, &credentials, &out),
			 CLIENT_AUTH_OVER_BUDGET);
}
END_TEST

static struct client_secret stored_secret(void)
{
	struct client_entry entry = fixture_read_client(&fixture, "web");
	ck_assert_uint_eq(entry.secrets.count, 1);
	return entry.secrets.items[0];
}

START_TEST(last_use_is_written_once_an_hour)
{
	struct client_authenticated out;
	ck_assert_int_eq(check("web", secret, &out), CLIENT_AUTH_OK);
	ck_assert(!out.wants_touch);
	ck_assert_int_eq(stored_secret().last_used, FIXTURE_NOW);
	fixture_wait(&fixture, 3599);
	ck_assert_int_eq(check("web", secret, &out), CLIENT_AUTH_OK);
	ck_assert_int_eq(stored_secret().last_used, FIXTURE_NOW);
	fixture_wait(&fixture, 1);
	ck_assert_int_eq(quick("web", secret, &out), CLIENT_AUTH_OK);
	ck_assert_msg(out.wants_touch, "a loop cannot write");
	ck_assert_int_eq(stored_secret().last_used, FIXTURE_NOW);
	ck_assert_int_eq(check("web", secret, &out), CLIENT_AUTH_OK);
	ck_assert_int_eq(stored_secret().last_used, FIXTURE_NOW + 3600);
}
END_TEST

START_TEST(a_mac_moves_to_the_current_key)
{
	struct client_authenticated out;
	ck_assert_int_eq(check("web", secret, &out), CLIENT_AUTH_OK);
	ck_assert_uint_eq(stored_secret().key_id, 1);
	fixture_set_keys(&fixture, "21");
	ck_assert_int_eq(check("web", SLICE("wrong"), &out), CLIENT_AUTH_REFUSED);
	ck_assert_uint_eq(stored_secret().key_id, 1);
	ck_assert_int_eq(check("web", secret, &out), CLIENT_AUTH_OK);
	ck_assert_uint_eq(stored_secret().key_id, 2);
	fixture_set_keys(&fixture, "2");
	ck_assert_int_eq(check("web", secret, &out), CLIENT_AUTH_OK);
}
END_TEST

START_TEST(a_secret_under_a_key_that_is_gone_is_wrong)
{
	struct client_authenticated out;
	fixture_set_keys(&fixture, "2");
	ck_assert_int_eq(check("web", secret, &out), CLIENT_AUTH_REFUSED);
}
END_TEST

static void add_tests(TCase *tc)
{
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_loop_test(tc, who_is_let_through, 0, ARRAY_LEN(rows));
	tcase_add_test(tc, the_mac_is_bound_to_client_and_key);
	tcase_add_test(tc, secrets_cannot_be_tried_without_end);
	tcase_add_test(tc, a_budget_used_up_is_nobody_elses);
	tcase_add_test(tc, unknown_clients_run_out_of_tries_as_well);
	tcase_add_test(tc, invented_client_ids_do_not_fill_the_table_of_failures);
	tcase_add_test(tc, what_is_no_try_is_not_counted);
	tcase_add_test(tc, the_database_remembers_what_a_new_process_does_not);
	tcase_add_test(tc, last_use_is_written_once_an_hour);
	tcase_add_test(tc, a_mac_moves_to_the_current_key);
	tcase_add_test(tc, a_secret_under_a_key_that_is_gone_is_wrong);
}

TEST_MAIN("flow/client_auth", add_tests)
