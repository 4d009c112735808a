/* SPDX-License-Identifier: Apache-2.0
 *
 * Bodies are never copied: they live in the arena, or for ever, and the arena is emptied after the
 * library has told that the request is over. Header values are copied by the library. */
#include "http/response.h"

#include <microhttpd.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/ensure.h"
#include "base/log.h"
#include "http/loop.h"
#include "http/server.h"
#include "http/tls_session.h"

void http_response_header(struct http_response *response, const char *name, struct slice value)
{
	ensure(response->header_count < HTTP_RESPONSE_HEADERS_MAX);
	ensure(!slice_has_byte(value, '\r') && !slice_has_byte(value, '\n') &&
	       !slice_has_byte(value, '\0'));
	response->headers[response->header_count++] = (struct http_header){ slice_str(name),
									    value };
}

/* An empty value says nothing, and the library takes none. */
static void add_header(struct arena *arena, struct MHD_Response *mhd,
		       const struct http_header *header)
{
	if (header->value.len == 0)
		return;
	/* Names are literals, so they are terminated. */
	if (MHD_add_response_header(mhd, header->name.ptr, arena_cstr(arena, header->value)) !=
	    MHD_YES)
		log_error("cannot add a header", LOG_TEXT("header", header->name));
}

/* NULL when there is no memory for it. */
static struct MHD_Response *make(struct call *call, bool closes)
{
	const struct http_response *response = &call->exchange.response;
	/* The library reads from this memory only, whatever its prototype says. */
	void *body = (void *)(uintptr_t)response->body.ptr;
	struct MHD_Response *mhd = MHD_create_response_from_buffer(response->body.len, body,
								   MHD_RESPMEM_PERSISTENT);
	if (mhd == NULL)
		return NULL;
	for (size_t i = 0; i < response->header_count; i++)
		add_header(call->exchange.arena, mhd, &response->headers[i]);
	if (closes)
		(void)MHD_add_response_header(mhd, "Connection", "close");
	return mhd;
}

/* The loop's, not the caller's. */
static struct MHD_Response *make_once(struct call *call)
{
	const struct http_response *response = &call->exchange.response;
	struct kept_response *kept = &call->loop->kept;
	if (!kept_response_fits(kept, response))
		kept_response_set(kept, response, make(call, false));
	return kept->mhd;
}

bool response_queue(struct call *call)
{
	const struct http_response *response = &call->exchange.response;
	ensure(response->status >= 200 && response->status <= 599);
	bool closes = response->close ||
		      atomic_load_explicit(&call->loop->server->draining, memory_order_relaxed);
	bool is_kept = response->body_is_static && !closes;
	struct MHD_Response *mhd = is_kept ? make_once(call) : make(call, closes);
	if (mhd == NULL)
		return false;
	bool queued = MHD_queue_response(call->mhd, (unsigned)response->status, mhd) == MHD_YES;
	if (!is_kept)
		MHD_destroy_response(mhd);
	return queued;
}

/* RFC9110#6.6.1; names of days and months are not the locale's. */
static void add_date(struct buf *buf)
{
	static const char days[7][4] = { "Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat" };
	static const char months[12][4] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun",
					    "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };
	struct tm tm;
	time_t now = (time_t)clock_now();
	if (gmtime_r(&now, &tm) == NULL)
		return;
	buf_addf(buf, "Date: %s, %02d %s %04d %02d:%02d:%02d GMT\r\n", days[tm.tm_wday], tm.tm_mday,
		 months[tm.tm_mon], tm.tm_year + 1900, tm.tm_hour, tm.tm_min, tm.tm_sec);
}

bool response_write(struct call *call)
{
	enum { MOST = 65536 };
	const struct http_response *response = &call->exchange.response;
	struct buf buf;
	buf_init_arena(&buf, call->exchange.arena, MOST);
	buf_addf(&buf, "HTTP/1.1 %d %s\r\n", response->status,
		 MHD_get_reason_phrase_for((unsigned)response->status));
	add_date(&buf);
	for (size_t i = 0; i < response->header_count; i++)
		buf_addf(&buf, "%.*s: %.*s\r\n", SLICE_ARG(response->headers[i].name),
			 SLICE_ARG(response->headers[i].value));
	buf_addf(&buf, "Connection: close\r\nContent-Length: %zu\r\n\r\n", response->body.len);
	if (call->exchange.request.method != HTTP_HEAD)
		buf_add(&buf, response->body);
	if (!buf_is_whole(&buf))
		return false;
	struct slice bytes = buf_slice(&buf);
	if (call->connection->session != NULL)
		return tls_session_write(call->connection, bytes);
	int fd = call->connection->fd;
	return send(fd, bytes.ptr, bytes.len, MSG_DONTWAIT | MSG_NOSIGNAL) == (ssize_t)bytes.len;
}
