/* SPDX-License-Identifier: Apache-2.0
 *
 * Refusals by the head alone, before a byte of the body is taken. Most of them are the makings of
 * request smuggling: the library takes the first of two lengths, and what it leaves over it would
 * run as a request of its own. All of them close the connection. RFC 9110 sections 5 and 7, RFC
 * 9112 sections 3, 5 and 6. */
#include "http/head.h"

#include <assert.h>

#include "base/ascii.h"

/* RFC9110#5.6.2 */
static bool is_token(struct slice s)
{
	static const struct slice others = { "!#$%&'*+-.^_`|~", 15 };
	for (size_t i = 0; i < s.len; i++) {
		char c = s.ptr[i];
		if (!ascii_is_alnum(c) && !slice_has_byte(others, c))
			return false;
	}
	return s.len > 0;
}

/* RFC9110#5.5: no controls but the tab; a bare CR would end the line for some. */
static bool is_field_value(struct slice s)
{
	for (size_t i = 0; i < s.len; i++) {
		unsigned char c = (unsigned char)s.ptr[i];
		if ((c < 0x20 && c != '\t') || c == 0x7f)
			return false;
	}
	return true;
}

/* Headers that decide something here: the first and the last reader must see the same one. */
enum single {
	SINGLE_HOST = 0,
	SINGLE_LENGTH,
	SINGLE_ENCODING,
	SINGLE_TYPE,
	SINGLE_AUTHORIZATION,
	SINGLE_DPOP,
	SINGLE_COUNT
};

static const struct slice single_names[] = {
	[SINGLE_HOST] = { "Host", 4 },
	[SINGLE_LENGTH] = { "Content-Length", 14 },
	[SINGLE_ENCODING] = { "Transfer-Encoding", 17 },
	[SINGLE_TYPE] = { "Content-Type", 12 },
	[SINGLE_AUTHORIZATION] = { "Authorization", 13 },
	[SINGLE_DPOP] = { "DPoP", 4 },
};
static_assert(ARRAY_LEN(single_names) == SINGLE_COUNT, "a name for each");

/* False when one of them comes twice. */
static bool find_singles(const struct http_request *request, struct slice values[SINGLE_COUNT])
{
	for (size_t i = 0; i < request->header_count; i++) {
		const struct http_header *header = &request->headers[i];
		for (size_t s = 0; s < SINGLE_COUNT; s++) {
			if (!slice_equal_nocase(header->name, single_names[s]))
				continue;
			if (values[s].ptr != NULL)
				return false;
			values[s] = header->value;
		}
	}
	return true;
}

static struct refusal check_fields(const struct http_request *request)
{
	for (size_t i = 0; i < request->header_count; i++) {
		/* RFC9112#5.1: a blank before the colon is no part of any name. RFC9112#5.2: nor is
		 * a folded line. */
		if (!is_token(request->headers[i].name))
			return REFUSAL(400, "a header has a malformed name");
		if (!is_field_value(request->headers[i].value))
			return REFUSAL(400, "a header has control characters");
	}
	return REFUSAL_NONE;
}

static struct refusal check_length(struct slice text, struct head *head)
{
	int64_t length;
	text = slice_trim(text);
	for (size_t i = 0; i < text.len; i++) {
		if (text.ptr[i] < '0' || text.ptr[i] > '9')
			return REFUSAL(400, "Content-Length is not a number");
	}
	if (text.len == 0)
		return REFUSAL(400, "Content-Length is not a number");
	/* RFC9110#15.5.14 */
	if (slice_parse_int64(text, &length) != ERR_OK || (uint64_t)length > head->body_max)
		return REFUSAL(413, "the body is too large");
	head->body_length = (size_t)length;
	return REFUSAL_NONE;
}

static struct refusal check_framing(const struct slice values[SINGLE_COUNT], struct head *head)
{
	struct slice length = values[SINGLE_LENGTH];
	struct slice encoding = values[SINGLE_ENCODING];
	if (encoding.ptr == NULL)
		return length.ptr == NULL ? REFUSAL_NONE : check_length(length, head);
	/* RFC9112#6.1: both lengths are how requests are smuggled, and 1.0 knows no encodings. */
	if (length.ptr != NULL)
		return REFUSAL(400, "both Content-Length and Transfer-Encoding");
	/* Not trimmed: the library compares the value as it stands. */
	if (!head->http11 || !slice_equal_nocase(encoding, SLICE("chunked")))
		return REFUSAL(400, "a Transfer-Encoding other than chunked");
	head->chunked = true;
	return REFUSAL_NONE;
}

struct refusal head_check(const struct http_request *request, struct head *head)
{
	struct slice values[SINGLE_COUNT] = { { NULL, 0 } };
	head->body_length = 0;
	head->chunked = false;
	if (!is_token(head->method))
		return REFUSAL(400, "the method is malformed");
	struct refusal refusal = check_fields(request);
	if (refusal.status != 0)
		return refusal;
	if (!find_singles(request, values))
		return REFUSAL(400, "a header that must not be repeated is");
	/* RFC9112#3.2 */
	if (head->http11 && values[SINGLE_HOST].ptr == NULL)
		return REFUSAL(400, "Host is missing");
	return check_framing(values, head);
}

enum http_method head_method(struct slice name)
{
	static const struct slice names[] = {
		[HTTP_GET] = { "GET", 3 },   [HTTP_HEAD] = { "HEAD", 4 },
		[HTTP_POST] = { "POST", 4 }, [HTTP_OPTIONS] = { "OPTIONS", 7 },
		[HTTP_PUT] = { "PUT", 3 },   [HTTP_DELETE] = { "DELETE", 6 },
	};
	static_assert(ARRAY_LEN(names) == HTTP_OTHER, "a name for each but the last");
	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		if (slice_equal(name, names[i]))
			return (enum http_method)i;
	}
	return HTTP_OTHER;
}
