/* SPDX-License-Identifier: Apache-2.0
 *
 * Keys and resources through the device grant and the refresh grant: who may go on, for what, and
 * what a refusal costs: nothing. */
#include "flow/refresh.h"
#include "flow/token_key.h"

#include "check_main.h"
#include "check_slice.h"
#include "flow/access_token.h"
#include "flow/device_fixture.h"

static struct devices devices;
static struct fixture *const fixture = &devices.fixture;
static struct flow *flow = &devices.fixture.flow;
static struct call *call = &devices.fixture.call;

static const struct binding none = { .kind = BINDING_NONE };
static const struct binding mine = { .kind = BINDING_DPOP, .thumbprint = { { 1 } } };
static const struct binding theirs = { .kind = BINDING_DPOP, .thumbprint = { { 2 } } };
static const struct binding paper = { .kind = BINDING_CERTIFICATE, .thumbprint = { { 1 } } };
static const struct binding other_paper = { .kind = BINDING_CERTIFICATE, .thumbprint = { { 2 } } };

static const struct slice files = SLICE("https://files.example/");
static const struct slice mail = SLICE("https://mail.example/");

static void setup(void)
{
	devices_init(&devices);
	for (int i = 0; i < 2; i++) {
		const struct resource resource = { .uri = i ? mail : files, .name = SLICE("R") };
		ck_assert_int_eq(store_resource_insert(fixture->store, &resource, NULL), ERR_OK);
	}
}

static void teardown(void)
{
	devices_fini(&devices);
}

struct ways {
	const struct binding *binding;
	const struct slice *resources;
	size_t count;
};

/* Started for these resources and approved. */
static struct device_started approved(struct client *client, const struct slice *resources,
				      size_t count)
{
	struct device_started started;
	const struct device_start_request request = { .client = client,
						      .scope = SLICE("openid"),
						      .resources = resources,
						      .resource_count = count };
	ck_assert_int_eq(device_start(flow, call, &request, &started), OAUTH_OK);
	devices_decide(&devices, &started, true);
	return started;
}

static struct device_polled redeem(struct client *client, const struct device_started *started,
				   struct ways ways)
{
	const struct client_authenticated authenticated = devices_client(client);
	const struct device_redeem_request request = {
		.client = &authenticated,
		.code = &started->code,
		.binding = *ways.binding,
		.resources = ways.resources,
		.resource_count = ways.count,
	};
	struct device_polled polled = { 0 };
	device_redeem(flow, call, &request, &polled);
	return polled;
}

static struct refreshed refresh_with(struct client *client, struct slice token, struct ways ways)
{
	const struct client_authenticated authenticated = devices_client(client);
	const struct refresh_request request = {
		.client = &authenticated,
		.refresh_token = token,
		.binding = *ways.binding,
		.resources = ways.resources,
		.resource_count = ways.count,
	};
	struct refreshed refreshed;
	refresh(flow, call, &request, &refreshed);
	return refreshed;
}

static struct token_answer first_tokens(struct client *client, const struct binding *binding)
{
	struct device_started started = approved(client, NULL, 0);
	struct device_polled polled = redeem(client, &started, (struct ways){ binding, NULL, 0 });
	ck_assert_int_eq(polled.error, OAUTH_OK);
	return polled.answer;
}

static bool is_revoked(struct slice access_token)
{
	struct access_token found;
	return access_token_find(flow, call, access_token, &found) != FOUND;
}

