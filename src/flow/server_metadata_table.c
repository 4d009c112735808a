/* SPDX-License-Identifier: Apache-2.0
 *
 * A row is a name, whether it is there, and how its value is made. Lists come out of the tables
 * that decide what is taken (grants, algorithms, response types, claims, scopes), so that what is
 * said and what is done cannot part. A list of nothing is left out: RFC8414#3.2. */
#include "flow/server_metadata_table.h"

#include "crypto/alg.h"
#include "crypto/jwe.h"
#include "domain/claim.h"
#include "domain/grant.h"
#include "domain/names.h"
#include "domain/response_type.h"

struct row {
	const char *name;
	bool (*is_on)(const struct offer *offer); /* NULL: always */
	const char *path;                         /* a URL below base_url */
	bool has_alias;                           /* at mtls_base_url as well: RFC8705#5 */
	bool (*flag)(const struct offer *offer);
	const char *const *words; /* a list that is always the same, NULL-terminated */
	void (*fill)(const struct offer *offer, struct json *list);
};

/* --- what is switched on ----------------------------------------------------------------- */

static bool yes(const struct offer *offer)
{
	(void)offer;
	return true;
}

static bool no(const struct offer *offer)
{
	(void)offer;
	return false;
}

static bool takes_registrations(const struct offer *offer)
{
	return offer->settings->registration != REGISTRATION_OFF;
}

static bool takes_documents(const struct offer *offer)
{
	return offer->settings->metadata_documents;
}

static bool wants_pushed(const struct offer *offer)
{
	return offer->settings->require_pushed;
}

static bool has_alias_base(const struct offer *offer)
{
	return !slice_is_empty(offer->settings->mtls_base_url);
}

static bool sees_certificates(const struct offer *offer)
{
	return offer->settings->sees_certificates;
}

/* --- lists ------------------------------------------------------------------------------- */

static void add(struct json *list, const char *word)
{
	json_append_text(list, slice_str(word));
}

static void add_algs(struct json *list, uint32_t algs)
{
	for (unsigned alg = 0; alg < ALG_COUNT; alg++)
		if (algs & ALG_BIT(alg))
			add(list, alg_row((enum alg)alg)->name);
}

static void fill_our_algs(const struct offer *offer, struct json *list)
{
	(void)offer;
	add_algs(list, ALGS_OURS);
}

static void fill_key_algs(const struct offer *offer, struct json *list)
{
	(void)offer;
	add_algs(list, ALGS_ASYMMETRIC);
}

/* RFC8414#2: present where a method with a JWT is, and never "none" */
static void fill_assertion_algs(const struct offer *offer, struct json *list)
{
	(void)offer;
	add_algs(list, ALGS_ASYMMETRIC | ALGS_SECRET);
}

static void fill_key_managements(const struct offer *offer, struct json *list)
{
	(void)offer;
	for (unsigned alg = KEY_MANAGEMENT_NONE + 1; alg < KEY_MANAGEMENT_COUNT; alg++)
		add(list, key_management_name((enum key_management)alg));
}

static void fill_encryptions(const struct offer *offer, struct json *list)
{
	(void)offer;
	for (unsigned enc = CONTENT_NONE + 1; enc < CONTENT_ENCRYPTION_COUNT; enc++)
		add(list, content_encryption_name((enum content_encryption)enc));
}

static void fill_scopes(const struct offer *offer, struct json *list)
{
	for (size_t i = 0; i < offer->scopes->count; i++)
		json_append_text(list, offer->scopes->items[i].name);
}

static void fill_response_types(const struct offer *offer, struct json *list)
{
	for (unsigned type = 0; type < RESPONSE_TYPE_COUNT; type++) {
		const struct response_type_row *row = response_type_row((enum response_type)type);
		if (row->is_offered && (!row->is_hybrid || offer->settings->hybrid))
			add(list, row->name);
	}
}

static void fill_response_modes(const struct offer *offer, struct json *list)
{
	/* a fragment is for ID tokens alone */
	for (unsigned mode = 0; mode < RESPONSE_MODE_COUNT; mode++)
		if (mode != RESPONSE_MODE_FRAGMENT || offer->settings->hybrid)
			add(list, response_mode_name((enum response_mode)mode));
}

static void fill_grants(const struct offer *offer, struct json *list)
{
	for (unsigned grant = 0; grant < GRANT_COUNT; grant++)
		if (grant != GRANT_JWT_BEARER || offer->settings->issuer_count > 0)
			add(list, grant_row((enum grant)grant)->wire);
	/* RFC7591#2.1: the grant type of ID tokens that come with the browser */
	if (offer->settings->hybrid)
		add(list, NAME_GRANT_IMPLICIT);
}

