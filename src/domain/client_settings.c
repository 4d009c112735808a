/* SPDX-License-Identifier: Apache-2.0
 *
 * The rules are a table: each looks at a client and names what is wrong. They are asked in order,
 * and the first that finds something ends it. */
#include "domain/client_settings.h"

#include <assert.h>

#include "base/ensure.h"
#include "base/uri.h"
#include "crypto/jwk.h"

/* --- methods */

static const struct method_row {
	const char *name;
	enum client_type type;
	bool has_secret;
	bool seals_secret;
	bool needs_keys;
	const char *algs; /* with which the name of an assertion's algorithm begins */
} methods[] = {
	[CLIENT_METHOD_NONE] = { "none", CLIENT_PUBLIC, false, false, false, "" },
	[CLIENT_METHOD_SECRET] = { "client_secret", CLIENT_CONFIDENTIAL, true, false, false, "" },
	[CLIENT_METHOD_SECRET_BASIC] = { "client_secret_basic", CLIENT_CONFIDENTIAL, true, false,
					 false, "" },
	[CLIENT_METHOD_SECRET_POST] = { "client_secret_post", CLIENT_CONFIDENTIAL, true, false,
					false, "" },
	[CLIENT_METHOD_SECRET_JWT] = { "client_secret_jwt", CLIENT_CONFIDENTIAL, true, true, false,
				       "H" },
	[CLIENT_METHOD_PRIVATE_KEY_JWT] = { "private_key_jwt", CLIENT_CONFIDENTIAL, false, false,
					    true, "RPE" },
	[CLIENT_METHOD_TLS] = { "tls_client_auth", CLIENT_CONFIDENTIAL, false, false, false, "" },
	[CLIENT_METHOD_SELF_SIGNED_TLS] = { "self_signed_tls_client_auth", CLIENT_CONFIDENTIAL,
					    false, false, true, "" },
};
static_assert(ARRAY_LEN(methods) == CLIENT_METHOD_COUNT, "a row for each method");

static const struct method_row *method_row(enum client_method method)
{
	ensure((unsigned)method < CLIENT_METHOD_COUNT);
	return &methods[method];
}

static enum client_method named(struct slice name)
{
	for (unsigned i = 0; i < CLIENT_METHOD_COUNT; i++)
		if (slice_equal(name, slice_str(methods[i].name)))
			return (enum client_method)i;
	return CLIENT_METHOD_COUNT;
}

enum client_method client_method_of(const struct client *client)
{
	enum client_method method = named(
		client_setting_get(client->settings, SETTING_AUTH_METHOD));
	/* A public client that says nothing has the first method of its kind. */
	if (client->type == CLIENT_PUBLIC && method == CLIENT_METHOD_SECRET)
		return CLIENT_METHOD_NONE;
	if (method == CLIENT_METHOD_COUNT || methods[method].type != client->type)
		return CLIENT_METHOD_COUNT;
	return method;
}

bool client_method_has_secret(enum client_method method)
{
	return method < CLIENT_METHOD_COUNT && methods[method].has_secret;
}

bool client_method_seals_secret(enum client_method method)
{
	return method < CLIENT_METHOD_COUNT && methods[method].seals_secret;
}

/* --- rules */

static bool is_set(const struct client *client, enum client_setting setting)
{
	return !slice_is_empty(client_setting_get(client->settings, setting));
}

static bool is_true(const struct client *client, enum client_setting setting)
{
	return client_setting_is(client->settings, setting);
}

static bool has_keys(const struct client *client)
{
	return is_set(client, SETTING_JWKS) || is_set(client, SETTING_JWKS_URI);
}

static bool method_is_foreign(const struct client *client)
{
	return client_method_of(client) == CLIENT_METHOD_COUNT;
}

/* RFC7591#2: jwks and jwks_uri must not both be there */
static bool has_two_sources(const struct client *client)
{
	return is_set(client, SETTING_JWKS) && is_set(client, SETTING_JWKS_URI);
}

static bool method_lacks_keys(const struct client *client)
{
	return method_row(client_method_of(client))->needs_keys && !has_keys(client);
}

static unsigned tls_names(const struct client *client)
{
	unsigned count = 0;
	for (unsigned i = SETTING_TLS_SUBJECT_DN; i <= SETTING_TLS_SAN_EMAIL; i++)
		count += is_set(client, (enum client_setting)i);
	return count;
}

/* RFC8705#2.1.2: exactly one */
static bool lacks_tls_name(const struct client *client)
{
	return client_method_of(client) == CLIENT_METHOD_TLS && tls_names(client) == 0;
}

static bool has_two_tls_names(const struct client *client)
{
	return tls_names(client) > 1;
}

/* A secret makes HS256 and its kin; keys make the others. */
static bool alg_is_foreign(const struct client *client)
{
	struct slice alg = client_setting_get(client->settings, SETTING_AUTH_SIGNING_ALG);
	const char *algs = method_row(client_method_of(client))->algs;
	return !slice_is_empty(alg) && !slice_has_byte(slice_str(algs), alg.ptr[0]);
}

static bool signed_requests_lack_keys(const struct client *client)
{
	return is_true(client, SETTING_REQUIRE_SIGNED_REQUEST) && !has_keys(client);
}

static bool encryption_lacks_keys(const struct client *client)
{
	return is_set(client, SETTING_ID_TOKEN_ENCRYPTION_ALG) && !has_keys(client);
}

