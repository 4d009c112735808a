/* SPDX-License-Identifier: Apache-2.0
 *
 * The table of grant types, and sets of them as bit masks. A grant that people must not choose any
 * more (password, implicit) has no row here: client_form.c has the words for those. */
#include "domain/grant.h"

#include <assert.h>

#include "base/buf.h"
#include "base/ensure.h"
#include "domain/names.h"

enum { GRANTS_TEXT_MAX = 512 };

static const struct grant_row rows[] = {
	[GRANT_DEVICE_CODE] = {
		.wire = NAME_GRANT_DEVICE_CODE,
		.form = "device-code",
		.label = "Device code",
		.may_be_chosen = true,
		.gives_refresh = true,
	},
	[GRANT_AUTHORIZATION_CODE] = {
		.wire = NAME_GRANT_AUTHORIZATION_CODE,
		.form = "authorization-code",
		.label = "Authorization code",
		.may_be_chosen = true,
		.needs_redirect_uri = true,
		.gives_refresh = true,
	},
	[GRANT_CLIENT_CREDENTIALS] = {
		.wire = NAME_GRANT_CLIENT_CREDENTIALS,
		.form = "client-credentials",
		.label = "Client credentials",
		.may_be_chosen = true,
		/* RFC6749#4.4: for confidential clients alone */
		.needs_secret = true,
		/* RFC6749#4.4.3: no refresh token with this one */
	},
	[GRANT_REFRESH_TOKEN] = {
		.wire = NAME_GRANT_REFRESH_TOKEN,
		.form = "refresh-token",
		.label = "Refresh token",
	},
	[GRANT_TOKEN_EXCHANGE] = {
		.wire = NAME_GRANT_TOKEN_EXCHANGE,
		.form = "token-exchange",
		.label = "Token exchange",
		.may_be_chosen = true,
		.for_admins = true,
		.needs_secret = true,
	},
	[GRANT_JWT_BEARER] = {
		.wire = NAME_GRANT_JWT_BEARER,
		.form = "jwt-bearer",
		.label = "JWT bearer assertion",
		.may_be_chosen = true,
		.for_admins = true,
		.needs_secret = true,
	},
};

static_assert(ARRAY_LEN(rows) == GRANT_COUNT, "a row for each grant");

const struct grant_row *grant_row(enum grant grant)
{
	ensure((unsigned)grant < GRANT_COUNT);
	return &rows[grant];
}

enum grant grant_from_wire(struct slice name)
{
	for (unsigned i = 0; i < GRANT_COUNT; i++) {
		if (slice_equal(name, slice_str(rows[i].wire)))
			return (enum grant)i;
	}
	return GRANT_COUNT;
}

enum grant grant_from_form(struct slice value)
{
	for (unsigned i = 0; i < GRANT_COUNT; i++) {
		if (!rows[i].may_be_chosen)
			continue;
		if (slice_equal(value, slice_str(rows[i].form)) ||
		    slice_equal(value, slice_str(rows[i].wire)))
			return (enum grant)i;
	}
	return GRANT_COUNT;
}

bool grants_have(uint32_t grants, enum grant grant)
{
	ensure((unsigned)grant < GRANT_COUNT);
	if ((grants & GRANT_BIT(grant)) != 0)
		return true;
	if (grant != GRANT_REFRESH_TOKEN)
		return false;
	for (unsigned i = 0; i < GRANT_COUNT; i++) {
		if ((grants & GRANT_BIT(i)) != 0 && rows[i].gives_refresh)
			return true;
	}
	return false;
}

struct slice grants_text(uint32_t grants, struct arena *arena)
{
	struct buf buf;

	buf_init_arena(&buf, arena, GRANTS_TEXT_MAX);
	for (unsigned i = 0; i < GRANT_COUNT; i++) {
		if ((grants & GRANT_BIT(i)) == 0)
			continue;
		buf_add_part(&buf, ' ', slice_str(rows[i].wire));
	}
	ensure(buf_is_whole(&buf));
	return buf_slice(&buf);
}
