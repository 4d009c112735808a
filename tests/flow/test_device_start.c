/* SPDX-License-Identifier: Apache-2.0
 *
 * The device authorization request: who gets a code, for which scope, how many, and what of it is
 * stored. */
#include "flow/device_start.h"

#include "check_main.h"
#include "check_slice.h"
#include "flow/alarm.h"
#include "flow/device_code.h"
#include "flow/device_fixture.h"
#include "flow/issue_meter.h"
#include "flow/poll_table.h"

static struct devices devices;
static const struct flow *flow = &devices.fixture.flow;
static struct call *call = &devices.fixture.call;

static void setup(void)
{
	devices_init(&devices);
}

static void teardown(void)
{
	devices_fini(&devices);
}

static struct device_grant *grant_of(const struct device_started *started)
{
	struct id id;
	struct device_grant *grant = NULL;
	memcpy(id.bytes, started->code.authorization, ID_BYTES);
	ck_assert_int_eq(store_device_grant_find(flow->store, call->arena, &id, &grant), FOUND);
	return grant;
}

static const struct row {
	const char *name;
	uint32_t grants; /* 0: the device grant */
	const char *allowed;
	const char *defaults;
	const char *scope;
	enum oauth_error error;
	const char *granted;
} rows[] = {
	/* RFC8628#3.1: scope may be left out */
	{ .name = "no scope gives the server's default", .scope = "", .granted = "openid" },
	{ .name = "no scope gives the client's defaults",
	  .defaults = "profile email",
	  .scope = "",
	  .granted = "profile email" },
	{ .name = "scopes are given in the order asked for",
	  .scope = "profile openid",
	  .granted = "profile openid" },
	{ .name = "a scope asked for twice is given once",
	  .scope = "email email",
	  .granted = "email" },
	{ .name = "an allowed scope",
	  .allowed = "openid email",
	  .scope = "email",
	  .granted = "email" },
	{ .name = "several grants of which one is this",
	  .grants = GRANT_BIT(GRANT_DEVICE_CODE) | GRANT_BIT(GRANT_AUTHORIZATION_CODE),
	  .scope = "openid",
	  .granted = "openid" },
	/* RFC6749#5.2 */
	{ .name = "a client of another grant",
	  .grants = GRANT_BIT(GRANT_AUTHORIZATION_CODE),
	  .scope = "openid",
	  .error = OAUTH_UNAUTHORIZED_CLIENT },
	{ .name = "a client of another grant with a wrong scope learns of the grant alone",
	  .grants = GRANT_BIT(GRANT_CLIENT_CREDENTIALS),
	  .scope = "nonsense",
	  .error = OAUTH_UNAUTHORIZED_CLIENT },
	{ .name = "a scope that does not exist",
	  .scope = "openid everything",
	  .error = OAUTH_INVALID_SCOPE },
	{ .name = "a scope in another case", .scope = "OpenID", .error = OAUTH_INVALID_SCOPE },
	{ .name = "a scope that is not allowed to the client",
	  .allowed = "openid",
	  .scope = "openid email",
	  .error = OAUTH_INVALID_SCOPE },
	{ .name = "a quote in a scope", .scope = "open\"id", .error = OAUTH_INVALID_SCOPE },
	{ .name = "a tab between scopes",
	  .scope = "openid\tprofile",
	  .error = OAUTH_INVALID_SCOPE },
	{ .name = "defaults of which none is allowed",
	  .allowed = "email",
	  .defaults = "profile",
	  .scope = "",
	  .error = OAUTH_INVALID_SCOPE },
};

