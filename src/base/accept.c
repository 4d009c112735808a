/* SPDX-License-Identifier: Apache-2.0
 *
 * accept = [ media-range [ weight ] *( OWS "," OWS media-range [ weight ] ) ]
 * weight = OWS ";" OWS "q=" qvalue, qvalue = ( "0" [ "." 0*3DIGIT ] ) / ( "1" [ "." 0*3("0") ] )
 *
 * A parameter may be a quoted string with commas and semicolons in it. */
#include "base/accept.h"

#include "base/ascii.h"

/* How much a range says of a type. */
enum { SAYS_NOTHING = 0, SAYS_ALL, SAYS_KIND, SAYS_TYPE };

struct range {
	struct slice type;
	int weight;
};

/* Up to a separator that stands in no quoted string; as slice_split(). */
static bool split(struct slice *rest, char separator, struct slice *part)
{
	bool quoted = false;
	size_t end = 0;
	if (!rest->ptr)
		return false;
	for (; end < rest->len && (quoted || rest->ptr[end] != separator); end++) {
		if (rest->ptr[end] == '"')
			quoted = !quoted;
		else if (quoted && rest->ptr[end] == '\\' && end + 1 < rest->len)
			end++;
	}
	*part = slice_sub(*rest, 0, end);
	*rest = end < rest->len ? slice_sub(*rest, end + 1, rest->len) : (struct slice){ 0 };
	return true;
}

/* RFC9110#12.4.2. -1: none. */
static int parse_weight(struct slice text)
{
	static const int places[] = { 100, 10, 1 };
	if (text.len == 0 || text.len > 2 + ARRAY_LEN(places) ||
	    (text.ptr[0] != '0' && text.ptr[0] != '1') || (text.len > 1 && text.ptr[1] != '.'))
		return -1;
	int weight = (text.ptr[0] - '0') * ACCEPT_WEIGHT_MAX;
	for (size_t i = 2; i < text.len; i++) {
		if (text.ptr[i] < '0' || text.ptr[i] > '9')
			return -1;
		weight += (text.ptr[i] - '0') * places[i - 2];
	}
	return weight <= ACCEPT_WEIGHT_MAX ? weight : -1;
}

static bool parse(struct slice text, struct range *out)
{
	struct slice parameter;
	struct slice name;
	*out = (struct range){ .weight = ACCEPT_WEIGHT_MAX };
	if (!split(&text, ';', &out->type))
		return false;
	out->type = slice_trim(out->type);
	while (split(&text, ';', &parameter)) {
		struct slice value = slice_trim(parameter);
		if (slice_split(&value, '=', &name) && slice_equal_nocase(name, SLICE("q")))
			out->weight = parse_weight(value);
	}
	return out->weight >= 0;
}

static int says_of(struct slice range, struct slice type)
{
	struct slice kind;
	struct slice rest = type;
	if (slice_equal_nocase(range, type))
		return SAYS_TYPE;
	if (slice_equal(range, SLICE("*/*")))
		return SAYS_ALL;
	if (!slice_has_suffix(range, SLICE("/*")) || !slice_split(&rest, '/', &kind))
		return SAYS_NOTHING;
	return slice_equal_nocase(slice_sub(range, 0, range.len - 2), kind) ? SAYS_KIND
									    : SAYS_NOTHING;
}

/* RFC9110#12.5.1: the most specific range has precedence, and a weight of 0 is "not acceptable" */
struct accept_weight accept_weight_of(struct slice accept, struct slice type)
{
	struct accept_weight best = { .weight = accept.ptr ? 0 : ACCEPT_WEIGHT_MAX };
	struct slice text;
	struct range range;
	int most = SAYS_NOTHING;
	while (split(&accept, ',', &text)) {
		if (!parse(text, &range))
			continue;
		int says = says_of(range.type, type);
		if (says == SAYS_NOTHING || says < most ||
		    (says == most && range.weight < best.weight))
			continue;
		most = says;
		best.weight = range.weight;
	}
	best.is_named = most == SAYS_TYPE;
	return best;
}
