/* SPDX-License-Identifier: Apache-2.0
 *
 * "began.tag.chooser.mac" */
#include "flow/authorize_mark.h"

#include "base/encode.h"
#include "flow/authorize.h"
#include "flow/signature.h"

static const char label[] = "authorization request under way";

struct slice authorize_session_tag(struct arena *arena, const struct session *session)
{
	struct hash hash;
	if (!session)
		return SLICE_EMPTY;
	/* a hash of the hash that the store has: it leads nowhere */
	hash_sha256(hash_slice(&session->hash), &hash);
	char *text = arena_alloc(arena, AUTHORIZE_MARK_TAG);
	encode_hex(hash.bytes, AUTHORIZE_MARK_TAG / 2, text);
	return slice_of(text, AUTHORIZE_MARK_TAG);
}

struct authorize_mark authorize_mark_new(const struct call *call, const struct session *session)
{
	return (struct authorize_mark){
		.began = call->now,
		.tag = authorize_session_tag(call->arena, session),
	};
}

/* "began.tag.chooser" */
static struct slice claim_of(const struct call *call, const struct authorize_mark *mark)
{
	return arena_printf(call->arena, "%lld.%.*s.%s", (long long)mark->began,
			    SLICE_ARG(mark->tag), mark->chooser ? "1" : "");
}

static struct slice signed_text(const struct call *call, struct slice claim, struct slice request)
{
	return arena_printf(call->arena, "%.*s\n%.*s", SLICE_ARG(claim), SLICE_ARG(request));
}

struct slice authorize_mark_write(const struct flow *flow, const struct call *call,
				  const struct authorize_mark *mark, struct slice request)
{
	struct slice claim = claim_of(call, mark);
	struct slice mac = signature_make(flow->ring, call->arena, label,
					  signed_text(call, claim, request));
	return arena_printf(call->arena, "%.*s.%.*s", SLICE_ARG(claim), SLICE_ARG(mac));
}

static enum err parse(struct slice text, struct authorize_mark *out, struct slice *mac)
{
	struct slice began;
	struct slice chooser;
	bool whole = slice_split(&text, '.', &began) && slice_split(&text, '.', &out->tag) &&
		     slice_split(&text, '.', &chooser) && slice_split(&text, '.', mac) && !text.ptr;
	if (!whole || slice_parse_int64(began, &out->began) != ERR_OK)
		return ERR_INVALID;
	out->chooser = slice_equal(chooser, SLICE("1"));
	return ERR_OK;
}

/* Seconds end at different moments on two nodes. */
bool authorize_is_in_time(int64_t began, int64_t now)
{
	return began <= now + AUTHORIZE_SKEW_S && now - began <= AUTHORIZE_INTERACTION_S;
}

enum err authorize_mark_read(const struct flow *flow, const struct call *call, struct slice text,
			     struct slice request, struct authorize_mark *out)
{
	struct slice mac;
	if (parse(text, out, &mac) != ERR_OK)
		return ERR_INVALID;
	/* written again, so that there is one spelling of it */
	struct slice claim = claim_of(call, out);
	if (!signature_fits(flow->ring, label, signed_text(call, claim, request), mac))
		return ERR_INVALID;
	return authorize_is_in_time(out->began, call->now) ? ERR_OK : ERR_INVALID;
}
