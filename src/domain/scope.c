/* SPDX-License-Identifier: Apache-2.0
 *
 * Scope sets and the rule that gives a request its scope. Sets have at most SCOPE_MAX names, so
 * plain loops do. Order is kept: what a client asked for is answered in its own order. RFC6749#3.3
 */
#include "domain/scope.h"

#include "base/buf.h"
#include "base/ensure.h"
#include "domain/claim.h"

/* scope-token = 1*( %x21 / %x23-5B / %x5D-7E ) */
static bool is_scope_char(char c)
{
	return c > 0x20 && c < 0x7f && c != '"' && c != '\\';
}

bool scope_is_name(struct slice name)
{
	if (name.len == 0 || name.len > SCOPE_NAME_MAX)
		return false;
	for (size_t i = 0; i < name.len; i++) {
		/* RFC6749#3.3: printable ASCII without blank, quote and backslash */
		if (!is_scope_char(name.ptr[i]))
			return false;
	}
	return true;
}

static enum err set_add(struct scope_set *set, struct slice name)
{
	if (scope_set_has(set, name))
		return ERR_OK;
	if (set->count == SCOPE_MAX)
		return ERR_FULL;
	set->names[set->count++] = name;
	return ERR_OK;
}

enum err scope_set_parse(struct slice text, struct scope_set *out)
{
	struct slice name;

	out->count = 0;
	if (text.len > SCOPE_TEXT_MAX)
		return ERR_INVALID;
	while (slice_split(&text, ' ', &name)) {
		if (name.len == 0)
			continue;
		if (!scope_is_name(name) || set_add(out, name) != ERR_OK) {
			out->count = 0;
			return ERR_INVALID;
		}
	}
	return ERR_OK;
}

bool scope_set_has(const struct scope_set *set, struct slice name)
{
	for (size_t i = 0; i < set->count; i++) {
		if (slice_equal(set->names[i], name)) /* RFC6749#3.3: case-sensitive */
			return true;
	}
	return false;
}

bool scope_set_covers(const struct scope_set *set, const struct scope_set *part)
{
	for (size_t i = 0; i < part->count; i++) {
		if (!scope_set_has(set, part->names[i]))
			return false;
	}
	return true;
}

struct slice scope_set_text(const struct scope_set *set, struct arena *arena)
{
	struct buf buf;

	buf_init_arena(&buf, arena, (size_t)SCOPE_MAX * (SCOPE_NAME_MAX + 1));
	for (size_t i = 0; i < set->count; i++)
		buf_add_part(&buf, ' ', set->names[i]);
	ensure(buf_is_whole(&buf));
	return buf_slice(&buf);
}

const struct scope *scope_list_find(const struct scope_list *list, struct slice name)
{
	for (size_t i = 0; i < list->count; i++) {
		if (slice_equal(list->items[i].name, name))
			return &list->items[i];
	}
	return NULL;
}

/* Whether a client whose allowed scopes are `allowed` may have `name`: the row exists, and the
 * list, if any, holds it. */
static bool may_have(const struct scope_list *known, const struct scope_set *allowed,
		     struct slice name)
{
	if (scope_list_find(known, name) == NULL)
		return false;
	return allowed->count == 0 || scope_set_has(allowed, name);
}

/* The client's own defaults, or those of the server. */
static enum err default_names(const struct scope_request *request, struct scope_set *out)
{
	enum err e = scope_set_parse(request->defaults, out);

	if (e != ERR_OK || out->count > 0)
		return e;
	for (size_t i = 0; i < request->known->count; i++) {
		const struct scope *row = &request->known->items[i];

		if (row->is_default && set_add(out, row->name) != ERR_OK)
			return ERR_INVALID;
	}
	return ERR_OK;
}

bool scope_is_personal(struct slice name)
{
	if (slice_equal(name, SLICE("openid")) || slice_equal(name, SLICE("offline_access")))
		return true;
	for (size_t i = 0; i < claim_count(); i++) {
		if (slice_equal(name, slice_str(claim_row(i)->scope)))
			return true;
	}
	return false;
}

static enum oauth_error grant_defaults(const struct scope_request *request,
				       const struct scope_set *allowed, struct scope_set *out)
{
	struct scope_set names;

	if (default_names(request, &names) != ERR_OK)
		return OAUTH_INVALID_SCOPE;
	for (size_t i = 0; i < names.count; i++) {
		if (may_have(request->known, allowed, names.names[i]))
			out->names[out->count++] = names.names[i];
	}
	/* RFC6749#3.3: without a default the request fails; nobody is asked to approve nothing */
	return out->count > 0 ? OAUTH_OK : OAUTH_INVALID_SCOPE;
}

enum oauth_error scope_grant(const struct scope_request *request, struct scope_set *out)
{
	struct scope_set asked;
	struct scope_set allowed;

	out->count = 0;
	if (scope_set_parse(request->requested, &asked) != ERR_OK)
		return OAUTH_INVALID_SCOPE;
	if (scope_set_parse(request->allowed, &allowed) != ERR_OK)
		return OAUTH_INVALID_SCOPE;
	/* RFC8628#3.1: the parameter may be left out, and an empty one counts as left out */
	if (asked.count == 0)
		return grant_defaults(request, &allowed, out);
	for (size_t i = 0; i < asked.count; i++) {
		/* RFC6749#5.2, ASVS#10.4.11: unknown or exceeding what the client may have */
		if (!may_have(request->known, &allowed, asked.names[i]))
			return OAUTH_INVALID_SCOPE;
	}
	*out = asked;
	return OAUTH_OK;
}

enum oauth_error scope_narrow(struct slice granted, struct slice requested, struct scope_set *out)
{
	struct scope_set all;
	struct scope_set asked;

	out->count = 0;
	if (scope_set_parse(granted, &all) != ERR_OK ||
	    scope_set_parse(requested, &asked) != ERR_OK)
		return OAUTH_INVALID_SCOPE;
	/* RFC6749#6: nothing asked for means what was granted; never more than that */
	if (!scope_set_covers(&all, &asked))
		return OAUTH_INVALID_SCOPE;
	*out = asked.count > 0 ? asked : all;
	return OAUTH_OK;
}