static const char *const secret_methods[] = { "client_secret_basic", "client_secret_post",
					      "client_secret_jwt", "private_key_jwt", NULL };
static const char *const tls_methods[] = { "tls_client_auth", "self_signed_tls_client_auth", NULL };

static void add_words(struct json *list, const char *const *words)
{
	for (; *words; words++)
		add(list, *words);
}

/* Those that prove something. */
static void fill_proving_methods(const struct offer *offer, struct json *list)
{
	add_words(list, secret_methods);
	if (sees_certificates(offer))
		add_words(list, tls_methods);
}

static void fill_methods(const struct offer *offer, struct json *list)
{
	fill_proving_methods(offer, list);
	add(list, "none");
}

static void fill_prompts(const struct offer *offer, struct json *list)
{
	static const char *const prompts[] = { "none", "login", "consent", "select_account", NULL };
	add_words(list, prompts);
	if (offer->settings->sign_up != SIGN_UP_OFF)
		add(list, "create");
}

/* Parts of an address are told as one claim: OIDC#5.1.1. Of acr nothing is told, as no sign-in has
 * one: D51 */
static void fill_claims(const struct offer *offer, struct json *list)
{
	static const char *const always[] = { "sub",   "iss", "aud", "exp", "iat", "auth_time",
					      "nonce", "amr", "azp", "sid", NULL };
	bool has_address = false;
	(void)offer;
	add_words(list, always);
	for (size_t i = 0; i < claim_count(); i++) {
		const struct claim_row *row = claim_row(i);
		bool is_part = row->type == CLAIM_ADDRESS_PART;
		if (!is_part)
			add(list, row->name);
		else if (!has_address)
			add(list, "address");
		has_address = has_address || is_part;
	}
}

/* --- members ----------------------------------------------------------------------------- */

static const char *const one_challenge_method[] = { "S256", NULL };
static const char *const both_subject_types[] = { "public", "pairwise", NULL };
static const char *const one_claim_type[] = { "normal", NULL };
static const char *const one_locale[] = { "en", NULL };

static const struct row rows[] = {
	{ "authorization_endpoint", .path = "/o/authorize/" },
	{ "token_endpoint", .path = "/o/token/", .has_alias = true },
	{ "userinfo_endpoint", .path = "/o/userinfo/", .has_alias = true },
	{ "jwks_uri", .path = "/o/.well-known/jwks.json" },
	/* RFC8628#4: where a device begins */
	{ "device_authorization_endpoint", .path = "/o/device-authorization/", .has_alias = true },
	{ "pushed_authorization_request_endpoint", .path = "/o/par/", .has_alias = true },
	{ "revocation_endpoint", .path = "/o/revoke_token/", .has_alias = true },
	{ "introspection_endpoint", .path = "/o/introspect/", .has_alias = true },
	{ "registration_endpoint", takes_registrations, .path = "/o/register/" },
	{ "end_session_endpoint", .path = "/o/logout/" },
	{ "scopes_supported", .fill = fill_scopes },
	{ "response_types_supported", .fill = fill_response_types },
	{ "response_modes_supported", .fill = fill_response_modes },
	{ "grant_types_supported", .fill = fill_grants },
	{ "subject_types_supported", .words = both_subject_types },
	{ "id_token_signing_alg_values_supported", .fill = fill_our_algs },
	{ "id_token_encryption_alg_values_supported", .fill = fill_key_managements },
	{ "id_token_encryption_enc_values_supported", .fill = fill_encryptions },
	{ "userinfo_signing_alg_values_supported", .fill = fill_our_algs },
	{ "introspection_signing_alg_values_supported", .fill = fill_our_algs },
	{ "request_object_signing_alg_values_supported", .fill = fill_key_algs },
	{ "dpop_signing_alg_values_supported", .fill = fill_key_algs },
	{ "token_endpoint_auth_methods_supported", .fill = fill_methods },
	{ "token_endpoint_auth_signing_alg_values_supported", .fill = fill_assertion_algs },
	{ "revocation_endpoint_auth_methods_supported", .fill = fill_methods },
	{ "revocation_endpoint_auth_signing_alg_values_supported", .fill = fill_assertion_algs },
	{ "introspection_endpoint_auth_methods_supported", .fill = fill_proving_methods },
	{ "introspection_endpoint_auth_signing_alg_values_supported", .fill = fill_assertion_algs },
	{ "code_challenge_methods_supported", .words = one_challenge_method },
	{ "prompt_values_supported", .fill = fill_prompts },
	{ "claims_supported", .fill = fill_claims },
	{ "claim_types_supported", .words = one_claim_type },
	{ "ui_locales_supported", .words = one_locale },
	{ "claims_parameter_supported", .flag = yes },
	{ "request_parameter_supported", .flag = yes },
	/* DISCOVERY#3: true unless it is said */
	{ "request_uri_parameter_supported", .flag = no },
	{ "require_pushed_authorization_requests", .flag = wants_pushed },
	/* RFC9207#3 */
	{ "authorization_response_iss_parameter_supported", .flag = yes },
	/* RFC8705#3.3 */
	{ "tls_client_certificate_bound_access_tokens", .flag = sees_certificates },
	/* BCLOGOUT#2.1, FCLOGOUT#3 */
	{ "backchannel_logout_supported", .flag = yes },
	{ "backchannel_logout_session_supported", .flag = yes },
	{ "frontchannel_logout_supported", .flag = yes },
	{ "frontchannel_logout_session_supported", .flag = yes },
	{ "client_id_metadata_document_supported", takes_documents, .flag = yes },
};

