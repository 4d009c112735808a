/* SPDX-License-Identifier: Apache-2.0
 *
 * A parameter that comes twice is remembered as such, not refused here: which of the two is meant
 * nobody knows, but the client may have to be told by way of its redirect URI. */
#include "domain/authorization_parameters.h"

#include <assert.h>

#include "base/buf.h"
#include "base/encode.h"
#include "base/ensure.h"
#include "crypto/jws.h"
#include "domain/client.h"
#include "domain/names.h"
#include "domain/redirect_uri.h"
#include "domain/user.h"

enum {
	WORD_MAX = 256,
	STATE_MAX = 4096,
	NONCE_MAX = 512,
	CLAIMS_MAX = 4096,
	CLIENT_ID_TEXT_MAX = 1024, /* one that is a URL is longer than CLIENT_ID_MAX */
	OURS_MAX = 256
};

/* display, ui_locales, claims_locales and acr_values are heard and make no difference:
 * OIDC#3.1.2.1, OIDC#15.1 */
static const struct {
	const char *name;
	size_t most;
	bool lines; /* may hold line ends */
	bool is_ours;
	bool is_wish; /* one that cannot be heard is passed over: OIDC#15.1 */
} rows[] = {
	[PARAMETER_RESPONSE_TYPE] = { .name = NAME_RESPONSE_TYPE, .most = WORD_MAX },
	[PARAMETER_CLIENT_ID] = { .name = NAME_CLIENT_ID, .most = CLIENT_ID_TEXT_MAX },
	[PARAMETER_REDIRECT_URI] = { .name = NAME_REDIRECT_URI, .most = REDIRECT_URI_MAX },
	[PARAMETER_SCOPE] = { .name = NAME_SCOPE, .most = SCOPE_TEXT_MAX },
	[PARAMETER_STATE] = { .name = NAME_STATE, .most = STATE_MAX },
	[PARAMETER_RESPONSE_MODE] = { .name = NAME_RESPONSE_MODE, .most = WORD_MAX },
	[PARAMETER_NONCE] = { .name = NAME_NONCE, .most = NONCE_MAX },
	[PARAMETER_CODE_CHALLENGE] = { .name = NAME_CODE_CHALLENGE, .most = WORD_MAX },
	[PARAMETER_CODE_CHALLENGE_METHOD] = { .name = NAME_CODE_CHALLENGE_METHOD,
					      .most = WORD_MAX },
	[PARAMETER_PROMPT] = { .name = NAME_PROMPT, .most = WORD_MAX },
	[PARAMETER_MAX_AGE] = { .name = NAME_MAX_AGE, .most = WORD_MAX },
	[PARAMETER_CLAIMS] = { .name = NAME_CLAIMS, .most = CLAIMS_MAX, .lines = true },
	[PARAMETER_ID_TOKEN_HINT] = { .name = NAME_ID_TOKEN_HINT, .most = JWS_BYTES_MAX },
	[PARAMETER_LOGIN_HINT] = { .name = NAME_LOGIN_HINT, .most = WORD_MAX, .is_wish = true },
	[PARAMETER_DPOP_JKT] = { .name = NAME_DPOP_JKT, .most = WORD_MAX },
	[PARAMETER_REQUEST] = { .name = NAME_REQUEST, .most = JWS_BYTES_MAX },
	[PARAMETER_REQUEST_URI] = { .name = NAME_REQUEST_URI, .most = CLIENT_ID_TEXT_MAX },
	[PARAMETER_REGISTRATION] = { .name = NAME_REGISTRATION,
				     .most = AUTHORIZATION_TEXT_MAX,
				     .lines = true },
	[PARAMETER_KEPT] = { .name = NAME_KEPT, .most = OURS_MAX, .is_ours = true },
	[PARAMETER_MARK] = { .name = NAME_MARK, .most = OURS_MAX, .is_ours = true },
};
static_assert(ARRAY_LEN(rows) == PARAMETER_COUNT, "a row for each parameter");
static_assert(PARAMETER_COUNT <= 32, "a bit for each parameter");

static unsigned find(struct slice name)
{
	unsigned i = 0;
	while (i < PARAMETER_COUNT && !slice_equal(name, slice_str(rows[i].name)))
		i++;
	return i;
}

/* RFC8707#2: the one parameter that may come several times */
static void add_resource(struct authorization_parameters *parameters, struct slice value)
{
	if (parameters->resource_count == RESOURCES_MAX)
		parameters->too_many_resources = true;
	else
		parameters->resources[parameters->resource_count++] = value;
}

