/* SPDX-License-Identifier: Apache-2.0
 *
 * "time.mac.query" */
#include "flow/authorize_consent.h"

#include "base/encode.h"
#include "flow/authorize_mark.h"
#include "flow/signature.h"

static const char label[] = "consent page";

/* A line each: none of them can hold a line end. */
static struct slice page_text(const struct call *call, int64_t at,
			      const struct consent_shown *shown)
{
	char session[2 * HASH_BYTES];
	char person[ID_TEXT_LEN + 1];
	char client[ID_TEXT_LEN + 1];
	encode_hex(shown->person->hash.bytes, HASH_BYTES, session);
	struct slice user_id = id_text(&shown->person->user.id, person);
	struct slice client_id = id_text(&shown->client->id, client);
	return arena_printf(call->arena, "%lld\n%.*s\n%.*s\n%.*s\n%.*s\n%.*s\n%.*s\n%.*s",
			    (long long)at, (int)sizeof(session), session, SLICE_ARG(user_id),
			    SLICE_ARG(client_id), SLICE_ARG(shown->redirect_uri),
			    SLICE_ARG(shown->scope), SLICE_ARG(shown->resource),
			    SLICE_ARG(shown->query));
}

struct slice authorize_consent_write(const struct flow *flow, const struct call *call,
				     const struct consent_shown *shown)
{
	struct slice mac = signature_make(flow->ring, call->arena, label,
					  page_text(call, call->now, shown));
	return arena_printf(call->arena, "%lld.%.*s.%.*s", (long long)call->now, SLICE_ARG(mac),
			    SLICE_ARG(shown->query));
}

enum err authorize_consent_read(struct slice text, struct consent_handle *out)
{
	struct slice at;
	if (!slice_split(&text, '.', &at) || !slice_split(&text, '.', &out->mac) || !text.ptr ||
	    slice_parse_int64(at, &out->at) != ERR_OK)
		return ERR_INVALID;
	out->query = text;
	return ERR_OK;
}

bool authorize_consent_fits(const struct flow *flow, const struct call *call,
			    const struct consent_handle *handle, const struct consent_shown *shown)
{
	if (!authorize_is_in_time(handle->at, call->now))
		return false;
	return signature_fits(flow->ring, label, page_text(call, handle->at, shown), handle->mac);
}