START_TEST(who_gets_a_code_and_for_what) /* RFC8628#3.1, #3.2 */
{
	const struct row *row = &rows[_i];
	struct device_started started;
	struct client client = *devices.tv;
	client.grants = row->grants ? row->grants : client.grants;
	client.allowed_scopes = slice_str(row->allowed);
	client.default_scopes = slice_str(row->defaults);
	enum oauth_error error = devices_ask(&devices, &client, row->scope, &started);
	ck_assert_msg(error == row->error, "%s: %s", row->name, oauth_error_row(error)->name);
	ck_assert_uint_eq(fixture_events(&devices.fixture, EVENT_DEVICE_REFUSED),
			  error != OAUTH_OK);
	ck_assert_uint_eq(fixture_events(&devices.fixture, EVENT_DEVICE_STARTED),
			  error == OAUTH_OK);
	if (error != OAUTH_OK) {
		ck_slice_row(row->name,
			     fixture_event(&devices.fixture, EVENT_DEVICE_REFUSED).detail,
			     slice_str(oauth_error_row(error)->name));
		return;
	}
	ck_slice_row(row->name, grant_of(&started)->scope, slice_str(row->granted));
	ck_assert_int_eq(started.expires_in, DEVICES_LIFETIME);
	ck_assert_int_eq(started.interval, 5);
}
END_TEST

START_TEST(a_grant_is_pending_and_says_where_it_came_from)
{
	char agent[400];
	memset(agent, 'a', sizeof(agent));
	call->user_agent = slice_of(agent, sizeof(agent));
	struct device_started started = devices_start(&devices, devices.tv, "openid");
	const struct device_grant *grant = grant_of(&started);
	ck_assert_int_eq(grant->status, DEVICE_PENDING);
	ck_assert_int_eq(grant->created, FIXTURE_NOW);
	ck_assert_int_eq(grant->expires, FIXTURE_NOW + DEVICES_LIFETIME);
	ck_assert(id_equal(&grant->client, &devices.tv->id));
	ck_assert(hash_equal(&grant->code_hash, &started.code.hash));
	ck_slice_str(grant->address, "192.0.2.7");
	ck_assert_uint_eq(grant->user_agent.len, 200);
	ck_assert_uint_eq(poll_table_live(flow->polls), 1);
}
END_TEST

static const struct agent {
	const char *name;
	struct slice sent;
	struct slice kept;
} agents[] = {
	{ "a device that says who it is", SLICE("Television/1.0 (Linux)"),
	  SLICE("Television/1.0 (Linux)") },
	{ "words of another script", SLICE("\xd0\xa2\xd0\x92"), SLICE("\xd0\xa2\xd0\x92") },
	{ "nothing", SLICE(""), SLICE("") },
	{ "no header", { NULL, 0 }, SLICE("") },
	{ "a mark that turns the writing round", SLICE("TV \xe2\x80\xae evil"), SLICE("") },
	{ "a mark that shows nothing", SLICE("TV\xe2\x80\x8b"), SLICE("") },
	{ "bytes that are no text", SLICE("TV \xff\xfe"), SLICE("") },
	{ "a tab", SLICE("TV\tX"), SLICE("") },
};

START_TEST(a_device_does_not_write_what_people_cannot_read) /* RFC8628#5.4 */
{
	call->user_agent = agents[_i].sent;
	struct device_started started = devices_start(&devices, devices.tv, "openid");
	ck_slice_row(agents[_i].name, grant_of(&started)->user_agent, agents[_i].kept);
}
END_TEST

START_TEST(a_long_name_is_not_cut_inside_a_character)
{
	char agent[300];
	memset(agent, 'a', 199);
	for (int i = 199; i + 1 < 300; i += 2)
		memcpy(agent + i, "\xc3\xa4", 2);
	call->user_agent = slice_of(agent, 299);
	struct device_started started = devices_start(&devices, devices.tv, "openid");
	ck_assert_uint_eq(grant_of(&started)->user_agent.len, 199);
}
END_TEST

START_TEST(codes_are_fresh_each_time) /* RFC8628#3.2 */
{
	struct device_started one = devices_start(&devices, devices.tv, "");
	struct device_started two = devices_start(&devices, devices.tv, "");
	ck_assert(!slice_equal(token_text(&one.code), token_text(&two.code)));
	ck_assert_str_ne(one.user_code, two.user_code);
	ck_assert_int_ne(memcmp(one.code.authorization, two.code.authorization, ID_BYTES), 0);
}
END_TEST