/* OpenID Connect Registration section 2: enc without alg is refused. With alg alone it would be
 * A128CBC-HS256, which is not among ours: D27 */
static bool encryption_is_half(const struct client *client)
{
	return is_set(client, SETTING_ID_TOKEN_ENCRYPTION_ALG) !=
	       is_set(client, SETTING_ID_TOKEN_ENCRYPTION_ENC);
}

/* OIDC#10.2: keys that are known now and will not do would keep its ID tokens from it for ever.
 * What is at a jwks_uri may change. */
static bool encryption_has_no_fitting_key(const struct client *client)
{
	AUTO(jwk_set) struct jwk_set *keys = NULL;
	struct slice alg = client_setting_get(client->settings, SETTING_ID_TOKEN_ENCRYPTION_ALG);
	struct slice jwks = client_setting_get(client->settings, SETTING_JWKS);
	if (slice_is_empty(alg) || slice_is_empty(jwks))
		return false;
	return jwk_set_parse(jwks, &keys) != ERR_OK ||
	       !jwk_set_choose_encryption(keys, key_management_from_name(alg));
}

static bool binds_twice(const struct client *client)
{
	return is_true(client, SETTING_DPOP_BOUND) && is_true(client, SETTING_CERTIFICATE_BOUND);
}

/* All of it when there is no host. */
static struct slice host_of(struct slice uri)
{
	struct slice host = uri_host(uri);
	return slice_is_empty(host) ? uri : host;
}

/* OIDC#8.1: with redirect URIs at several hosts only a sector identifier says whose names these are
 */
static bool sector_is_unclear(const struct client *client)
{
	struct slice rest = client->redirect_uris;
	struct slice first;
	struct slice uri;
	if (!client_setting_equals(client->settings, SETTING_SUBJECT_TYPE, "pairwise") ||
	    is_set(client, SETTING_SECTOR_IDENTIFIER_URI))
		return false;
	if (!slice_split(&rest, '\n', &first))
		return false;
	while (slice_split(&rest, '\n', &uri))
		if (!slice_equal_nocase(host_of(first), host_of(uri)))
			return true;
	return false;
}

/* FCLOGOUT#2: of the scheme, host and port of a redirect URI: a frame of anywhere else would be a
 * way to load any page with whoever signs out */
static bool frame_is_elsewhere(const struct client *client)
{
	struct slice frame = client_setting_get(client->settings, SETTING_FRONTCHANNEL_LOGOUT_URI);
	struct slice rest = client->redirect_uris;
	struct slice uri;
	if (slice_is_empty(frame))
		return false;
	while (slice_split(&rest, '\n', &uri))
		if (slice_equal_nocase(uri_usual_origin(uri), uri_usual_origin(frame)))
			return false;
	return true;
}

static const struct rule {
	bool (*is_broken)(const struct client *client);
	enum client_setting setting;
	const char *why;
} rules[] = {
	{ method_is_foreign, SETTING_AUTH_METHOD,
	  "A public client has the method none; every other method makes a client confidential." },
	{ has_two_sources, SETTING_JWKS, "Give jwks or jwks_uri, not both." },
	{ method_lacks_keys, SETTING_JWKS,
	  "This token_endpoint_auth_method needs keys: give jwks or jwks_uri." },
	{ lacks_tls_name, SETTING_TLS_SUBJECT_DN,
	  "tls_client_auth needs the name in the certificate: one of tls_client_auth_subject_dn, "
	  "_san_dns, _san_uri, _san_ip and _san_email." },
	{ has_two_tls_names, SETTING_TLS_SUBJECT_DN,
	  "Give only one of the names that begin with tls_client_auth_." },
	{ alg_is_foreign, SETTING_AUTH_SIGNING_ALG,
	  "This algorithm does not go with the token_endpoint_auth_method." },
	{ signed_requests_lack_keys, SETTING_JWKS,
	  "require_signed_request_object needs keys: give jwks or jwks_uri." },
	{ encryption_is_half, SETTING_ID_TOKEN_ENCRYPTION_ENC,
	  "id_token_encrypted_response_alg and id_token_encrypted_response_enc go together." },
	{ encryption_lacks_keys, SETTING_JWKS,
	  "Encrypted ID tokens need a key of the client: give jwks or jwks_uri." },
	{ encryption_has_no_fitting_key, SETTING_JWKS,
	  "No key in the JWK Set can be encrypted to with id_token_encrypted_response_alg." },
	{ binds_twice, SETTING_DPOP_BOUND,
	  "A token is bound by dpop_bound_access_tokens or by "
	  "tls_client_certificate_bound_access_tokens, not by both." },
	{ sector_is_unclear, SETTING_SECTOR_IDENTIFIER_URI,
	  "With redirect URIs at several hosts, pairwise needs a sector_identifier_uri." },
	{ frame_is_elsewhere, SETTING_FRONTCHANNEL_LOGOUT_URI,
	  "frontchannel_logout_uri has the scheme, host and port of a redirect URI." },
};

enum err client_settings_check(const struct client *client, struct client_settings_fault *out)
{
	*out = (struct client_settings_fault){ SETTING_COUNT, SLICE_EMPTY };
	for (size_t i = 0; i < ARRAY_LEN(rules); i++) {
		if (!rules[i].is_broken(client))
			continue;
		*out = (struct client_settings_fault){ rules[i].setting, slice_str(rules[i].why) };
		return ERR_INVALID;
	}
	return ERR_OK;
}
