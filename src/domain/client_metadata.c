/* SPDX-License-Identifier: Apache-2.0
 *
 * What remains after the defaults and the leaving out is an application form with settings: the
 * checks of those (client_form.c, client_setting.c, client_settings.c) are the checks here. */
#include "domain/client_metadata.h"

#include "base/buf.h"
#include "base/ensure.h"
#include "base/uri.h"
#include "domain/client_settings.h"
#include "domain/names.h"
#include "domain/redirect_uri.h"
#include "domain/response_type.h"

enum { WHY_MAX = 512 };

struct check {
	const struct client_metadata *metadata;
	const struct client_metadata_rules *rules;
	struct arena *arena;
	struct client *client;
	struct slice *why;
};

/* Nobody vouches for himself, chooses what is protected, or bends the rules of his proof. The
 * sector would have to be asked whether it agrees (OIDC#8.1), and the server asks nobody here. */
bool client_metadata_may_say(enum client_setting setting)
{
	switch (setting) {
	case SETTING_SKIP_AUTHORIZATION:
	case SETTING_ASSERTION_AUDIENCE:
	case SETTING_REQUEST_OBJECT_EXPIRY:
	case SETTING_TOKEN_FORMAT:
	case SETTING_RESOURCES:
	case SETTING_RESPONSE_TYPES: /* a list of its own */
		return false;
	default:
		return setting < SETTING_COUNT && !client_setting_row(setting)->internal;
	}
}

/* What administrators say of clients that say the rest themselves. */
static const struct {
	enum client_setting setting;
	bool trusts; /* the client as it was looked at */
} said_by_others[] = {
	{ SETTING_RESOURCES, false },
	{ SETTING_TOKEN_FORMAT, false },
	{ SETTING_SKIP_AUTHORIZATION, true },
	{ SETTING_ASSERTION_AUDIENCE, true },
	{ SETTING_REQUEST_OBJECT_EXPIRY, true },
};

static void put_fine(struct arena *arena, struct client *client, enum client_setting setting,
		     struct slice value)
{
	struct slice why;
	enum err err = client_setting_put(arena, &client->settings, setting, value, &why);
	ensure(err == ERR_OK);
}

/* RFC7591#5: nobody gets at more than before by saying himself anew. D71 */
void client_metadata_keep(struct arena *arena, struct slice settings, struct client *client)
{
	for (size_t i = 0; i < ARRAY_LEN(said_by_others); i++)
		put_fine(arena, client, said_by_others[i].setting,
			 client_setting_get(settings, said_by_others[i].setting));
}

void client_metadata_distrust(struct arena *arena, struct client *client)
{
	for (size_t i = 0; i < ARRAY_LEN(said_by_others); i++)
		if (said_by_others[i].trusts)
			put_fine(arena, client, said_by_others[i].setting, SLICE_EMPTY);
}

/* RFC6749#5.2: error_description holds neither quotes, backslashes nor what is not ASCII */
static struct slice plain(struct arena *arena, struct slice text)
{
	struct buf buf;
	buf_init_arena(&buf, arena, WHY_MAX);
	for (size_t i = 0; i < text.len && i < WHY_MAX; i++) {
		char c = text.ptr[i];
		bool fits = c >= 0x20 && c < 0x7f && c != '"' && c != '\\';
		buf_add_byte(&buf, fits ? c : '?');
	}
	return buf_slice(&buf);
}

static enum oauth_error wrong(const struct check *check, enum oauth_error error, struct slice why)
{
	*check->why = plain(check->arena, why);
	return error;
}

static enum oauth_error wrong_metadata(const struct check *check, struct slice why)
{
	return wrong(check, OAUTH_INVALID_CLIENT_METADATA, why);
}

/* One each: a blank would make two of it. */
static bool are_single(const struct client_metadata_list *list)
{
	for (size_t i = 0; i < list->count; i++) {
		struct slice rest = list->items[i];
		struct slice word;
		if (!slice_word(&rest, &word) || word.len != list->items[i].len)
			return false;
	}
	return true;
}

static struct slice joined(const struct check *check, const struct client_metadata_list *list)
{
	struct buf buf;
	/* one too long is for client_form_check() to see */
	buf_init_arena(&buf, check->arena, CLIENT_URIS_MAX + REDIRECT_URI_MAX);
	for (size_t i = 0; i < list->count; i++)
		buf_add_part(&buf, '\n', list->items[i]);
	return buf_slice(&buf);
}

