/* SPDX-License-Identifier: Apache-2.0
 *
 * Which word was meant. */
#include "config/nearest.h"

#include "base/attr.h"
#include "check_main.h"

static const char *const known[] = { "base_url",   "listen",          "log_level",
				     "log_format", "trusted_proxies", "loops" };

static const struct row {
	const char *name;
	const char *word;
	const char *meant; /* NULL: none */
} rows[] = {
	{ "the word itself", "listen", "listen" },
	{ "a letter too many", "lissten", "listen" },
	{ "a letter too few", "listn", "listen" },
	{ "two letters changed over", "lsiten", "listen" },
	{ "dashes and capitals", "BASE-URL", "base_url" },
	{ "the nearer of two", "log_levl", "log_level" },
	{ "the start of a long word", "trusted", "trusted_proxies" },
	{ "nothing", "", NULL },
	{ "nothing like it", "password", NULL },
	{ "the end of a word", "proxies", NULL },
	{ "one letter", "x", NULL },
	{ "too short to be the start of anything", "tr", NULL },
	{ "far too long",
	  "listenlistenlistenlistenlistenlistenlistenlistenlistenlistenlistenlistenlisten", NULL },
};

START_TEST(means)
{
	struct nearest nearest = nearest_start(slice_str(rows[_i].word));

	for (size_t i = 0; i < ARRAY_LEN(known); i++)
		nearest_offer(&nearest, slice_str(known[i]), i);
	ck_assert_msg(nearest.found == (rows[_i].meant != NULL), "%s", rows[_i].name);
	if (nearest.found)
		ck_assert_str_eq(known[nearest.index], rows[_i].meant);
}
END_TEST

static void add_tests(TCase *tc)
{
	tcase_add_loop_test(tc, means, 0, ARRAY_LEN(rows));
}

TEST_MAIN("config/nearest", add_tests)
