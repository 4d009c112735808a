/* SPDX-License-Identifier: Apache-2.0
 *
 * Each proxy appends the address it saw, so the only end of X-Forwarded-For that can be believed is
 * the right one: addresses are taken from there for as long as they are of proxies that we trust,
 * and the first other one is the client. Everything left of it was written by the client
 * (RFC9700#4.13). The lines are one list (RFC9110#5.3): the last line is read first. */
#include "http/forwarded.h"

#include "base/ascii.h"

enum { ID_LENGTH_MIN = 8, ID_LENGTH_MAX = HTTP_REQUEST_ID_MAX };

static const struct slice for_name = { "X-Forwarded-For", 15 };
static const struct slice proto_name = { "X-Forwarded-Proto", 17 };

/* Takes the last element of a list off; false when there is none. */
static bool split_last(struct slice *list, struct slice *element)
{
	if (list->ptr == NULL)
		return false;
	size_t start = list->len;
	while (start > 0 && list->ptr[start - 1] != ',')
		start--;
	*element = slice_trim(slice_of(list->ptr + start, list->len - start));
	if (start == 0)
		*list = (struct slice){ NULL, 0 };
	else
		list->len = start - 1;
	return true;
}

/* Some proxies write the port behind the address: "192.0.2.1:4711", "[2001:db8::1]:4711". */
static struct slice without_port(struct slice text)
{
	size_t colon = text.len;
	size_t colons = 0;
	for (size_t i = 0; i < text.len; i++) {
		if (text.ptr[i] != ':')
			continue;
		colon = i;
		colons++;
	}
	bool bracketed = text.len > 0 && text.ptr[0] == '[' && text.ptr[text.len - 1] != ']';
	if (colons == 1 || (bracketed && colon > 0 && text.ptr[colon - 1] == ']'))
		return slice_sub(text, 0, colon);
	return text;
}

struct walk {
	const struct network *trusted;
	size_t trusted_count;
	struct address client;
};

/* One line, from its right end. False when the walk is over: the client is found, or an element
 * says nothing. */
static bool walk_line(struct walk *walk, struct slice line)
{
	struct slice element;
	while (split_last(&line, &element)) {
		struct address address;
		if (element.len == 0)
			continue;
		/* What cannot be read hides who was there: the last proxy that we know stands for
		 * him. */
		if (address_parse(without_port(element), &address) != ERR_OK)
			return false;
		walk->client = address;
		if (!network_has(walk->trusted, walk->trusted_count, &address))
			return false;
	}
	return true;
}

static void apply_client(struct http_request *request, const struct network *trusted,
			 size_t trusted_count)
{
	struct walk walk = { trusted, trusted_count, request->peer };
	for (size_t i = request->header_count; i > 0; i--) {
		const struct http_header *header = &request->headers[i - 1];
		if (!slice_equal_nocase(header->name, for_name))
			continue;
		if (!walk_line(&walk, header->value))
			break;
	}
	request->client = walk.client;
}

/* A chain is as safe as its weakest link: with several values all must be https. Absent: what we
 * know ourselves. */
static void apply_proto(struct http_request *request)
{
	bool seen = false;
	bool secure = true;
	for (size_t i = 0; i < request->header_count; i++) {
		if (!slice_equal_nocase(request->headers[i].name, proto_name))
			continue;
		struct slice list = request->headers[i].value;
		struct slice element;
		while (split_last(&list, &element)) {
			seen = true;
			secure = secure && slice_equal_nocase(element, SLICE("https"));
		}
	}
	if (seen)
		request->secure = secure;
}

static bool id_is_usable(struct slice id)
{
	if (id.len < ID_LENGTH_MIN || id.len > ID_LENGTH_MAX)
		return false;
	for (size_t i = 0; i < id.len; i++) {
		char c = id.ptr[i];
		if (!ascii_is_alnum(c) && c != '-')
			return false;
	}
	return true;
}

void forwarded_apply(struct http_request *request, const struct network *trusted,
		     size_t trusted_count)
{
	apply_client(request, trusted, trusted_count);
	apply_proto(request);
	struct slice id = http_request_header(request, "X-Request-Id");
	if (id.ptr != NULL && id_is_usable(id))
		request->id = id;
}