/* --- how it authenticates */

static struct slice said_setting(const struct client_metadata *metadata,
				 enum client_setting setting)
{
	for (size_t i = 0; i < metadata->setting_count; i++)
		if (metadata->settings[i].setting == setting)
			return metadata->settings[i].value;
	return SLICE_EMPTY;
}

/* RFC7591#2: client_secret_basic where nothing is said; of a document, none. */
static bool is_public(const struct check *check)
{
	struct slice method = said_setting(check->metadata, SETTING_AUTH_METHOD);
	return slice_equal(method, SLICE("none")) ||
	       (slice_is_empty(method) && check->rules->without_secret);
}

/* --- grants and response types */

static bool may_have(const struct check *check, enum grant grant)
{
	if (grant == GRANT_COUNT || !(check->rules->grants & GRANT_BIT(grant)))
		return false;
	return !grant_row(grant)->needs_secret || !is_public(check);
}

/* RFC7591#2.1: the grant type of the response types with an ID token. Here they hang on the
 * authorization code grant, and so does that name. D70 */
static bool asks_for_id_token(const struct check *check, struct slice grant_type)
{
	const struct client_metadata_list *types = &check->metadata->response_types;
	if (!check->rules->hybrid || !may_have(check, GRANT_AUTHORIZATION_CODE) ||
	    !slice_equal(grant_type, SLICE(NAME_GRANT_IMPLICIT)))
		return false;
	for (size_t i = 0; i < types->count; i++) {
		enum response_type type = response_type_parse(types->items[i]);
		if (type != RESPONSE_TYPE_COUNT && response_type_row(type)->is_offered &&
		    response_type_row(type)->is_hybrid)
			return true;
	}
	return false;
}

/* RFC7591#2, D70: authorization_code where nothing is said. What is not offered is left out;
 * refresh_token comes by itself. */
static uint32_t grants_of(const struct check *check)
{
	const struct client_metadata_list *said = &check->metadata->grant_types;
	uint32_t grants = 0;
	if (!said->is_said)
		return GRANT_BIT(GRANT_AUTHORIZATION_CODE);
	for (size_t i = 0; i < said->count; i++) {
		enum grant grant = grant_from_wire(said->items[i]);
		if (may_have(check, grant) && grant_row(grant)->may_be_chosen)
			grants |= GRANT_BIT(grant);
		if (asks_for_id_token(check, said->items[i]))
			grants |= GRANT_BIT(GRANT_AUTHORIZATION_CODE);
	}
	return grants;
}

struct slice client_metadata_grants(const struct client *client, struct arena *arena)
{
	struct slice types = client_setting_get(client->settings, SETTING_RESPONSE_TYPES);
	uint32_t grants = client->grants;
	bool has_types = grants_have(grants, GRANT_AUTHORIZATION_CODE);
	if (has_types && !response_type_gives(types, RESPONSE_GIVES_CODE))
		grants &= ~GRANT_BIT(GRANT_AUTHORIZATION_CODE);
	if (grants_have(grants, GRANT_REFRESH_TOKEN))
		grants |= GRANT_BIT(GRANT_REFRESH_TOKEN);
	struct slice text = grants_text(grants, arena);
	if (!has_types || !response_type_gives(types, RESPONSE_GIVES_ID_TOKEN))
		return text;
	return slice_trim(arena_printf(arena, "%.*s " NAME_GRANT_IMPLICIT, SLICE_ARG(text)));
}

static bool is_offered(const struct check *check, enum response_type type)
{
	if (type == RESPONSE_TYPE_COUNT)
		return false;
	const struct response_type_row *row = response_type_row(type);
	return row->is_offered && (!row->is_hybrid || check->rules->hybrid);
}

/* "code,code id_token"; "" when there is none. */
static struct slice response_types_of(const struct check *check)
{
	const struct client_metadata_list *said = &check->metadata->response_types;
	struct buf types;
	buf_init_arena(&types, check->arena, WHY_MAX);
	for (size_t i = 0; i < said->count; i++) {
		enum response_type type = response_type_parse(said->items[i]);
		if (!is_offered(check, type) || response_type_listed(buf_slice(&types), type))
			continue;
		buf_addf(&types, "%s%s", types.len > 0 ? "," : "", response_type_row(type)->name);
	}
	return said->is_said ? buf_slice(&types) : SLICE("code");
}

