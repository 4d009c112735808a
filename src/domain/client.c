/* SPDX-License-Identifier: Apache-2.0
 *
 * Names of the kinds of clients, of their algorithms and of the fields of the application form. The
 * checks of the form are in client_form.c. */
#include "domain/client.h"

#include <assert.h>

#include "base/ensure.h"

static const char *const type_names[] = {
	[CLIENT_PUBLIC] = "public", /* RFC6749#2.1 */
	[CLIENT_CONFIDENTIAL] = "confidential",
};

static const char *const algorithm_names[] = {
	[CLIENT_ALG_DEFAULT] = "",
	[CLIENT_ALG_RS256] = "RS256",
	[CLIENT_ALG_ES256] = "ES256",
	[CLIENT_ALG_PS256] = "PS256",
};

static const char *const field_names[] = {
	[CLIENT_FIELD_NAME] = "name",
	[CLIENT_FIELD_TYPE] = "client_type",
	[CLIENT_FIELD_GRANT] = "authorization_grant_type",
	[CLIENT_FIELD_REDIRECT_URIS] = "redirect_uris",
	[CLIENT_FIELD_POST_LOGOUT_REDIRECT_URIS] = "post_logout_redirect_uris",
	[CLIENT_FIELD_ALLOWED_ORIGINS] = "allowed_origins",
	[CLIENT_FIELD_ALGORITHM] = "algorithm",
	[CLIENT_FIELD_ALLOWED_SCOPES] = "allowed_scopes",
	[CLIENT_FIELD_DEFAULT_SCOPES] = "default_scopes",
};

static_assert(ARRAY_LEN(type_names) == CLIENT_TYPE_COUNT, "a name for each type");
static_assert(ARRAY_LEN(algorithm_names) == CLIENT_ALG_COUNT, "a name for each algorithm");
static_assert(ARRAY_LEN(field_names) == CLIENT_FIELD_COUNT, "a name for each field");

const char *client_type_name(enum client_type type)
{
	ensure((unsigned)type < CLIENT_TYPE_COUNT);
	return type_names[type];
}

const char *client_algorithm_name(enum client_algorithm algorithm)
{
	ensure((unsigned)algorithm < CLIENT_ALG_COUNT);
	return algorithm_names[algorithm];
}

const char *client_field_name(enum client_field field)
{
	ensure((unsigned)field < CLIENT_FIELD_COUNT);
	return field_names[field];
}

enum client_type client_type_parse(struct slice text)
{
	return (enum client_type)slice_name_index(text, type_names, CLIENT_TYPE_COUNT);
}

enum client_algorithm client_algorithm_parse(struct slice text)
{
	return (enum client_algorithm)slice_name_index(text, algorithm_names, CLIENT_ALG_COUNT);
}

bool client_id_is_valid(struct slice client_id)
{
	if (client_id.len == 0 || client_id.len > CLIENT_ID_MAX)
		return false;
	for (size_t i = 0; i < client_id.len; i++) {
		/* RFC6749#A.1: VSCHAR; without the blank, since nobody could see it */
		if (client_id.ptr[i] <= 0x20 || client_id.ptr[i] >= 0x7f)
			return false;
	}
	return true;
}
