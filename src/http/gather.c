/* SPDX-License-Identifier: Apache-2.0
 *
 * The library cuts the head into C strings where it stands, so a NUL byte that the peer sent ends a
 * string early and hides what follows from us while another reader sees it. But the pieces lie one
 * behind the other in memory: where the distance from one to the next is not exactly the two bytes
 * of a line's end, something was sent that we were not shown. Bare line feeds and folded lines come
 * out the same way, and are refused as well (RFC9112#2.2, RFC9112#5.2). */
#include "http/gather.h"

#include <microhttpd.h>
#include <stdint.h>
#include <string.h>

#include "http/connection.h"
#include "http/head.h"
#include "http/loop.h"
#include "http/server.h"
#include "http/target.h"

enum { LINE_END = 2, VERSION_LENGTH = 8 };

struct gathering {
	struct http_request *request;
	const char *next; /* where the next header must stand */
	bool contiguous;
	bool too_many;
};

/* The library fixes the parameters. NOLINTNEXTLINE(readability-function-size) */
static enum MHD_Result gather_header(void *cls, enum MHD_ValueKind kind, const char *key,
				     size_t key_size, const char *value, size_t value_size)
{
	struct gathering *gathering = cls;
	struct http_request *request = gathering->request;
	(void)kind;
	if (request->header_count == HTTP_HEADERS_MAX) {
		gathering->too_many = true;
		return MHD_NO;
	}
	gathering->contiguous = gathering->contiguous && key == gathering->next && value != NULL;
	if (!gathering->contiguous)
		return MHD_NO;
	gathering->next = value + value_size + LINE_END;
	request->headers[request->header_count++] = (struct http_header){
		slice_of(key, key_size), slice_of(value, value_size)
	};
	return MHD_YES;
}

/* "GET /target HTTP/1.1": one blank each, and no NUL. */
static bool line_is_contiguous(const struct call *call, const struct raw_head *raw)
{
	size_t method_size = strlen(raw->method) + 1;
	size_t target_size = call->exchange.request.target.len + 1;
	return raw->url == raw->method + method_size && raw->version == raw->url + target_size;
}

static size_t head_size(struct MHD_Connection *mhd)
{
	const union MHD_ConnectionInfo *info = MHD_get_connection_info(
		mhd, MHD_CONNECTION_INFO_REQUEST_HEADER_SIZE);
	return info == NULL ? SIZE_MAX : info->header_size;
}

static struct refusal gather_headers(struct call *call, const struct raw_head *raw)
{
	struct gathering gathering = {
		.request = &call->exchange.request,
		.next = raw->version + VERSION_LENGTH + LINE_END,
		.contiguous = line_is_contiguous(call, raw),
	};
	/* The target is longer than what stands there when the library has been led to cut it. */
	if (!gathering.contiguous)
		return REFUSAL(400, "the request line is malformed");
	size_t size = head_size(call->mhd);
	/* RFC6585#5 */
	if (size > call->loop->server->options.max_header_bytes)
		return REFUSAL(431, "the headers are too large");
	MHD_get_connection_values_n(call->mhd, MHD_HEADER_KIND, gather_header, &gathering);
	if (gathering.too_many)
		return REFUSAL(431, "too many headers");
	if (!gathering.contiguous || gathering.next + LINE_END != raw->method + size)
		return REFUSAL(400, "the headers are malformed");
	return REFUSAL_NONE;
}

/* Handlers need not care about blanks. The check wanted to see them. */
static void trim_values(struct http_request *request)
{
	for (size_t i = 0; i < request->header_count; i++)
		request->headers[i].value = slice_trim(request->headers[i].value);
}

struct refusal gather_head(struct call *call, const struct raw_head *raw)
{
	struct http_request *request = &call->exchange.request;
	struct head head = {
		.method = slice_str(raw->method),
		.http11 = strcmp(raw->version, "HTTP/1.0") != 0,
		.body_max = call->loop->server->options.max_body_bytes,
	};
	request->method = head_method(head.method);
	/* The path first: whoever words a refusal of the rest wants to know what was asked for. */
	struct target target;
	struct refusal astray = target_parse(call->exchange.arena, head.method, request->target,
					     &target);
	if (astray.status == 0) {
		request->path = target.path;
		request->query = target.query;
	}
	struct refusal refusal = gather_headers(call, raw);
	if (refusal.status == 0)
		refusal = head_check(request, &head);
	trim_values(request);
	call->body_length = head.body_length;
	return refusal.status != 0 ? refusal : astray;
}
