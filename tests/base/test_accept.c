/* SPDX-License-Identifier: Apache-2.0
 *
 * What an Accept header says of application/json. RFC9110#12.4.2, RFC9110#12.5.1 */
#include "base/accept.h"

#include "base/attr.h"
#include "check_main.h"

static const struct row {
	const char *name;
	const char *accept; /* NULL: no header */
	int weight;
	bool is_named;
} rows[] = {
	{ "no header wants everything", NULL, 1000, false },
	{ "an empty one nothing", "", 0, false },
	{ "itself", "application/json", 1000, true },
	{ "itself in other letters", "Application/JSON", 1000, true },
	{ "among others", "text/html, application/json;q=0.5", 500, true },
	{ "with a parameter that is not the weight", "application/json;v=2;q=0.25", 250, true },
	{ "with white space", " application/json ; q=0.125 ", 125, true },
	{ "with the name of the weight in another letter", "application/json;Q=0.1", 100, true },
	{ "weighing one, at length", "application/json;q=1.000", 1000, true },
	{ "with a point and nothing behind it", "application/json;q=0.", 0, true },
	{ "weighing nothing", "application/json;q=0", 0, true },
	{ "weighing nothing, at length", "application/json;q=0.000", 0, true },
	{ "by its kind", "application/*;q=0.3", 300, false },
	{ "by everything", "*/*", 1000, false },
	{ "itself before its kind", "application/*, application/json;q=0.2", 200, true },
	{ "itself before its kind, whatever the order", "application/json;q=0, */*", 0, true },
	{ "its kind before everything", "*/*;q=0.9, application/*;q=0", 0, false },
	{ "the greater of two weights", "application/json;q=0.2, application/json;q=0.7", 700,
	  true },
	{ "the greater of two weights, whatever the order",
	  "application/json;q=0.7, application/json;q=0.2", 700, true },
	{ "after empty parts", ",, application/json", 1000, true },
	{ "behind a quoted comma", "text/html;t=\"a,\\\",application/xml\", application/json;q=0.4",
	  400, true },
	{ "not within a quoted string", "text/html;t=\", application/json\"", 0, false },
	{ "not behind a quote that does not end", "text/html;t=\", application/json", 0, false },
	{ "not with a quoted weight", "application/json;t=\";q=0.5\"", 1000, true },
	{ "another type", "application/jsonp", 0, false },
	{ "a shorter type", "application/js", 0, false },
	{ "another kind", "text/*", 0, false },
	{ "a kind that only begins alike", "app/*", 0, false },
	{ "a star that is no range", "*/json", 0, false },
	{ "a weight above one", "application/json;q=1.001", 0, false },
	{ "a weight of two", "application/json;q=2", 0, false },
	{ "a weight that is too long", "application/json;q=0.0001", 0, false },
	{ "a weight without a zero", "application/json;q=.5", 0, false },
	{ "a negative weight", "application/json;q=-1", 0, false },
	{ "an empty weight", "application/json;q=", 0, false },
	{ "a weight in words", "application/json;q=high", 0, false },
	{ "a weight with a blank before it", "application/json;q= 1", 0, false },
};

START_TEST(a_type_has_its_weight)
{
	const struct row *row = &rows[_i];
	struct slice accept = row->accept ? slice_str(row->accept) : (struct slice){ 0 };
	struct accept_weight said = accept_weight_of(accept, SLICE("application/json"));
	ck_assert_msg(said.weight == row->weight, "%s: %d", row->name, said.weight);
	ck_assert_msg(said.is_named == row->is_named, "%s: named", row->name);
}
END_TEST

static void add_tests(TCase *tc)
{
	tcase_add_loop_test(tc, a_type_has_its_weight, 0, ARRAY_LEN(rows));
}

TEST_MAIN("base/accept", add_tests)
