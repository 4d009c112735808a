/* SPDX-License-Identifier: Apache-2.0
 *
 * A path that no route knows may be a mistyped one with a secret in it: its long segments, and what
 * looks like a user code, are cut.
 */
#include "web/access_log.h"

#include <assert.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/log.h"

enum { SEGMENT_SHOWN = 16, CODE_LEAST = 6 };

static const char *const methods[] = {
	[HTTP_GET] = "GET",         [HTTP_HEAD] = "HEAD", [HTTP_POST] = "POST",
	[HTTP_OPTIONS] = "OPTIONS", [HTTP_PUT] = "PUT",   [HTTP_DELETE] = "DELETE",
	[HTTP_OTHER] = "other",
};
static_assert(ARRAY_LEN(methods) == HTTP_METHOD_COUNT, "a name for each method");

/* Letters of the alphabet of user codes and dashes alone, in any case: somebody typed his code
 * behind the address that his device showed. */
static bool may_be_user_code(const struct web_context *context, struct slice segment)
{
	struct slice alphabet = context->web->flow->settings.user_code.alphabet;
	size_t letters = 0;
	for (size_t i = 0; i < segment.len; i++) {
		char c = segment.ptr[i];
		char upper = c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
		if (slice_has_byte(alphabet, upper))
			letters++;
		else if (c != '-')
			return false;
	}
	return letters >= CODE_LEAST;
}

static struct slice cut_path(const struct web_context *context, struct slice path)
{
	struct buf buf;
	struct slice segment;
	buf_init_arena(&buf, context->arena, 256);
	while (slice_split(&path, '/', &segment)) {
		bool hidden = segment.len > SEGMENT_SHOWN || may_be_user_code(context, segment);
		buf_add(&buf, hidden ? SLICE("...") : segment);
		if (path.ptr)
			buf_add_byte(&buf, '/');
	}
	return buf_slice(&buf);
}

void access_log(const struct web_context *context, bool sent)
{
	if (!context)
		return;
	const struct http_request *request = context->request;
	const struct http_response *response = context->response;
	struct slice path = context->route ? slice_str(context->route->pattern)
					   : cut_path(context, request->path);
	log_set_request(request->id);
	log_info("request", LOG_TEXT("method", slice_str(methods[request->method])),
		 LOG_TEXT("path", path), LOG_NUMBER("status", response->status),
		 LOG_NUMBER("bytes", response->body.len),
		 LOG_NUMBER("us", clock_mono_us() - request->began_us),
		 LOG_TEXT("from", context->call.address_text),
		 LOG_TEXT("sent", sent ? SLICE("yes") : SLICE("no")));
	log_set_request(SLICE_EMPTY);
}