static void set_url(struct json *json, const struct row *row, const struct offer *offer,
		    struct slice base)
{
	json_set_text(json, row->name,
		      arena_printf(offer->arena, "%.*s%s", SLICE_ARG(base), row->path));
}

static void set_list(struct json *json, const struct row *row, const struct offer *offer)
{
	struct json *list = json_array_new();
	if (row->words)
		add_words(list, row->words);
	else
		row->fill(offer, list);
	if (json_count(list) > 0)
		json_set_json(json, row->name, &list);
	json_free(&list);
}

static void set_member(struct json *json, const struct row *row, const struct offer *offer)
{
	if (row->path)
		set_url(json, row, offer, offer->settings->base_url);
	else if (row->flag)
		json_set_bool(json, row->name, row->flag(offer));
	else
		set_list(json, row, offer);
}

static void set_aliases(struct json *json, const struct offer *offer)
{
	struct json *aliases = json_object_new();
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		if (rows[i].has_alias)
			set_url(aliases, &rows[i], offer, offer->settings->mtls_base_url);
	json_set_json(json, "mtls_endpoint_aliases", &aliases);
}

struct json *server_metadata_json(const struct offer *offer)
{
	struct json *json = json_object_new();
	/* RFC8414#3.3, DISCOVERY#4.3: as the address has it that was asked */
	json_set_text(json, "issuer", offer->settings->issuer);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		if (!rows[i].is_on || rows[i].is_on(offer))
			set_member(json, &rows[i], offer);
	if (has_alias_base(offer))
		set_aliases(json, offer);
	return json;
}

/* --- UserInfo ---------------------------------------------------------------------------- */

static void fill_userinfo_scopes(const struct offer *offer, struct json *list)
{
	/* RFC9728#2: those that a request to it can need */
	for (size_t i = 0; i < offer->scopes->count; i++)
		if (scope_is_personal(offer->scopes->items[i].name) &&
		    !slice_equal(offer->scopes->items[i].name, SLICE("offline_access")))
			json_append_text(list, offer->scopes->items[i].name);
}

static const char *const bearer_methods[] = { "header", "body", NULL };

static const struct row userinfo_rows[] = {
	/* RFC9728#3.3 */
	{ "resource", .path = "/o/userinfo/" },
	{ "jwks_uri", .path = "/o/.well-known/jwks.json" },
	{ "scopes_supported", .fill = fill_userinfo_scopes },
	{ "bearer_methods_supported", .words = bearer_methods },
	{ "resource_signing_alg_values_supported", .fill = fill_our_algs },
	{ "dpop_signing_alg_values_supported", .fill = fill_key_algs },
	{ "tls_client_certificate_bound_access_tokens", .flag = sees_certificates },
};

struct json *server_metadata_of_userinfo(const struct offer *offer)
{
	struct json *json = json_object_new();
	struct json *servers = json_array_new();
	json_append_text(servers, offer->settings->issuer);
	for (size_t i = 0; i < ARRAY_LEN(userinfo_rows); i++)
		set_member(json, &userinfo_rows[i], offer);
	json_set_json(json, "authorization_servers", &servers);
	return json;
}
