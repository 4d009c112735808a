/* SPDX-License-Identifier: Apache-2.0
 *
 * Which claims of an account go where: by scope, by name, each in its type; and how they are set.
 */
#include "flow/user_claims.h"

#include "check_main.h"
#include "check_slice.h"
#include "flow/device_fixture.h"
#include "flow/people.h"
#include "flow/people_claims.h"

static struct devices devices;
static struct fixture *const fixture = &devices.fixture;
static struct flow *flow = &devices.fixture.flow;
static struct call *call = &devices.fixture.call;

static enum err set(const struct claim *claims, size_t count, struct slice *why)
{
	const struct claim_change change = { devices.ada, claims, count };
	return people_set_claims(flow, call, &change, why);
}

static void setup(void)
{
	static const struct claim claims[] = {
		{ SLICE("name"), SLICE("Ada Lovelace") },
		{ SLICE("email"), SLICE("ada@mail.example") },
		{ SLICE("email_verified"), SLICE("true") },
		{ SLICE("phone_number"), SLICE("+44 20 1") },
		{ SLICE("address.formatted"), SLICE("St James's Square\nLondon") },
		{ SLICE("address.country"), SLICE("UK") },
	};
	struct slice why;
	devices_init(&devices);
	fixture_wait(fixture, 50);
	ck_assert_int_eq(set(claims, ARRAY_LEN(claims), &why), ERR_OK);
}

static void teardown(void)
{
	devices_fini(&devices);
}

static const struct row {
	const char *name;
	const char *scope;
	const char *requested;
	enum user_claims_place place;
	const char *said;
} rows[] = {
	/* OIDC#5.4 */
	{ .name = "openid alone says nothing more", .scope = "openid", .said = "{}" },
	{ .name = "email",
	  .scope = "openid email",
	  .said = "{\"email\":\"ada@mail.example\",\"email_verified\":true}" },
	{ .name = "phone, as far as it is known",
	  .scope = "phone",
	  .said = "{\"phone_number\":\"+44 20 1\"}" },
	{ .name = "address",
	  .scope = "address", /* OIDC#5.1.1 */
	  .said = "{\"address\":{\"formatted\":\"St James's Square\\nLondon\",\"country\":\"UK\"}}" },
	{ .name = "profile",
	  .scope = "profile",
	  .said = "{\"name\":\"Ada Lovelace\",\"preferred_username\":\"ada\","
		  "\"updated_at\":1700000050}" },
	{ .name = "an unknown scope", .scope = "email_verified", .said = "{}" },
	/* OIDC#5.5 */
	{ .name = "by name, at UserInfo",
	  .requested = "{\"userinfo\":{\"name\":null},\"id_token\":{\"email\":null}}",
	  .said = "{\"name\":\"Ada Lovelace\"}" },
	{ .name = "by name, in the ID token",
	  .requested = "{\"userinfo\":{\"name\":null},\"id_token\":{\"email\":null}}",
	  .place = CLAIMS_IN_ID_TOKEN,
	  .said = "{\"email\":\"ada@mail.example\"}" },
	{ .name = "by name and by scope, once",
	  .scope = "email",
	  .requested = "{\"userinfo\":{\"email\":{\"essential\":true},\"name\":null}}",
	  .said = "{\"name\":\"Ada Lovelace\",\"email\":\"ada@mail.example\","
		  "\"email_verified\":true}" },
	{ .name = "the address as a whole",
	  .requested = "{\"userinfo\":{\"address\":null}}",
	  .said = "{\"address\":{\"formatted\":\"St James's Square\\nLondon\",\"country\":\"UK\"}}" },
	{ .name = "another value than the account's is no error", /* OIDC#5.5.1 */
	  .requested = "{\"userinfo\":{\"email\":{\"value\":\"x@y.example\"}}}",
	  .said = "{\"email\":\"ada@mail.example\"}" },
	{ .name = "what is not known",
	  .requested = "{\"userinfo\":{\"nickname\":null}}",
	  .said = "{}" },
	{ .name = "what is no claim of ours",
	  .requested = "{\"userinfo\":{\"http://x/claim\":null,\"sub\":null,\"admin\":null}}",
	  .said = "{}" },
	{ .name = "with a language tag",
	  .requested = "{\"userinfo\":{\"name#ja\":null}}",
	  .said = "{}" },
	{ .name = "a part of the address",
	  .requested = "{\"userinfo\":{\"address.country\":null}}",
	  .said = "{}" },
	{ .name = "nothing by name", .requested = "{}", .said = "{}" },
	{ .name = "an array in the place of names",
	  .requested = "{\"userinfo\":[\"name\"]}",
	  .said = "{}" },
	{ .name = "null in the place of names", .requested = "{\"userinfo\":null}", .said = "{}" },
	{ .name = "no JSON", .requested = "userinfo", .said = "{}" },
};

