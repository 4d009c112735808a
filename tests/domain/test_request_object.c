/* SPDX-License-Identifier: Apache-2.0
 *
 * What a signed request must say of itself. */
#include "domain/request_object.h"

#include "base/attr.h"
#include "check_main.h"
#include "check_slice.h"

#define CLIENT SLICE("app")
#define ISSUER SLICE("https://login.example.com/o")
#define NOW 1000000

static const struct row {
	const char *name;
	struct request_object object; /* what is not said is right: see good() */
	bool without_aud;
	bool without_exp;
	bool any_expiry; /* the client is let off it */
	enum request_object_fault fault;
} rows[] = {
	/* RFC9101#4, RFC9101#10.8 */
	{ .name = "no type", .object = { .nests = false } },
	{ .name = "its own type", .object = { .typ = SLICE("oauth-authz-req+jwt") } },
	{ .name = "the general type", .object = { .typ = SLICE("jwt") } },
	{ .name = "one of several audiences",
	  .object = { .aud = { SLICE("https://other.example"), ISSUER }, .aud_count = 2 } },
	{ .name = "good for a second more", .object = { .has_exp = true, .exp = NOW + 1 } },
	{ .name = "expired by what clocks differ", .object = { .has_exp = true, .exp = NOW - 29 } },
	{ .name = "early by what clocks differ", .object = { .has_nbf = true, .nbf = NOW + 30 } },
	{ .name = "good for an hour", .object = { .has_exp = true, .exp = NOW + 3600 } },
	{ .name = "good for an hour and what clocks differ",
	  .object = { .has_exp = true, .exp = NOW + 3630 } },
	{ .name = "made by a clock that is ahead", .object = { .has_iat = true, .iat = NOW + 30 } },
	{ .name = "made long ago", .object = { .has_iat = true, .iat = 0 } },
	{ .name = "no end, of a client that is let off it",
	  .without_exp = true,
	  .any_expiry = true },
	{ .name = "a distant end, of a client that is let off its limit",
	  .object = { .has_exp = true, .exp = INT64_MAX },
	  .any_expiry = true },
	{ .name = "a person as subject", .object = { .sub = SLICE("ada") } },

	{ .name = "an access token",
	  .object = { .typ = SLICE("at+jwt") },
	  .fault = REQUEST_OBJECT_TYP },
	{ .name = "a proof", .object = { .typ = SLICE("dpop+jwt") }, .fault = REQUEST_OBJECT_TYP },
	{ .name = "no issuer", .object = { .iss = { "", 0 } }, .fault = REQUEST_OBJECT_ISS },
	{ .name = "another issuer",
	  .object = { .iss = SLICE("other") },
	  .fault = REQUEST_OBJECT_ISS },
	{ .name = "no audience", .without_aud = true, .fault = REQUEST_OBJECT_AUD },
	{ .name = "another audience",
	  .object = { .aud = { SLICE("https://login.example.com") }, .aud_count = 1 },
	  .fault = REQUEST_OBJECT_AUD },
	{ .name = "an audience with a slash behind",
	  .object = { .aud = { SLICE("https://login.example.com/o/") }, .aud_count = 1 },
	  .fault = REQUEST_OBJECT_AUD },
	{ .name = "no client_id",
	  .object = { .client_id = { "", 0 } },
	  .fault = REQUEST_OBJECT_CLIENT },
	{ .name = "another client_id",
	  .object = { .client_id = SLICE("App") },
	  .fault = REQUEST_OBJECT_CLIENT },
	{ .name = "an assertion of the client",
	  .object = { .sub = CLIENT },
	  .fault = REQUEST_OBJECT_SUB },
	{ .name = "expired",
	  .object = { .has_exp = true, .exp = NOW - 30 },
	  .fault = REQUEST_OBJECT_EXPIRED },
	{ .name = "expired in 1970",
	  .object = { .has_exp = true, .exp = 0 },
	  .fault = REQUEST_OBJECT_EXPIRED },
	{ .name = "expired before that",
	  .object = { .has_exp = true, .exp = INT64_MIN },
	  .fault = REQUEST_OBJECT_EXPIRED },
	{ .name = "no end", .without_exp = true, .fault = REQUEST_OBJECT_NO_EXP },
	{ .name = "good for a second too long",
	  .object = { .has_exp = true, .exp = NOW + 3631 },
	  .fault = REQUEST_OBJECT_TOO_LONG },
	{ .name = "good for ever",
	  .object = { .has_exp = true, .exp = INT64_MAX },
	  .fault = REQUEST_OBJECT_TOO_LONG },
	{ .name = "expired, of a client that is let off its limit",
	  .object = { .has_exp = true, .exp = NOW - 30 },
	  .any_expiry = true,
	  .fault = REQUEST_OBJECT_EXPIRED },
	{ .name = "made in the future",
	  .object = { .has_iat = true, .iat = NOW + 31 },
	  .fault = REQUEST_OBJECT_EARLY },
	{ .name = "made in the future, of a client that is let off exp",
	  .object = { .has_iat = true, .iat = INT64_MAX },
	  .without_exp = true,
	  .any_expiry = true,
	  .fault = REQUEST_OBJECT_EARLY },
	{ .name = "not yet valid",
	  .object = { .has_nbf = true, .nbf = NOW + 31 },
	  .fault = REQUEST_OBJECT_EARLY },
	{ .name = "another request in it",
	  .object = { .nests = true },
	  .fault = REQUEST_OBJECT_NESTS },
};

/* From the client, to this server, for a minute. */
static struct request_object good(const struct row *row)
{
	struct request_object object = row->object;
	if (!object.iss.ptr)
		object.iss = CLIENT;
	if (!object.client_id.ptr)
		object.client_id = CLIENT;
	if (object.aud_count == 0 && !row->without_aud)
		object.aud[object.aud_count++] = ISSUER;
	if (!object.has_exp && !row->without_exp) {
		object.has_exp = true;
		object.exp = NOW + 60;
	}
	return object;
}

START_TEST(objects)
{
	const struct row *row = &rows[_i];
	const struct request_object object = good(row);
	const struct request_object_rules rules = { CLIENT, ISSUER, NOW, row->any_expiry };
	enum request_object_fault fault = request_object_check(&object, &rules);
	ck_assert_msg(fault == row->fault, "%s: %d", row->name, (int)fault);
}
END_TEST

START_TEST(every_fault_has_words)
{
	ck_assert(slice_is_empty(request_object_fault_text((enum request_object_fault)_i)) ==
		  (_i == REQUEST_OBJECT_FINE));
}
END_TEST

static void add_tests(TCase *tc)
{
	tcase_add_loop_test(tc, objects, 0, ARRAY_LEN(rows));
	tcase_add_loop_test(tc, every_fault_has_words, 0, REQUEST_OBJECT_FAULT_COUNT);
}

TEST_MAIN("domain/request_object", add_tests)