void authorization_parameters_add(struct authorization_parameters *parameters, struct slice name,
				  struct slice value)
{
	if (slice_is_empty(value)) /* RFC6749#3.1: as if it were not there */
		return;
	if (slice_equal(name, SLICE(NAME_RESOURCE))) {
		add_resource(parameters, value);
		return;
	}
	unsigned parameter = find(name);
	if (parameter == PARAMETER_COUNT) /* RFC6749#3.1: ignored */
		return;
	bool fits = value.len <= rows[parameter].most &&
		    slice_is_text(value, rows[parameter].lines);
	if (!slice_is_empty(parameters->of[parameter]))
		parameters->repeated |= PARAMETER_BIT(parameter);
	else if (fits)
		parameters->of[parameter] = value;
	else if (!rows[parameter].is_wish)
		parameters->unfit |= PARAMETER_BIT(parameter);
}

/* Names as they came, to see which come twice. */
struct names {
	struct slice of[AUTHORIZATION_FIELDS_MAX];
	size_t count;
};

static bool is_new(struct names *names, struct slice name)
{
	for (size_t i = 0; i < names->count; i++)
		if (slice_equal(names->of[i], name))
			return false;
	names->of[names->count++] = name;
	return true;
}

/* RFC6749#3.1: parameters must not come more than once */
static void add_once(struct authorization_parameters *out, struct names *names, struct slice name,
		     struct slice value)
{
	bool may_repeat = slice_equal(name, SLICE(NAME_RESOURCE));
	if (may_repeat || is_new(names, name)) {
		authorization_parameters_add(out, name, value);
		return;
	}
	unsigned parameter = find(name);
	if (parameter == PARAMETER_COUNT)
		out->other_repeated = true;
	else
		out->repeated |= PARAMETER_BIT(parameter);
}

static enum err decode(struct arena *arena, struct slice text, struct slice *out)
{
	if (decode_percent(arena, text, true, out) != ERR_OK)
		return ERR_INVALID;
	return slice_has_byte(*out, '\0') ? ERR_INVALID : ERR_OK;
}

/* Takes the next pair off; false at the end. */
static bool next_pair(struct slice *text, struct slice *name, struct slice *value)
{
	while (slice_split(text, '&', value)) {
		if (slice_is_empty(*value))
			continue;
		return slice_split(value, '=', name);
	}
	return false;
}

enum err authorization_parameters_parse(struct arena *arena, struct slice text,
					struct authorization_parameters *out)
{
	struct slice name;
	struct slice value;
	struct names *names = ARENA_NEW(arena, struct names);
	size_t fields = 0;
	*out = (struct authorization_parameters){ .resource_count = 0 };
	if (text.len > AUTHORIZATION_TEXT_MAX)
		return ERR_INVALID;
	while (next_pair(&text, &name, &value)) {
		if (++fields > AUTHORIZATION_FIELDS_MAX || decode(arena, name, &name) != ERR_OK ||
		    decode(arena, value, &value) != ERR_OK)
			return ERR_INVALID;
		add_once(out, names, name, value);
	}
	return ERR_OK;
}

/* each byte may become three */
enum { WRITTEN_MAX = 4 * AUTHORIZATION_TEXT_MAX };

static void write_pair(struct buf *buf, struct slice name, struct slice value)
{
	if (buf->len > 0)
		buf_add_byte(buf, '&');
	encode_percent(buf, name);
	buf_add_byte(buf, '=');
	encode_percent(buf, value);
}

struct slice authorization_text(struct arena *arena, struct slice text)
{
	struct buf buf;
	struct slice name;
	struct slice value;
	buf_init_arena(&buf, arena, WRITTEN_MAX);
	while (next_pair(&text, &name, &value)) {
		ensure(decode(arena, name, &name) == ERR_OK &&
		       decode(arena, value, &value) == ERR_OK);
		if (!slice_equal(name, SLICE(NAME_MARK)))
			write_pair(&buf, name, value);
	}
	ensure(buf_is_whole(&buf));
	return buf_slice(&buf);
}

static void write_one(struct buf *buf, const char *name, struct slice value)
{
	if (!slice_is_empty(value))
		write_pair(buf, slice_str(name), value);
}

struct slice authorization_parameters_write(const struct authorization_parameters *parameters,
					    struct arena *arena)
{
	struct buf buf;
	buf_init_arena(&buf, arena, WRITTEN_MAX);
	for (unsigned i = 0; i < PARAMETER_COUNT; i++)
		if (!rows[i].is_ours)
			write_one(&buf, rows[i].name, parameters->of[i]);
	for (size_t i = 0; i < parameters->resource_count; i++)
		write_one(&buf, NAME_RESOURCE, parameters->resources[i]);
	ensure(buf_is_whole(&buf));
	return buf_slice(&buf);
}