START_TEST(what_is_said)
{
	const struct row *row = &rows[_i];
	const struct user_claims_request request = {
		.user = &devices.ada->id,
		.scope = slice_str(row->scope),
		.requested = slice_str(row->requested),
		.place = row->place,
	};
	AUTO(json) struct json *out = json_object_new();
	ck_assert_int_eq(user_claims_add(flow, call, &request, out), ERR_OK);
	ck_slice_row(row->name, json_write(out, call->arena), slice_str(row->said));
}
END_TEST

static struct user_claims_request profile_of(const struct id *user)
{
	return (struct user_claims_request){ .user = user, .scope = SLICE("profile") };
}

START_TEST(of_an_account_without_any)
{
	struct user *bob = fixture_person(fixture, "Bob");
	const struct user_claims_request request = profile_of(&bob->id);
	AUTO(json) struct json *out = json_object_new();
	ck_assert_int_eq(user_claims_add(flow, call, &request, out), ERR_OK);
	ck_slice_str(json_write(out, call->arena),
		     "{\"preferred_username\":\"Bob\",\"updated_at\":1700000050}");
}
END_TEST

START_TEST(of_nobody)
{
	const struct id nobody = { { 9 } };
	const struct user_claims_request request = profile_of(&nobody);
	AUTO(json) struct json *out = json_object_new();
	ck_assert_int_eq(user_claims_add(flow, call, &request, out), ERR_ABSENT);
}
END_TEST

static const char *const needed_tables[] = { "user", "claim" };

START_TEST(without_the_database_nothing_is_said)
{
	const struct user_claims_request request = profile_of(&devices.ada->id);
	AUTO(json) struct json *out = json_object_new();
	devices_break(&devices, needed_tables[_i]);
	ck_assert_int_eq(user_claims_add(flow, call, &request, out), ERR_DATABASE);
	ck_assert_uint_eq(json_count(out), 0);
}
END_TEST

/* --- setting them
 * ------------------------------------------------------------------------------------ */

static const struct wrong {
	const char *name;
	struct claim claim;
	const char *why;
} wrongs[] = {
	{ "no claim", { SLICE("role"), SLICE("admin") }, "There is no claim named role." },
	{ "the id", { SLICE("sub"), SLICE("x") }, "There is no claim named sub." },
	{ "not a value of it",
	  { SLICE("email_verified"), SLICE("yes") },
	  "email_verified: It must be true or false." },
	{ "one that sets itself",
	  { SLICE("updated_at"), SLICE("1") },
	  "updated_at: It sets itself." },
	{ "taking that away", { SLICE("updated_at"), SLICE("") }, "updated_at: It sets itself." },
};

START_TEST(all_are_set_or_none)
{
	struct slice why;
	const struct claim claims[] = { { SLICE("nickname"), SLICE("Countess") },
					wrongs[_i].claim };
	struct claim_list list;
	int64_t changed;
	ck_assert_msg(set(claims, 2, &why) == ERR_INVALID, "%s", wrongs[_i].name);
	ck_slice_row(wrongs[_i].name, why, slice_str(wrongs[_i].why));
	ck_assert_int_eq(
		store_user_claims(fixture->store, call->arena, &devices.ada->id, &list, &changed),
		ERR_OK);
	ck_assert_uint_eq(claim_value(&list, "nickname").len, 0);
}
END_TEST

START_TEST(an_empty_value_takes_one_away_and_the_event_tells_no_value)
{
	struct slice why;
	const struct claim gone = { SLICE("email"), SLICE("") };
	const struct user_claims_request request = { .user = &devices.ada->id,
						     .scope = SLICE("email profile") };
	fixture_wait(fixture, 10);
	ck_assert_int_eq(set(&gone, 1, &why), ERR_OK);
	ck_slice_str(fixture_event(fixture, EVENT_USER_CLAIM_CHANGED).detail, "email test");
	AUTO(json) struct json *out = json_object_new();
	ck_assert_int_eq(user_claims_add(flow, call, &request, out), ERR_OK);
	ck_assert(!json_has(out, "email"));
	int64_t updated_at;
	ck_assert(json_get_number(out, "updated_at", &updated_at));
	ck_assert_int_eq(updated_at, FIXTURE_NOW + 60);
}
END_TEST

START_TEST(nobody_is_told_anything_of_somebody_who_is_gone)
{
	struct slice why;
	const struct claim claim = { SLICE("name"), SLICE("Ada") };
	ck_assert_int_eq(people_remove(flow, call, devices.ada), ERR_OK);
	ck_assert_int_eq(set(&claim, 1, &why), ERR_ABSENT);
}
END_TEST

static void add_tests(TCase *tc)
{
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_loop_test(tc, what_is_said, 0, ARRAY_LEN(rows));
	tcase_add_test(tc, of_an_account_without_any);
	tcase_add_test(tc, of_nobody);
	tcase_add_loop_test(tc, without_the_database_nothing_is_said, 0, ARRAY_LEN(needed_tables));
	tcase_add_loop_test(tc, all_are_set_or_none, 0, ARRAY_LEN(wrongs));
	tcase_add_test(tc, an_empty_value_takes_one_away_and_the_event_tells_no_value);
	tcase_add_test(tc, nobody_is_told_anything_of_somebody_who_is_gone);
}

TEST_MAIN("flow/user_claims", add_tests)
