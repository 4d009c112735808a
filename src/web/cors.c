/* SPDX-License-Identifier: Apache-2.0
 *
 * An origin that is let in stands in a client's registration letter by letter, as browsers send it.
 * A route without a row of its own says nothing, and browsers take that for no. D75 */
#include "web/cors.h"

#include <assert.h>

#include "domain/redirect_uri.h"
#include "web/routing.h"

/* What a script may send, and may read, beyond what every script may. */
#define CLIENT_SENDS "Authorization, Content-Type, DPoP, Prefer"
#define CLIENT_READS "WWW-Authenticate, DPoP-Nonce, Retry-After"

enum sharing { WITH_NOBODY = 0, WITH_ALL, WITH_OWN };

static const struct cors_row {
	enum sharing sharing;
	const char *sends; /* headers */
	const char *reads;
} rows[] = {
	/* RFC9700#2.6: never at the authorization endpoint, to which a browser is sent */
	[CORS_NONE] = { WITH_NOBODY, NULL, NULL },
	[CORS_PUBLIC] = { WITH_ALL, "Accept", NULL },
	[CORS_CLIENT] = { WITH_OWN, CLIENT_SENDS, CLIENT_READS },
};
static_assert(ARRAY_LEN(rows) == CORS_COUNT, "a row for each");

static const struct cors_row *row_of(const struct web_context *context)
{
	return &rows[context->route ? context->route->cors : CORS_NONE];
}

static struct slice origin_of(const struct web_context *context)
{
	return http_request_header(context->request, "Origin");
}

void cors_share(struct web_context *context, const struct client *client)
{
	struct slice origin = origin_of(context);
	if (!client || slice_is_empty(origin) || row_of(context)->sharing != WITH_OWN)
		return;
	/* "null" is the origin of many: registered by nobody, it is no line of the list */
	context->origin_is_shared = slice_has_part(client->allowed_origins, '\n', origin);
}

static void allow(struct web_context *context, struct slice origin)
{
	http_response_header(context->response, "Access-Control-Allow-Origin", origin);
}

/* RFC9110#12.5.5: whoever keeps the answer must not hand it to another origin */
static void vary(struct web_context *context)
{
	http_response_header(context->response, "Vary", SLICE("Origin"));
}

void cors_add(struct web_context *context)
{
	const struct cors_row *row = row_of(context);
	if (context->request->method == HTTP_OPTIONS || row->sharing == WITH_NOBODY)
		return;
	if (row->sharing == WITH_ALL) {
		allow(context, SLICE("*"));
		return;
	}
	if (slice_is_empty(origin_of(context)))
		return; /* no browser; and these answers are kept by nobody */
	vary(context);
	if (!context->origin_is_shared)
		return;
	allow(context, origin_of(context));
	http_response_header(context->response, "Access-Control-Expose-Headers",
			     slice_str(row->reads));
}

static bool is_preflight(const struct web_context *context)
{
	return redirect_uri_check_origin(origin_of(context)) == REDIRECT_URI_FINE &&
	       http_request_header(context->request, "Access-Control-Request-Method").ptr;
}

void cors_preflight(struct web_context *context)
{
	const struct cors_row *row = row_of(context);
	if (row->sharing == WITH_NOBODY)
		return;
	if (row->sharing == WITH_OWN)
		vary(context);
	if (!is_preflight(context))
		return;
	allow(context, row->sharing == WITH_ALL ? SLICE("*") : origin_of(context));
	http_response_header(context->response, "Access-Control-Allow-Methods",
			     routing_allow(context->route, context->arena));
	http_response_header(context->response, "Access-Control-Allow-Headers",
			     slice_str(row->sends));
	http_response_header(context->response, "Access-Control-Max-Age", SLICE("600"));
}