/* RFC7591#2.1: whoever has no authorization code has no use for a response type that gives one. */
static enum oauth_error check_types(const struct check *check, uint32_t grants, struct slice types)
{
	if (grants == 0)
		return wrong_metadata(check,
				      SLICE("None of the grant_types can be registered here."));
	if ((grants & GRANT_BIT(GRANT_AUTHORIZATION_CODE)) && slice_is_empty(types))
		return wrong_metadata(
			check,
			SLICE("The grant type authorization_code needs the response type code."));
	return OAUTH_OK;
}

static enum oauth_error put(const struct check *check, enum client_setting setting,
			    struct slice value)
{
	struct slice why;
	if (client_setting_put(check->arena, &check->client->settings, setting, value, &why) ==
	    ERR_OK)
		return OAUTH_OK;
	return wrong_metadata(check, why);
}

static enum oauth_error put_types(const struct check *check)
{
	uint32_t grants = grants_of(check);
	struct slice types = response_types_of(check);
	enum oauth_error error = check_types(check, grants, types);
	check->client->grants = grants;
	if (error != OAUTH_OK || !(grants & GRANT_BIT(GRANT_AUTHORIZATION_CODE)))
		return error;
	return put(check, SETTING_RESPONSE_TYPES, types);
}

/* --- the form */

/* The client's scopes that exist: RFC7591#2 lets the server choose. */
static enum oauth_error known_scopes(const struct check *check, struct slice *out)
{
	struct scope_set said;
	struct scope_set kept = { .count = 0 };
	if (scope_set_parse(check->metadata->scope, &said) != ERR_OK)
		return wrong_metadata(check, SLICE("scope is a list of names, 64 at most."));
	for (size_t i = 0; i < said.count; i++)
		if (scope_list_find(check->rules->known, said.names[i]))
			kept.names[kept.count++] = said.names[i];
	if (said.count > 0 && kept.count == 0)
		return wrong_metadata(check, SLICE("None of these scopes is known here."));
	*out = scope_set_text(&kept, check->arena);
	return OAUTH_OK;
}

static size_t grant_values(uint32_t grants, struct slice values[GRANT_COUNT])
{
	size_t count = 0;
	for (unsigned i = 0; i < GRANT_COUNT; i++)
		if (grants & GRANT_BIT(i))
			values[count++] = slice_str(grant_row((enum grant)i)->form);
	return count;
}

/* RFC7591#3.2.2 */
static enum oauth_error tell(const struct check *check, const struct client_faults *faults)
{
	for (unsigned i = 0; i < CLIENT_FIELD_COUNT; i++) {
		bool is_uri = i == CLIENT_FIELD_REDIRECT_URIS ||
			      i == CLIENT_FIELD_POST_LOGOUT_REDIRECT_URIS;
		if (!slice_is_empty(faults->of[i]))
			return wrong(check,
				     is_uri ? OAUTH_INVALID_REDIRECT_URI
					    : OAUTH_INVALID_CLIENT_METADATA,
				     faults->of[i]);
	}
	return OAUTH_OK;
}

static enum oauth_error fill_form(const struct check *check, struct slice scopes)
{
	struct slice grants[GRANT_COUNT];
	struct client_faults faults;
	const struct client_metadata *metadata = check->metadata;
	if (!are_single(&metadata->redirect_uris) ||
	    !are_single(&metadata->post_logout_redirect_uris))
		return wrong(check, OAUTH_INVALID_REDIRECT_URI,
			     SLICE("A URI is empty or holds a blank."));
	const struct client_form form = {
		.name = slice_is_empty(metadata->name) ? SLICE("Unnamed application")
						       : metadata->name,
		.client_type = is_public(check) ? SLICE("public") : SLICE("confidential"),
		.grant_types = grants,
		.grant_type_count = grant_values(check->client->grants, grants),
		.redirect_uris = joined(check, &metadata->redirect_uris),
		.post_logout_redirect_uris = joined(check, &metadata->post_logout_redirect_uris),
		.allowed_origins = SLICE_EMPTY,
		.algorithm = metadata->algorithm,
		.allowed_scopes = scopes,
		.default_scopes = SLICE_EMPTY,
	};
	client_form_check(&form, check->rules->known, check->arena, check->client, &faults);
	return tell(check, &faults);
}

/* --- the settings */

