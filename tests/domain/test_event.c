/* SPDX-License-Identifier: Apache-2.0
 *
 * Events: every kind has a name of its own, and keeps it. */
#include "domain/event.h"

#include "check_main.h"
#include "check_slice.h"

START_TEST(names_are_words)
{
	struct slice name = slice_str(event_kind_name((enum event_kind)_i));

	ck_assert(slice_has_byte(name, '.'));
	for (size_t i = 0; i < name.len; i++) {
		char c = name.ptr[i];

		ck_assert_msg((c >= 'a' && c <= 'z') || c == '.' || c == '_', "%.*s",
			      SLICE_ARG(name));
	}
	for (int i = 0; i < _i; i++)
		ck_assert_msg(!slice_equal(name, slice_str(event_kind_name((enum event_kind)i))),
			      "%.*s twice", SLICE_ARG(name));
}
END_TEST

static const struct row {
	const char *name;
	enum event_kind kind;
	const char *wire;
} rows[] = {
	{ .name = "an approval changes something",
	  .kind = EVENT_DEVICE_APPROVED,
	  .wire = "device.approved" },
	{ .name = "a denial by a person is a decision",
	  .kind = EVENT_DEVICE_DENIED,
	  .wire = "device.denied" },
	{ .name = "a redemption changes something",
	  .kind = EVENT_DEVICE_REDEEMED,
	  .wire = "device.redeemed" },
	{ .name = "a reused refresh token revokes",
	  .kind = EVENT_REFRESH_REUSED,
	  .wire = "refresh.reused" },
	{ .name = "a wrong password", .kind = EVENT_SIGN_IN_REFUSED, .wire = "sign_in.refused" },
	{ .name = "a wrong secret", .kind = EVENT_CLIENT_REFUSED, .wire = "client.refused" },
	{ .name = "a wrong user code", .kind = EVENT_CODE_REFUSED, .wire = "code.refused" },
	{ .name = "a refused start", .kind = EVENT_DEVICE_REFUSED, .wire = "device.refused" },
	{ .name = "a late poll", .kind = EVENT_DEVICE_REUSED, .wire = "device.reused" },
	{ .name = "over budget", .kind = EVENT_THROTTLED, .wire = "throttle.refused" },
	{ .name = "a form of another site", .kind = EVENT_FORM_REFUSED, .wire = "form.refused" },
	{ .name = "a refused token request", .kind = EVENT_TOKEN_REFUSED, .wire = "token.refused" },
};

START_TEST(names_stay)
{
	const struct row *row = &rows[_i];

	ck_slice_row(row->name, slice_str(event_kind_name(row->kind)), slice_str(row->wire));
}
END_TEST

static void add_tests(TCase *tc)
{
	tcase_add_loop_test(tc, names_are_words, 0, EVENT_KIND_COUNT);
	tcase_add_loop_test(tc, names_stay, 0, ARRAY_LEN(rows));
}

TEST_MAIN("domain/event", add_tests)
