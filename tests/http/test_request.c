/* SPDX-License-Identifier: Apache-2.0
 *
 * Headers, cookies, request ids, and the table of sources. RFC6265#5.4 */
#include <string.h>

#include "check_main.h"
#include "http/http.h"
#include "http/request_id.h"
#include "http/source.h"

static const struct row {
	const char *name;
	const char *lines[2];
	const char *cookie; /* the value of "sid"; NULL: absent */
} rows[] = {
	{ "alone", { "sid=abc" }, "abc" },
	{ "among others", { "a=b; sid=abc; c=d" }, "abc" },
	{ "in the second line", { "a=b", "sid=abc" }, "abc" },
	{ "without blanks", { "a=b;sid=abc;c=d" }, "abc" },
	{ "with equals signs", { "sid=a=b=" }, "a=b=" },
	{ "empty", { "sid=" }, "" },
	{ "with a comma", { "sid=a,b" }, "a,b" },
	{ "quotes are part of it", { "sid=\"abc\"" }, "\"abc\"" },
	{ "no cookies", { NULL }, NULL },
	{ "an empty line", { "" }, NULL },
	{ "another name", { "side=abc; xsid=abc" }, NULL },
	{ "in capitals it is another name", { "SID=abc" }, NULL },
	{ "twice in a line", { "sid=abc; sid=abc" }, NULL },
	{ "twice in two lines", { "sid=abc", "sid=def" }, NULL },
	{ "no equals sign", { "sid" }, NULL },
	{ "within another value", { "a=\"sid=abc\"" }, NULL },
	{ "behind a comma", { "a=b, sid=abc" }, NULL },
};

static struct http_request request;

/* A name sent twice is absent: nobody may shadow ours from another path or a sub-domain. */
START_TEST(cookie)
{
	const struct row *row = &rows[_i];
	request.header_count = 0;
	for (size_t i = 0; i < ARRAY_LEN(row->lines) && row->lines[i] != NULL; i++)
		request.headers[request.header_count++] = (struct http_header){
			SLICE("cookie"), slice_str(row->lines[i])
		};
	struct slice value = http_request_cookie(&request, SLICE("sid"));
	ck_assert_msg((value.ptr == NULL) == (row->cookie == NULL), "%s", row->name);
	ck_assert_msg(slice_equal(value, slice_str(row->cookie)), "%s: %.*s", row->name,
		      SLICE_ARG(value));
}
END_TEST

START_TEST(header)
{
	request.header_count = 2;
	request.headers[0] = (struct http_header){ SLICE("Accept"), SLICE("one") };
	request.headers[1] = (struct http_header){ SLICE("ACCEPT"), SLICE("two") };
	ck_assert(slice_equal(http_request_header(&request, "accept"), SLICE("one")));
	ck_assert_ptr_null(http_request_header(&request, "Accep").ptr);
}
END_TEST

START_TEST(ids_are_of_base62_and_differ)
{
	static struct request_id_maker maker;
	static char ids[500][REQUEST_ID_LENGTH];
	for (size_t i = 0; i < ARRAY_LEN(ids); i++) {
		request_id_make(&maker, ids[i]);
		for (size_t c = 0; c < REQUEST_ID_LENGTH; c++)
			ck_assert(
				strchr("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz",
				       ids[i][c]) != NULL);
		for (size_t other = 0; other < i; other++)
			ck_assert(memcmp(ids[i], ids[other], REQUEST_ID_LENGTH) != 0);
	}
}
END_TEST

static struct address address_number(unsigned n)
{
	return (struct address){ .family = ADDRESS_V4,
				 .bytes = { 10, (uint8_t)(n >> 8), (uint8_t)n, (uint8_t)(n * 7) } };
}

/* The table, full, against plain counters: what is taken out leaves no hole in anybody's way. */
START_TEST(sources_are_counted)
{
	enum { SOURCES = 600, ROUNDS = 20000, MOST = 3 };
	static unsigned counts[SOURCES];
	struct source_table table;
	unsigned total = 0;
	unsigned random = 12345;
	source_table_init(&table, 1000, MOST);
	for (int i = 0; i < ROUNDS; i++) {
		random = random * 1103515245u + 12345u;
		unsigned n = (random >> 8) % SOURCES;
		struct address address = address_number(n);
		bool take = (random >> 24) % 3 != 0 && total < 1000;
		if (take) {
			bool room = source_take(&table, &address);
			ck_assert_int_eq(room, counts[n] < MOST);
			counts[n] += room;
			total += room;
		} else if (counts[n] > 0) {
			source_give(&table, &address);
			counts[n]--;
			total--;
		}
	}
	for (unsigned n = 0; n < SOURCES; n++) {
		struct address address = address_number(n);
		for (; counts[n] > 0; counts[n]--)
			source_give(&table, &address);
	}
	for (size_t i = 0; i < table.slot_count; i++)
		ck_assert_uint_eq(table.slots[i].count, 0);
	source_table_fini(&table);
}
END_TEST

static void add_tests(TCase *tc)
{
	tcase_add_loop_test(tc, cookie, 0, (int)ARRAY_LEN(rows));
	tcase_add_test(tc, header);
	tcase_add_test(tc, ids_are_of_base62_and_differ);
	tcase_add_test(tc, sources_are_counted);
}

TEST_MAIN("http/request", add_tests)
