/* SPDX-License-Identifier: Apache-2.0
 *
 * Which address and scheme a request has when trusted proxies stand before us. RFC9110#5.3 */
#include <string.h>

#include "check_main.h"
#include "http/forwarded.h"

static const struct row {
	const char *name;
	const char *lines[3]; /* of X-Forwarded-For */
	const char *client;
} rows[] = {
	{ "no line: the proxy", { NULL }, "10.0.0.1" },
	{ "one address", { "192.0.2.1" }, "192.0.2.1" },
	{ "the right one of two", { "203.0.113.9, 192.0.2.1" }, "192.0.2.1" },
	{ "a trusted one is skipped", { "192.0.2.1, 10.0.0.7" }, "192.0.2.1" },
	{ "many trusted ones are skipped",
	  { "203.0.113.9,192.0.2.1,10.0.0.7 ,10.9.9.9" },
	  "192.0.2.1" },
	{ "the last line counts first", { "203.0.113.9", "192.0.2.1" }, "192.0.2.1" },
	{ "a trusted last line is skipped", { "203.0.113.9, 192.0.2.1", "10.0.0.7" }, "192.0.2.1" },
	{ "all trusted: the first of them", { "10.0.0.9, 10.0.0.8", "10.0.0.7" }, "10.0.0.9" },
	{ "IPv6", { "2001:db8::1" }, "2001:db8::1" },
	{ "IPv6 in brackets, with a port", { "[2001:db8::1]:4711" }, "2001:db8::1" },
	{ "IPv6 in brackets", { "[2001:db8::1]" }, "2001:db8::1" },
	{ "IPv4 with a port", { "192.0.2.1:4711" }, "192.0.2.1" },
	{ "IPv4 within IPv6 that is trusted", { "192.0.2.1, ::ffff:10.0.0.7" }, "192.0.2.1" },
	{ "empty elements are skipped", { "192.0.2.1, ,", "" }, "192.0.2.1" },

	{ "nonsense hides who was there", { "nonsense" }, "10.0.0.1" },
	{ "nothing left of nonsense counts", { "192.0.2.1, unknown, 10.0.0.7" }, "10.0.0.7" },
	{ "nor in an earlier line", { "192.0.2.1", "unknown" }, "10.0.0.1" },
	{ "nothing left of the client counts",
	  { "198.51.100.1, 192.0.2.1, 10.0.0.7" },
	  "192.0.2.1" },
	{ "an address with a mask is nonsense", { "192.0.2.1/24" }, "10.0.0.1" },
	{ "a name is nonsense", { "client.example" }, "10.0.0.1" },
	{ "an obfuscated one is nonsense", { "_hidden" }, "10.0.0.1" },
	{ "half a bracket is nonsense", { "[2001:db8::1" }, "10.0.0.1" },
	{ "a bare colon is nonsense", { ":" }, "10.0.0.1" },
	{ "a quoted one is nonsense", { "\"192.0.2.1\"" }, "10.0.0.1" },
	{ "blanks between addresses are nonsense", { "192.0.2.1 192.0.2.2" }, "10.0.0.1" },
};

static struct http_request request;
static struct network trusted;

static void setup(void)
{
	memset(&request, 0, sizeof(request));
	ck_assert_int_eq(network_parse(SLICE("10.0.0.0/8"), &trusted), ERR_OK);
	ck_assert_int_eq(address_parse(SLICE("10.0.0.1"), &request.peer), ERR_OK);
	request.client = request.peer;
	request.id = SLICE("made-here");
}

static void add(struct slice name, const char *value)
{
	request.headers[request.header_count++] = (struct http_header){ name, slice_str(value) };
}

START_TEST(client)
{
	const struct row *row = &rows[_i];
	char text[ADDRESS_TEXT_MAX];
	setup();
	for (size_t i = 0; i < ARRAY_LEN(row->lines) && row->lines[i] != NULL; i++) {
		add(SLICE("x-forwarded-FOR"), row->lines[i]);
		add(SLICE("X-Forwarded-Fore"), "198.51.100.99");
	}
	forwarded_apply(&request, &trusted, 1);
	struct slice shown = address_text(&request.client, text);
	ck_assert_msg(slice_equal(shown, slice_str(row->client)), "%s: %.*s", row->name,
		      SLICE_ARG(shown));
}
END_TEST

static const struct proto_row {
	const char *lines[2];
	bool before; /* as known without the header */
	bool secure;
} protos[] = {
	{ { NULL }, false, false },
	{ { NULL }, true, true },
	{ { "https" }, false, true },
	{ { "HTTPS" }, false, true },
	{ { "https, https" }, false, true },
	{ { "http" }, false, false },
	{ { "http" }, true, false },
	{ { "" }, false, false },
	{ { "https, http" }, false, false },
	{ { "http, https" }, false, false },
	{ { "http", "https" }, false, false },
	{ { "httpss" }, false, false },
};

START_TEST(proto)
{
	const struct proto_row *row = &protos[_i];
	setup();
	request.secure = row->before;
	for (size_t i = 0; i < ARRAY_LEN(row->lines) && row->lines[i] != NULL; i++)
		add(SLICE("X-Forwarded-Proto"), row->lines[i]);
	forwarded_apply(&request, &trusted, 1);
	ck_assert_msg(request.secure == row->secure, "row %d", _i);
}
END_TEST

static const struct id_row {
	const char *id;
	bool taken;
} ids[] = {
	{ "abcdEFGH", true },
	{ "0123456789abcdef0123456789abcdef", true },
	{ "a-b-c-d-e", true },
	{ "abcdefg", false },
	{ "0123456789abcdef0123456789abcdef0", false },
	{ "", false },
	{ "abcdefgh ijk", false },
	{ "abcdefgh\"", false },
	{ "abcdefgh_ij", false },
	{ "abcdefgh\n", false },
};

START_TEST(id)
{
	setup();
	add(SLICE("X-Request-Id"), ids[_i].id);
	forwarded_apply(&request, &trusted, 1);
	struct slice wanted = ids[_i].taken ? slice_str(ids[_i].id) : SLICE("made-here");
	ck_assert_msg(slice_equal(request.id, wanted), "%s", ids[_i].id);
}
END_TEST

static void add_tests(TCase *tc)
{
	tcase_add_loop_test(tc, client, 0, (int)ARRAY_LEN(rows));
	tcase_add_loop_test(tc, proto, 0, (int)ARRAY_LEN(protos));
	tcase_add_loop_test(tc, id, 0, (int)ARRAY_LEN(ids));
}

TEST_MAIN("http/forwarded", add_tests)