START_TEST(neither_code_stands_in_the_database_in_clear)
{
	struct device_started started = devices_start(&devices, devices.tv, "openid profile");
	struct slice handle = devices_enter(&devices, devices.session, &started);
	struct user_code code;
	ck_assert_int_eq(
		user_code_parse(&flow->settings.user_code, slice_str(started.user_code), &code),
		ERR_OK);
	ck_assert_msg(devices_stored(&devices, SLICE("openid profile")),
		      "the search finds what is there");
	ck_assert(!devices_stored(&devices, token_text(&started.code)));
	ck_assert(!devices_stored(&devices, slice_str(started.user_code)));
	ck_assert(!devices_stored(&devices, user_code_slice(&code)));
	ck_assert(!devices_stored(&devices, handle));
}
END_TEST

START_TEST(codes_grow_under_attack) /* RFC8628#5.1 */
{
	struct device_started started = devices_start(&devices, devices.tv, "");
	ck_assert_uint_eq(strlen(started.user_code), strlen("WDJB-MJHT"));
	alarm_set_code_attack(flow->alarm, true);
	started = devices_start(&devices, devices.tv, "");
	ck_assert_uint_eq(strlen(started.user_code), strlen("WDJB-MJHT-BC"));
}
END_TEST

/* --- caps
 * ------------------------------------------------------------------------------------------------------------
 */

START_TEST(an_address_has_so_many_codes_a_minute)
{
	struct device_started started;
	for (int i = 0; i < 5; i++)
		devices_start(&devices, devices.tv, "");
	ck_assert_int_eq(devices_ask(&devices, devices.tv, "", &started),
			 OAUTH_TEMPORARILY_UNAVAILABLE);
	ck_assert(started.over_budget);
	ck_assert_int_gt(started.retry_after, 0);
	ck_assert_int_le(started.retry_after, 60);
	ck_assert_uint_eq(fixture_events(&devices.fixture, EVENT_DEVICE_REFUSED), 1);
	fixture_set_address(&devices.fixture, "192.0.2.200");
	ck_assert_msg(devices_ask(&devices, devices.tv, "", &started) != OAUTH_OK, "the same /24");
	fixture_set_address(&devices.fixture, "198.51.100.1");
	devices_start(&devices, devices.tv, "");
	fixture_set_address(&devices.fixture, "192.0.2.7");
	fixture_wait(&devices.fixture, 60);
	devices_start(&devices, devices.tv, "");
}
END_TEST

START_TEST(an_address_has_so_many_live_codes)
{
	struct device_started started;
	struct device_started first = devices_start(&devices, devices.tv, "");
	for (int i = 1; i < 10; i++) {
		fixture_wait(&devices.fixture, 60);
		devices_start(&devices, devices.tv, "");
	}
	fixture_wait(&devices.fixture, 60);
	ck_assert_int_eq(devices_ask(&devices, devices.tv, "", &started),
			 OAUTH_TEMPORARILY_UNAVAILABLE);
	ck_assert(started.over_budget);
	devices_decide(&devices, &first, false);
	devices_start(&devices, devices.tv, "");
}
END_TEST

START_TEST(a_refused_request_takes_nothing_from_the_cap)
{
	struct device_started started;
	devices_set_client_enabled(&devices, devices.tv, false);
	fixture_wait(&devices.fixture, 60);
	/* the cache said enabled, the statement that commits says no */
	for (int i = 0; i < 12; i++) {
		fixture_wait(&devices.fixture, 60);
		ck_assert_int_eq(devices_ask(&devices, devices.tv, "", &started),
				 OAUTH_INVALID_CLIENT);
	}
	ck_assert_uint_eq(poll_table_live(flow->polls), 0);
	devices_start(&devices, devices.web, "");
}
END_TEST

START_TEST(a_database_that_does_not_answer_is_the_servers_trouble)
{
	struct device_started started;
	devices_break(&devices, "device_grant");
	ck_assert_int_eq(devices_ask(&devices, devices.tv, "openid", &started),
			 OAUTH_TEMPORARILY_UNAVAILABLE);
	ck_assert(!started.over_budget);
	ck_assert_int_gt(started.retry_after, 0);
	ck_assert_uint_eq(poll_table_live(flow->polls), 0);
}
END_TEST

