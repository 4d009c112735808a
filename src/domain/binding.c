/* SPDX-License-Identifier: Apache-2.0
 *
 * Kinds of binding, a row each. */
#include "domain/binding.h"

#include <assert.h>

#include "base/encode.h"
#include "base/ensure.h"

static const char *const members[] = {
	[BINDING_NONE] = "",
	[BINDING_DPOP] = "jkt",             /* RFC9449#6.1 */
	[BINDING_CERTIFICATE] = "x5t#S256", /* RFC8705#3.1 */
};
static_assert(ARRAY_LEN(members) == BINDING_KIND_COUNT, "a member for each kind");

const char *binding_member(enum binding_kind kind)
{
	ensure((unsigned)kind < BINDING_KIND_COUNT && kind != BINDING_NONE);
	return members[kind];
}

struct slice binding_thumbprint(const struct binding *binding, struct arena *arena)
{
	return encode_base64url(arena, hash_slice(&binding->thumbprint));
}

struct slice binding_text(const struct binding *binding, struct arena *arena)
{
	if (binding->kind == BINDING_NONE)
		return SLICE_EMPTY;
	struct slice thumbprint = binding_thumbprint(binding, arena);
	return arena_printf(arena, "%s:%.*s", binding_member(binding->kind), SLICE_ARG(thumbprint));
}

enum err binding_thumbprint_parse(struct slice text, struct hash *out)
{
	return decode_base64url_exact(text, out->bytes, HASH_BYTES);
}

enum err binding_parse(struct slice text, struct binding *out)
{
	struct slice member;
	*out = (struct binding){ .kind = BINDING_NONE };
	if (slice_is_empty(text))
		return ERR_OK;
	if (!slice_split(&text, ':', &member) || !text.ptr)
		return ERR_INVALID;
	unsigned kind = slice_name_index(member, members, BINDING_KIND_COUNT);
	if (kind == BINDING_NONE || kind == BINDING_KIND_COUNT)
		return ERR_INVALID;
	out->kind = (enum binding_kind)kind;
	return binding_thumbprint_parse(text, &out->thumbprint);
}

bool binding_equal(const struct binding *a, const struct binding *b)
{
	return a->kind == b->kind && hash_equal(&a->thumbprint, &b->thumbprint);
}
