/* SPDX-License-Identifier: Apache-2.0
 *
 * The rule of this file: two targets that a proxy and we might read differently are refused, never
 * repaired. So there is no normalising: dot segments, encoded slashes, encoded controls are 400,
 * and double slashes stay as they are (no route has them). Only the one trailing slash is taken
 * off, since every path answers with and without it. */
#include "http/target.h"

#include "base/encode.h"
#include "base/err.h"

static bool is_visible(char c)
{
	return (unsigned char)c > 0x20 && (unsigned char)c != 0x7f;
}

static bool all_visible(struct slice raw)
{
	for (size_t i = 0; i < raw.len; i++) {
		if (!is_visible(raw.ptr[i]) || raw.ptr[i] == '#')
			return false;
	}
	return true;
}

static bool is_ascii(struct slice s)
{
	for (size_t i = 0; i < s.len; i++) {
		if ((unsigned char)s.ptr[i] >= 0x80)
			return false;
	}
	return true;
}

static size_t count_byte(struct slice s, char byte)
{
	size_t count = 0;
	for (size_t i = 0; i < s.len; i++)
		count += s.ptr[i] == byte;
	return count;
}

/* RFC9112#3.2.2: absolute-form must be taken. Its authority is skipped: nothing here is decided by
 * a host's name. */
static bool skip_authority(struct slice *raw)
{
	static const struct slice schemes[] = { { "http://", 7 }, { "https://", 8 } };
	for (size_t i = 0; i < ARRAY_LEN(schemes); i++) {
		struct slice scheme = slice_sub(*raw, 0, schemes[i].len);
		if (!slice_equal_nocase(scheme, schemes[i]))
			continue;
		size_t start = schemes[i].len;
		size_t end = start;
		while (end < raw->len && raw->ptr[end] != '/' && raw->ptr[end] != '?')
			end++;
		*raw = slice_of(raw->ptr + end, raw->len - end);
		return end > start;
	}
	return false;
}

static bool has_dot_segment(struct slice path)
{
	struct slice segment;
	while (slice_split(&path, '/', &segment)) {
		if (slice_equal(segment, SLICE(".")) || slice_equal(segment, SLICE("..")))
			return true;
	}
	return false;
}

static bool is_clean(struct slice path)
{
	return slice_is_text(path, false) && !slice_has_byte(path, 0x7f) &&
	       !slice_has_byte(path, '\\');
}

static struct slice without_trailing_slash(struct slice path)
{
	bool single = path.len > 1 && path.ptr[path.len - 1] == '/' &&
		      path.ptr[path.len - 2] != '/';
	return single ? slice_sub(path, 0, path.len - 1) : path;
}

static struct refusal decode_path(struct arena *arena, struct slice raw, struct slice *out)
{
	if (!is_ascii(raw))
		return REFUSAL(400, "the path has bytes that must be escaped");
	struct slice path = raw;
	if (slice_has_byte(raw, '%') && decode_percent(arena, raw, false, &path) != ERR_OK)
		return REFUSAL(400, "the path has a bad escape");
	/* More slashes than before: one of them was %2F, which is data to some and a separator to
	 * others. */
	if (count_byte(path, '/') != count_byte(raw, '/'))
		return REFUSAL(400, "the path has an escaped slash");
	if (!is_clean(path))
		return REFUSAL(400, "the path has bytes that no path here has");
	if (has_dot_segment(path))
		return REFUSAL(400, "the path has dot segments");
	*out = without_trailing_slash(path);
	return REFUSAL_NONE;
}

struct refusal target_parse(struct arena *arena, struct slice method, struct slice raw,
			    struct target *out)
{
	*out = (struct target){ SLICE("/"), SLICE_EMPTY };
	if (raw.len > TARGET_MAX)
		return REFUSAL(414, "the request target is too long");
	if (raw.len == 0 || !all_visible(raw))
		return REFUSAL(400, "the request target is malformed");
	/* RFC9112#3.2.3 RFC9112#3.2.4: both name the server, not a resource. */
	if (slice_equal(method, SLICE("OPTIONS")) && slice_equal(raw, SLICE("*")))
		return REFUSAL_NONE;
	if (slice_equal(method, SLICE("CONNECT")) && raw.ptr[0] != '/')
		return REFUSAL_NONE;
	if (raw.ptr[0] != '/' && !skip_authority(&raw))
		return REFUSAL(400, "the request target has none of the forms it may have");
	if (raw.len == 0)
		return REFUSAL_NONE;
	struct slice path;
	struct slice rest = raw;
	(void)slice_split(&rest, '?', &path);
	if (rest.ptr != NULL)
		out->query = rest;
	return path.len == 0 ? REFUSAL_NONE : decode_path(arena, path, &out->path);
}