static const struct row {
	const char *name;
	bool confidential;
	const struct binding *first;
	const struct binding *second;
	enum oauth_error error;
	const char *type;
} rows[] = {
	/* RFC9449#5 */
	{ .name = "a public client with its key", .first = &mine, .second = &mine, .type = "DPoP" },
	{ .name = "a public client that never had one",
	  .first = &none,
	  .second = &none,
	  .type = "Bearer" },
	{ .name = "a public client that has one from now on",
	  .first = &none,
	  .second = &mine,
	  .type = "DPoP" },
	{ .name = "a confidential client with another key",
	  .confidential = true,
	  .first = &mine,
	  .second = &theirs,
	  .type = "DPoP" },
	{ .name = "a confidential client without its key",
	  .confidential = true,
	  .first = &mine,
	  .second = &none,
	  .type = "Bearer" },
	{ .name = "a public client with another key",
	  .first = &mine,
	  .second = &theirs,
	  .error = OAUTH_INVALID_GRANT },
	{ .name = "a public client without its key",
	  .first = &mine,
	  .second = &none,
	  .error = OAUTH_INVALID_DPOP_PROOF },
	{ .name = "a public client with a certificate in the place of its key",
	  .first = &mine,
	  .second = &paper,
	  .error = OAUTH_INVALID_GRANT },
	/* RFC8705#7.1 */
	{ .name = "a public client with its certificate",
	  .first = &paper,
	  .second = &paper,
	  .type = "Bearer" },
	{ .name = "a public client with another certificate",
	  .first = &paper,
	  .second = &other_paper,
	  .error = OAUTH_INVALID_GRANT },
	{ .name = "a public client without its certificate",
	  .first = &paper,
	  .second = &none,
	  .error = OAUTH_INVALID_GRANT },
};

START_TEST(who_may_refresh)
{
	const struct row *row = &rows[_i];
	struct client *client = row->confidential ? devices.web : devices.tv;
	struct token_answer first = first_tokens(client, row->first);
	struct refreshed next = refresh_with(client, first.refresh_token,
					     (struct ways){ row->second, NULL, 0 });
	ck_assert_msg(next.error == row->error, "%s: %s", row->name,
		      oauth_error_row(next.error)->name);
	if (row->error == OAUTH_OK) {
		ck_slice_row(row->name, next.answer.token_type, slice_str(row->type));
		return;
	}
	next = refresh_with(client, first.refresh_token, (struct ways){ row->first, NULL, 0 });
	ck_assert_msg(next.error == OAUTH_OK, "%s: nothing is spent", row->name);
}
END_TEST

START_TEST(a_key_that_came_later_is_asked_for_from_then_on)
{
	struct token_answer first = first_tokens(devices.tv, &none);
	struct refreshed next = refresh_with(devices.tv, first.refresh_token,
					     (struct ways){ &mine, NULL, 0 });
	ck_assert_int_eq(next.error, OAUTH_OK);
	ck_assert_int_eq(
		refresh_with(devices.tv, next.answer.refresh_token, (struct ways){ &none, NULL, 0 })
			.error,
		OAUTH_INVALID_DPOP_PROOF);
}
END_TEST

START_TEST(a_spent_one_ends_all_in_its_owners_hands_alone) /* RFC9700#4.14.2 */
{
	struct token_answer first = first_tokens(devices.tv, &mine);
	flow->settings.replay_window = 0;
	struct refreshed next = refresh_with(devices.tv, first.refresh_token,
					     (struct ways){ &mine, NULL, 0 });
	ck_assert_int_eq(next.error, OAUTH_OK);
	refresh_with(devices.tv, first.refresh_token, (struct ways){ &theirs, NULL, 0 });
	refresh_with(devices.tv, first.refresh_token, (struct ways){ &none, NULL, 0 });
	ck_assert(!is_revoked(next.answer.access_token));
	ck_assert_int_eq(
		refresh_with(devices.tv, first.refresh_token, (struct ways){ &mine, NULL, 0 })
			.error,
		OAUTH_INVALID_GRANT);
	ck_assert(is_revoked(next.answer.access_token));
}
END_TEST

START_TEST(a_lost_answer_is_for_the_holder_of_the_key)
{
	struct device_started started = approved(devices.tv, NULL, 0);
	struct device_polled first = redeem(devices.tv, &started, (struct ways){ &mine, NULL, 0 });
	ck_assert_int_eq(first.error, OAUTH_OK);
	ck_assert_int_eq(redeem(devices.tv, &started, (struct ways){ &theirs, NULL, 0 }).error,
			 OAUTH_INVALID_GRANT);
	ck_assert_int_eq(redeem(devices.tv, &started, (struct ways){ &none, NULL, 0 }).error,
			 OAUTH_INVALID_GRANT);
	struct device_polled again = redeem(devices.tv, &started, (struct ways){ &mine, NULL, 0 });
	ck_assert_int_eq(again.error, OAUTH_OK);
	ck_slice_eq(again.answer.access_token, first.answer.access_token);
	ck_slice_eq(again.answer.id_token, first.answer.id_token);
	struct refreshed next = refresh_with(devices.tv, again.answer.refresh_token,
					     (struct ways){ &mine, NULL, 0 });
	struct refreshed lost = refresh_with(devices.tv, again.answer.refresh_token,
					     (struct ways){ &mine, NULL, 0 });
	ck_assert_int_eq(lost.error, OAUTH_OK);
	ck_slice_eq(lost.answer.access_token, next.answer.access_token);
}
END_TEST

