/* SPDX-License-Identifier: Apache-2.0
 *
 * Sets of resources as text, and what a request that names some gets. A client says them as they
 * are registered: they are compared as text, never repaired. RFC8707#2 */
#include "domain/resource.h"

#include <assert.h>

#include "base/ascii.h"
#include "base/buf.h"
#include "base/ensure.h"

static_assert(TOKEN_FORMAT_JWT > TOKEN_FORMAT_OPAQUE && TOKEN_FORMAT_OPAQUE > TOKEN_FORMAT_DEFAULT,
	      "of several resources the greatest format is taken");

/* unreserved, gen-delims without '#', sub-delims, and '%' with two hex digits behind it: RFC 3986
 */
static bool is_uri_char(struct slice uri, size_t at)
{
	char c = uri.ptr[at];
	if (c == '%')
		return uri.len - at >= 3 && ascii_hex_value(uri.ptr[at + 1]) >= 0 &&
		       ascii_hex_value(uri.ptr[at + 2]) >= 0;
	return ascii_is_alnum(c) || slice_has_byte(SLICE("-._~:/?[]@!$&'()*+,;="), c);
}

/* scheme = ALPHA *( ALPHA / DIGIT / "+" / "-" / "." ) */
static size_t scheme_length(struct slice uri)
{
	size_t len = 0;
	if (uri.len == 0 || !ascii_is_letter(uri.ptr[0]))
		return 0;
	while (len < uri.len &&
	       (ascii_is_alnum(uri.ptr[len]) || slice_has_byte(SLICE("+-."), uri.ptr[len])))
		len++;
	return len < uri.len && uri.ptr[len] == ':' ? len : 0;
}

bool resource_uri_is_valid(struct slice uri)
{
	if (uri.len > RESOURCE_URI_MAX)
		return false;
	/* RFC8707#2: absolute, so a scheme comes first and something behind it */
	size_t scheme = scheme_length(uri);
	if (scheme == 0 || scheme + 1 == uri.len)
		return false;
	/* RFC8707#2: a '#' is none of the characters, so there is no fragment */
	for (size_t i = 0; i < uri.len; i++) {
		if (!is_uri_char(uri, i))
			return false;
	}
	struct slice rest = slice_sub(uri, scheme + 1, uri.len);
	return !slice_equal(rest, SLICE("//")) && !slice_has_prefix(rest, SLICE("///"));
}

bool resource_set_covers(struct slice set, struct slice part)
{
	struct slice word;
	while (slice_word(&part, &word)) {
		if (!slice_has_word(set, word))
			return false;
	}
	return true;
}

const struct resource *resource_list_find(const struct resource_list *list, struct slice uri)
{
	for (size_t i = 0; i < list->count; i++) {
		if (slice_equal(list->items[i].uri, uri))
			return &list->items[i];
	}
	return NULL;
}

/* In the order in which they were named, each once. */
static struct slice join(const struct slice *named, size_t count, struct arena *arena)
{
	struct buf buf;
	buf_init_arena(&buf, arena, (size_t)RESOURCES_MAX * (RESOURCE_URI_MAX + 1));
	for (size_t i = 0; i < count; i++) {
		if (slice_has_word(buf_slice(&buf), named[i]))
			continue;
		buf_add_part(&buf, ' ', named[i]);
	}
	ensure(buf_is_whole(&buf));
	return buf_slice(&buf);
}

static bool may_be_named(const struct resource_request *request, struct slice uri)
{
	return resource_uri_is_valid(uri) && resource_list_find(request->known, uri) &&
	       (slice_is_empty(request->allowed) || slice_has_word(request->allowed, uri));
}

enum oauth_error resource_grant(const struct resource_request *request, struct arena *arena,
				struct slice *out)
{
	*out = SLICE_EMPTY;
	if (request->count > RESOURCES_MAX)
		return OAUTH_INVALID_TARGET;
	for (size_t i = 0; i < request->count; i++) {
		/* RFC8707#2: invalid, missing, unknown or malformed */
		if (!may_be_named(request, request->named[i]))
			return OAUTH_INVALID_TARGET;
	}
	*out = join(request->named, request->count, arena);
	return OAUTH_OK;
}

enum oauth_error resource_narrow(struct slice granted, const struct slice *named, size_t count,
				 struct arena *arena, struct slice *out)
{
	*out = count == 0 ? granted : SLICE_EMPTY;
	if (count > RESOURCES_MAX)
		return OAUTH_INVALID_TARGET;
	for (size_t i = 0; i < count; i++) {
		/* RFC8707#2.2: what was granted, or a part of it, never more */
		if (!resource_uri_is_valid(named[i]) || !slice_has_word(granted, named[i]))
			return OAUTH_INVALID_TARGET;
	}
	if (count > 0)
		*out = join(named, count, arena);
	return OAUTH_OK;
}

static bool means_something(const struct resource_list *known, struct slice resources,
			    struct slice scope)
{
	struct slice uri;
	bool named = false;
	while (slice_word(&resources, &uri)) {
		const struct resource *row = resource_list_find(known, uri);
		if (!row || slice_is_empty(row->scopes) || slice_has_word(row->scopes, scope))
			return true;
		named = true;
	}
	return !named;
}

static struct slice meant_scopes(const struct resource_list *known, struct slice resources,
				 struct slice scope, struct arena *arena)
{
	struct buf buf;
	struct slice word;
	buf_init_arena(&buf, arena, scope.len);
	while (slice_word(&scope, &word)) {
		if (!means_something(known, resources, word))
			continue;
		buf_add_part(&buf, ' ', word);
	}
	ensure(buf_is_whole(&buf));
	return buf_slice(&buf);
}

void resource_terms(const struct resource_list *known, struct slice resources, struct slice scope,
		    struct arena *arena, struct resource_terms *out)
{
	struct slice rest = resources;
	struct slice uri;
	*out = (struct resource_terms){ .scope = meant_scopes(known, resources, scope, arena) };
	while (slice_word(&rest, &uri)) {
		const struct resource *row = resource_list_find(known, uri);
		if (!row)
			continue;
		if (row->lifetime > 0 && (out->lifetime == 0 || row->lifetime < out->lifetime))
			out->lifetime = row->lifetime;
		if (row->format > out->format)
			out->format = row->format;
	}
}
