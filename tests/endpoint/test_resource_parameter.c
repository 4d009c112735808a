/* SPDX-License-Identifier: Apache-2.0
 *
 * Which values of a form name resources. */
#include "endpoint/resource_parameter.h"

#include "base/buf.h"

#include "check_main.h"
#include "check_slice.h"

static const struct row {
	const char *name;
	struct slice body;
	size_t count;
	const char *first;
} rows[] = {
	{ .name = "none", .body = SLICE("scope=a") },
	{ .name = "one",
	  .body = SLICE("resource=https%3A%2F%2Fa%2F"),
	  .count = 1,
	  .first = "https://a/" },
	/* RFC8707#2 */
	{ .name = "two",
	  .body = SLICE("resource=a%3A1&scope=x&resource=b%3A2"),
	  .count = 2,
	  .first = "a:1" },
	/* RFC6749#3.2 */
	{ .name = "empty ones count as none",
	  .body = SLICE("resource=&resource=b%3A2&resource="),
	  .count = 1,
	  .first = "b:2" },
	{ .name = "as many as may be",
	  .body = SLICE(
		  "resource=1&resource=2&resource=3&resource=4&resource=5&resource=6&resource=7&resource=8"),
	  .count = RESOURCES_MAX,
	  .first = "1" },
	{ .name = "of too many, one more than may be, so that it is seen",
	  .body = SLICE(
		  "resource=1&resource=2&resource=3&resource=4&resource=5&resource=6&resource=7&resource=8&resource=9&resource=10"),
	  .count = RESOURCES_MAX + 1,
	  .first = "1" },
};

START_TEST(values)
{
	const struct row *row = &rows[_i];
	AUTO(arena) struct arena *arena = arena_new();
	struct form form;
	struct resource_parameter out;
	ck_assert_int_eq(form_parse(arena, row->body, resource_multiple, &form), FORM_FINE);
	resource_parameter_read(&form, &out);
	ck_assert_msg(out.count == row->count, "%s: %zu", row->name, out.count);
	if (row->count > 0)
		ck_slice_row(row->name, out.values[0], slice_str(row->first));
}
END_TEST

/* Empty ones take no place from those that count. */
START_TEST(by_another_name)
{
	static const char *const multiple[] = { "audience", NULL };
	AUTO(arena) struct arena *arena = arena_new();
	struct form form;
	struct resource_parameter out;
	struct buf body;
	buf_init_arena(&body, arena, 1024);
	for (size_t i = 0; i < (size_t)2 * RESOURCES_MAX; i++)
		buf_add_part(&body, '&', SLICE("audience="));
	buf_add_part(&body, '&', SLICE("audience=a%3A1&resource=b%3A2"));
	ck_assert_int_eq(form_parse(arena, buf_slice(&body), multiple, &form), FORM_FINE);
	resource_parameter_read_as(&form, "audience", &out);
	ck_assert_uint_eq(out.count, 1);
	ck_slice_str(out.values[0], "a:1");
}
END_TEST

START_TEST(nothing_else_may_come_twice)
{
	AUTO(arena) struct arena *arena = arena_new();
	struct form form;
	ck_assert_int_eq(form_parse(arena, SLICE("scope=a&scope=b"), resource_multiple, &form),
			 FORM_REPEATED);
}
END_TEST

static void add_tests(TCase *tc)
{
	tcase_add_loop_test(tc, values, 0, ARRAY_LEN(rows));
	tcase_add_test(tc, by_another_name);
	tcase_add_test(tc, nothing_else_may_come_twice);
}

TEST_MAIN("endpoint/resource_parameter", add_tests)