/* --- user codes that meet
 * -------------------------------------------------------------------------------------------- */

enum { FEW = 10 /* codes of one letter of ten */ };

static void shorten_codes(void)
{
	devices.fixture.flow.settings.user_code = (struct user_code_form){ SLICE("BCDFGHJKLM"), 1,
									   0 };
	issue_meter_free(&devices.fixture.flow.meter);
}

static enum find find_by_letter(char letter, struct device_grant **out)
{
	struct user_code_key keys[KEYRING_MAX];
	struct user_code code = { .letters = { letter }, .len = 1 };
	size_t count = device_code_keys(flow->ring, &code, keys);
	return store_device_grant_find_by_user_code(flow->store, call->arena, keys, count, out);
}

/* Until every letter is taken; the hashes of the device codes by letter. */
static void take_all(struct hash taken['Z'])
{
	int count = 0;
	for (int tries = 0; count < FEW && tries < 1000; tries++) {
		struct device_started started;
		if (devices_ask(&devices, devices.tv, "", &started) != OAUTH_OK)
			continue;
		taken[(unsigned char)started.user_code[0]] = started.code.hash;
		count++;
	}
	ck_assert_int_eq(count, FEW);
}

START_TEST(no_two_live_codes_are_the_same) /* RFC8628#5.1 */
{
	struct hash taken['Z'];
	struct device_started started;
	shorten_codes();
	take_all(taken);
	/* Ten successes out of ten letters: none came twice, and for an eleventh there is none
	 * left. */
	ck_assert_int_eq(devices_ask(&devices, devices.tv, "", &started),
			 OAUTH_TEMPORARILY_UNAVAILABLE);
	for (const char *letter = "BCDFGHJKLM"; *letter; letter++) {
		struct device_grant *grant;
		ck_assert_int_eq(find_by_letter(*letter, &grant), FOUND);
		ck_assert(hash_equal(&grant->code_hash, &taken[(unsigned char)*letter]));
	}
}
END_TEST

START_TEST(a_code_that_is_drawn_again_leads_to_its_new_grant_alone) /* RFC8628#5.1 */
{
	struct hash before['Z'];
	struct hash after['Z'];
	shorten_codes();
	take_all(before);
	fixture_wait(&devices.fixture, DEVICES_LIFETIME);
	take_all(after);
	for (const char *letter = "BCDFGHJKLM"; *letter; letter++) {
		struct device_grant *grant;
		ck_assert_int_eq(find_by_letter(*letter, &grant), FOUND);
		ck_assert(hash_equal(&grant->code_hash, &after[(unsigned char)*letter]));
		ck_assert(!hash_equal(&grant->code_hash, &before[(unsigned char)*letter]));
	}
}
END_TEST

static void add_tests(TCase *tc)
{
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_loop_test(tc, who_gets_a_code_and_for_what, 0, ARRAY_LEN(rows));
	tcase_add_test(tc, a_grant_is_pending_and_says_where_it_came_from);
	tcase_add_loop_test(tc, a_device_does_not_write_what_people_cannot_read, 0,
			    ARRAY_LEN(agents));
	tcase_add_test(tc, a_long_name_is_not_cut_inside_a_character);
	tcase_add_test(tc, codes_are_fresh_each_time);
	tcase_add_test(tc, neither_code_stands_in_the_database_in_clear);
	tcase_add_test(tc, codes_grow_under_attack);
	tcase_add_test(tc, an_address_has_so_many_codes_a_minute);
	tcase_add_test(tc, an_address_has_so_many_live_codes);
	tcase_add_test(tc, a_refused_request_takes_nothing_from_the_cap);
	tcase_add_test(tc, a_database_that_does_not_answer_is_the_servers_trouble);
	tcase_add_test(tc, no_two_live_codes_are_the_same);
	tcase_add_test(tc, a_code_that_is_drawn_again_leads_to_its_new_grant_alone);
}

TEST_MAIN("flow/device_start", add_tests)