/* --- resources
 * --------------------------------------------------------------------------------------- */

static struct slice audience_of(struct slice access_token)
{
	struct access_token found;
	ck_assert_int_eq(access_token_find(flow, call, access_token, &found), FOUND);
	return found.row.resource;
}

START_TEST(what_was_granted_may_be_narrowed_and_comes_back) /* RFC8707#2.2 */
{
	const struct slice both[] = { files, mail };
	const struct slice strange = SLICE("https://strange.example/");
	struct device_started started = approved(devices.tv, both, 2);
	ck_assert_int_eq(redeem(devices.tv, &started, (struct ways){ &none, &strange, 1 }).error,
			 OAUTH_INVALID_TARGET);
	struct device_polled polled = redeem(devices.tv, &started,
					     (struct ways){ &none, &mail, 1 });
	ck_assert_msg(polled.error == OAUTH_OK, "asking for more has spent nothing");
	ck_slice_eq(audience_of(polled.answer.access_token), mail);
	struct refreshed next = refresh_with(devices.tv, polled.answer.refresh_token,
					     (struct ways){ &none, &strange, 1 });
	ck_assert_int_eq(next.error, OAUTH_INVALID_TARGET);
	next = refresh_with(devices.tv, polled.answer.refresh_token,
			    (struct ways){ &none, NULL, 0 });
	ck_assert_int_eq(next.error, OAUTH_OK);
	ck_slice_str(audience_of(next.answer.access_token),
		     "https://files.example/ https://mail.example/");
}
END_TEST

static const struct refused_resource {
	const char *name;
	const char *settings;
	struct slice uri;
} refused_resources[] = {
	{ .name = "unknown", .uri = SLICE("https://strange.example/") },
	{ .name = "malformed", .uri = SLICE("files") },
	{ .name = "with a fragment", .uri = SLICE("https://files.example/#a") },
	{ .name = "not for this client",
	  .settings = "resources=https://mail.example/",
	  .uri = SLICE("https://files.example/") },
};

START_TEST(what_may_not_be_named_is_refused_at_the_start) /* RFC8707#2 */
{
	const struct refused_resource *row = &refused_resources[_i];
	struct client client = *devices.tv;
	struct device_started started;
	client.settings = slice_str(row->settings);
	const struct device_start_request request = { .client = &client,
						      .resources = &row->uri,
						      .resource_count = 1 };
	ck_assert_msg(device_start(flow, call, &request, &started) == OAUTH_INVALID_TARGET, "%s",
		      row->name);
	ck_assert_uint_eq(fixture_events(fixture, EVENT_DEVICE_REFUSED), 1);
}
END_TEST

START_TEST(resources_that_cannot_be_looked_up_are_for_later)
{
	struct device_started started;
	const struct device_start_request request = { .client = devices.tv,
						      .resources = &files,
						      .resource_count = 1 };
	devices_break(&devices, "resource");
	ck_assert_int_eq(device_start(flow, call, &request, &started),
			 OAUTH_TEMPORARILY_UNAVAILABLE);
}
END_TEST

static void add_tests(TCase *tc)
{
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_loop_test(tc, who_may_refresh, 0, ARRAY_LEN(rows));
	tcase_add_test(tc, a_key_that_came_later_is_asked_for_from_then_on);
	tcase_add_test(tc, a_spent_one_ends_all_in_its_owners_hands_alone);
	tcase_add_test(tc, a_lost_answer_is_for_the_holder_of_the_key);
	tcase_add_test(tc, what_was_granted_may_be_narrowed_and_comes_back);
	tcase_add_loop_test(tc, what_may_not_be_named_is_refused_at_the_start, 0,
			    ARRAY_LEN(refused_resources));
	tcase_add_test(tc, resources_that_cannot_be_looked_up_are_for_later);
}

TEST_MAIN("flow/bound_tokens", add_tests)