static enum oauth_error put_settings(const struct check *check)
{
	const struct client_metadata *metadata = check->metadata;
	for (size_t i = 0; i < metadata->setting_count; i++) {
		enum oauth_error error = put(check, metadata->settings[i].setting,
					     metadata->settings[i].value);
		if (error != OAUTH_OK)
			return error;
	}
	return OAUTH_OK;
}

/* D72: a device is a sector by itself; one that names somebody else's redirect URI as well would be
 * told the names that people have there. */
static bool sector_is_borrowed(const struct client *client)
{
	return client_setting_equals(client->settings, SETTING_SUBJECT_TYPE, "pairwise") &&
	       (client->grants & ~GRANT_BIT(GRANT_AUTHORIZATION_CODE)) &&
	       !slice_is_empty(client->redirect_uris);
}

/* RFC8705#2: where no certificate is ever seen, such a client would have locked itself out. */
static bool needs_certificate(const struct client *client)
{
	enum client_method method = client_method_of(client);
	return method == CLIENT_METHOD_TLS || method == CLIENT_METHOD_SELF_SIGNED_TLS ||
	       client_setting_is(client->settings, SETTING_CERTIFICATE_BOUND);
}

static enum oauth_error check_settings(const struct check *check)
{
	struct client_settings_fault fault;
	const struct client *client = check->client;
	enum client_method method = client_method_of(client);
	/* our own word for "basic or post" is no method that RFC7591#2 knows */
	if (slice_equal(said_setting(check->metadata, SETTING_AUTH_METHOD), SLICE("client_secret")))
		return wrong_metadata(
			check, SLICE("token_endpoint_auth_method is not one that is known."));
	if (!slice_is_empty(client_setting_get(client->settings, SETTING_SECTOR_IDENTIFIER_URI)))
		return wrong_metadata(
			check,
			SLICE("sector_identifier_uri is not taken from clients themselves."));
	if (sector_is_borrowed(client))
		return wrong_metadata(
			check, SLICE("pairwise is for the grant type authorization_code alone, or "
				     "for clients without redirect_uris."));
	if (check->rules->without_secret && client_method_has_secret(method))
		return wrong_metadata(
			check,
			SLICE("token_endpoint_auth_method is none or private_key_jwt here."));
	if (client_settings_check(client, &fault) != ERR_OK)
		return wrong_metadata(check, fault.why);
	if (!check->rules->certificates && needs_certificate(client))
		return wrong_metadata(
			check, SLICE("Certificates of clients are not seen by this server."));
	return OAUTH_OK;
}

/* --- web pages */

/* As browsers send it: RFC6454#6.2. "" where it has none. */
static struct slice origin_of(struct arena *arena, struct slice uri)
{
	struct slice origin = arena_lower(arena, uri_usual_origin(uri));
	return redirect_uri_check_origin(origin) == REDIRECT_URI_FINE ? origin : SLICE_EMPTY;
}

/* A page that runs in the browser reads the answers to it from where its codes are sent to. */
static void derive_origins(const struct check *check)
{
	struct slice rest = check->client->redirect_uris;
	struct slice uri;
	struct buf origins;
	buf_init_arena(&origins, check->arena, CLIENT_URIS_MAX);
	while (!slice_is_empty(rest) && slice_split(&rest, '\n', &uri)) {
		struct slice origin = origin_of(check->arena, uri);
		if (slice_is_empty(origin) || slice_has_part(buf_slice(&origins), '\n', origin))
			continue;
		buf_add_part(&origins, '\n', origin);
	}
	check->client->allowed_origins = buf_slice(&origins);
}

enum oauth_error client_metadata_check(const struct client_metadata *metadata,
				       const struct client_metadata_rules *rules,
				       struct arena *arena, struct client *client,
				       struct slice *why)
{
	struct slice scopes = SLICE_EMPTY;
	const struct check check = { metadata, rules, arena, client, why };
	*why = SLICE_EMPTY;
	enum oauth_error error = put_types(&check);
	if (error == OAUTH_OK)
		error = known_scopes(&check, &scopes);
	if (error == OAUTH_OK)
		error = fill_form(&check, scopes);
	if (error == OAUTH_OK)
		error = put_settings(&check);
	if (error == OAUTH_OK)
		error = check_settings(&check);
	if (error == OAUTH_OK)
		derive_origins(&check);
	return error;
}
