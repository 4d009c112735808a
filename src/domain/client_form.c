/* SPDX-License-Identifier: Apache-2.0
 *
 * The checks of the application form: one per field, each of which gives a sentence or the value as
 * it is stored. A field that is wrong leaves its value in `client` as it was. Which fields need
 * each other (a secret, a redirect URI) comes last. */

#include "base/buf.h"
#include "domain/client.h"
#include "domain/names.h"
#include "domain/plain_text.h"
#include "domain/redirect_uri.h"

enum { SHOWN_MAX = 60 /* bytes of a wrong value that its sentence shows */ };

/* What every check works on. */
struct check {
	const struct client_form *form;
	const struct scope_list *known;
	struct arena *arena;
	struct client *client;
	struct client_faults *faults;
};

/* Words for values that are no longer, or not here, something to choose. */
struct refusal {
	const char *value;
	const char *sentence;
};

static const char password_sentence[] =
	"The password grant is not offered: it hands people's passwords to applications. "
	"Use the authorization code grant, or the device code grant where there is no browser.";
static const char implicit_sentence[] =
	"The implicit grant is not offered: it puts tokens into URLs. "
	"Use the authorization code grant with PKCE.";
static const char hybrid_sentence[] =
	"OpenID Connect hybrid is not offered here: it puts tokens into URLs. "
	"Use the authorization code grant with PKCE.";
static const char refresh_sentence[] =
	"Refresh tokens come with the device code and authorization code grants: "
	"they are not chosen.";
static const char shared_key_sentence[] =
	"HS256 is not offered: it would make the client's secret a signing key. "
	"Use RS256 or ES256.";
static const char unsigned_sentence[] =
	"ID tokens are always signed: choose RS256, ES256 or PS256.";

static const struct refusal refused_grants[] = {
	{ NAME_GRANT_PASSWORD, password_sentence }, /* RFC9700#2.4: must not be used */
	{ NAME_GRANT_IMPLICIT, implicit_sentence }, /* RFC9700#2.1.2: should not be used */
	{ "openid-hybrid", hybrid_sentence }, /* RFC9700#2.1.2: nor other tokens in redirects */
	{ NAME_GRANT_REFRESH_TOKEN, refresh_sentence }, { "refresh-token", refresh_sentence },
};

static const struct refusal refused_algorithms[] = {
	{ "HS256", shared_key_sentence },
	{ "none", unsigned_sentence },
};

static const char *find_refusal(const struct refusal *rows, size_t count, struct slice value)
{
	for (size_t i = 0; i < count; i++) {
		if (slice_equal_nocase(value, slice_str(rows[i].value)))
			return rows[i].sentence;
	}
	return NULL;
}

static void fault(struct check *check, enum client_field field, struct slice sentence)
{
	/* The first thing wrong with a field is the one to mend first. */
	if (slice_is_empty(check->faults->of[field]))
		check->faults->of[field] = sentence;
	check->faults->any = true;
}

/* The beginning of a value for a sentence. It is printed on terminals too: nothing but printable
 * ASCII stays. */
static struct slice shown(struct check *check, struct slice value)
{
	struct buf buf;

	buf_init_arena(&buf, check->arena, SHOWN_MAX + 3);
	for (size_t i = 0; i < value.len && i < SHOWN_MAX; i++) {
		char c = value.ptr[i];

		buf_add_byte(&buf, c > 0x20 && c < 0x7f ? c : '?');
	}
	if (value.len > SHOWN_MAX)
		buf_add_str(&buf, "...");
	return buf_slice(&buf);
}

static void fault_of_value(struct check *check, enum client_field field, struct slice value,
			   struct slice words)
{
	struct slice start = shown(check, value);

	fault(check, field,
	      arena_printf(check->arena, "%.*s %.*s", SLICE_ARG(start), SLICE_ARG(words)));
}

static void check_name(struct check *check)
{
	struct slice name = slice_trim(check->form->name);

	if (slice_is_empty(name))
		fault(check, CLIENT_FIELD_NAME,
		      SLICE("Give the application a name: people see it when they are asked."));
	else if (name.len > CLIENT_NAME_MAX)
		fault(check, CLIENT_FIELD_NAME,
		      SLICE("The name is too long: 200 bytes are the most."));
	else if (!plain_text_is_line(name))
		fault(check, CLIENT_FIELD_NAME,
		      SLICE("The name holds a character that cannot be shown."));
	else
		check->client->name = arena_slice(check->arena, name);
}

static void check_type(struct check *check)
{
	enum client_type type = client_type_parse(slice_trim(check->form->client_type));

	if (type == CLIENT_TYPE_COUNT)
		fault(check, CLIENT_FIELD_TYPE, SLICE("Choose public or confidential."));
	else
		check->client->type = type;
}

static void check_algorithm(struct check *check)
{
	struct slice value = slice_trim(check->form->algorithm);
	enum client_algorithm algorithm = client_algorithm_parse(value);
	const char *sentence = find_refusal(refused_algorithms, ARRAY_LEN(refused_algorithms),
					    value);

	if (algorithm != CLIENT_ALG_COUNT)
		check->client->algorithm = algorithm;
	else if (sentence != NULL)
		fault(check, CLIENT_FIELD_ALGORITHM, slice_str(sentence));
	else
		fault(check, CLIENT_FIELD_ALGORITHM,
		      SLICE("Choose RS256, ES256 or PS256, or leave it to the server."));
}

/* The form's word for the code grant with an ID token beside the code: OIDC#3.3. */
static bool is_hybrid(const struct check *check, struct slice value)
{
	return check->form->hybrid && slice_equal(value, SLICE("openid-hybrid"));
}

static void allow_hybrid(struct check *check)
{
	struct slice why;

	if (client_setting_put(check->arena, &check->client->settings, SETTING_RESPONSE_TYPES,
			       SLICE("code,code id_token"), &why) != ERR_OK)
		fault(check, CLIENT_FIELD_GRANT, why);
}

/* D71: tokens of others, and people whom nobody asks. What an administrator has allowed may stay.
 */
static bool is_for_admins(const struct check *check, enum grant grant)
{
	return check->form->by_owner && grant_row(grant)->for_admins &&
	       !(check->client->grants & GRANT_BIT(grant));
}

/* The bit of one chosen grant type; 0 when it is refused. */
static uint32_t check_grant(struct check *check, struct slice value)
{
	if (is_hybrid(check, value)) {
		allow_hybrid(check);
		return GRANT_BIT(GRANT_AUTHORIZATION_CODE);
	}
	enum grant grant = grant_from_form(value);
	const char *sentence = find_refusal(refused_grants, ARRAY_LEN(refused_grants), value);

	if (grant != GRANT_COUNT && !is_for_admins(check, grant))
		return GRANT_BIT(grant);
	if (grant != GRANT_COUNT)
		fault_of_value(check, CLIENT_FIELD_GRANT, value,
			       SLICE("is for an administrator to allow."));
	else if (sentence != NULL)
		fault(check, CLIENT_FIELD_GRANT, slice_str(sentence));
	else
		fault_of_value(check, CLIENT_FIELD_GRANT, value,
			       SLICE("is not a grant type of this server."));
	return 0;
}

static void check_grants(struct check *check)
{
	uint32_t grants = 0;

	for (size_t i = 0; i < check->form->grant_type_count; i++) {
		struct slice value = slice_trim(check->form->grant_types[i]);

		/* The empty choice of a form is none. */
		if (!slice_is_empty(value))
			grants |= check_grant(check, value);
	}
	if (!slice_is_empty(check->faults->of[CLIENT_FIELD_GRANT]))
		return;
	if (grants == 0)
		fault(check, CLIENT_FIELD_GRANT, SLICE("Choose at least one grant type."));
	else
		check->client->grants = grants;
}

/* A list of URIs: what the form holds, the field, the rule for each, and where the result goes. */
struct uri_list {
	enum client_field field;
	struct slice typed;
	enum redirect_uri_fault (*rule)(struct slice uri);
	struct slice *out;
};

static void fault_of_uri(struct check *check, enum client_field field, struct slice uri,
			 enum redirect_uri_fault wrong)
{
	struct slice start = shown(check, uri);
	struct slice words = redirect_uri_fault_text(wrong);

	fault(check, field,
	      arena_printf(check->arena, "%.*s: %.*s", SLICE_ARG(start), SLICE_ARG(words)));
}

static void check_uris(struct check *check, const struct uri_list *list)
{
	struct slice rest = list->typed;
	struct slice uri;
	struct buf buf;

	if (rest.len > CLIENT_URIS_MAX) {
		fault(check, list->field, SLICE("The list is too long: 4096 bytes are the most."));
		return;
	}
	buf_init_arena(&buf, check->arena, CLIENT_URIS_MAX);
	while (slice_word(&rest, &uri)) {
		enum redirect_uri_fault wrong = list->rule(uri);

		if (wrong != REDIRECT_URI_FINE) {
			fault_of_uri(check, list->field, uri, wrong);
			return;
		}
		if (slice_has_part(buf_slice(&buf), '\n', uri))
			continue;
		buf_add_part(&buf, '\n', uri);
	}
	*list->out = buf_slice(&buf);
}

static void check_uri_lists(struct check *check)
{
	const struct uri_list lists[] = {
		{ CLIENT_FIELD_REDIRECT_URIS, check->form->redirect_uris, redirect_uri_check,
		  &check->client->redirect_uris },
		{ CLIENT_FIELD_POST_LOGOUT_REDIRECT_URIS, check->form->post_logout_redirect_uris,
		  redirect_uri_check, &check->client->post_logout_redirect_uris },
		{ CLIENT_FIELD_ALLOWED_ORIGINS, check->form->allowed_origins,
		  redirect_uri_check_origin, &check->client->allowed_origins },
	};

	for (size_t i = 0; i < ARRAY_LEN(lists); i++)
		check_uris(check, &lists[i]);
}

/* Typed scopes may stand on several lines; the wire knows the blank alone. */
static struct slice with_blanks(struct check *check, struct slice typed)
{
	struct slice word;
	struct buf buf;

	buf_init_arena(&buf, check->arena, SCOPE_TEXT_MAX);
	while (slice_word(&typed, &word))
		buf_add_part(&buf, ' ', word);
	return buf_slice(&buf);
}

/* The set, when the text names scopes that exist. */
static bool check_scopes(struct check *check, enum client_field field, struct slice typed,
			 struct scope_set *set)
{
	set->count = 0;
	if (typed.len > SCOPE_TEXT_MAX) {
		fault(check, field, SLICE("The list is too long: 4096 bytes are the most."));
		return false;
	}
	if (scope_set_parse(with_blanks(check, typed), set) != ERR_OK) {
		fault(check, field,
		      SLICE("Write the names of scopes with blanks between them, 64 at most."));
		return false;
	}
	for (size_t i = 0; i < set->count; i++) {
		if (scope_list_find(check->known, set->names[i]) == NULL) {
			fault_of_value(check, field, set->names[i],
				       SLICE("is not a scope of this server."));
			return false;
		}
	}
	return true;
}

static void check_scope_lists(struct check *check)
{
	struct scope_set allowed;
	struct scope_set defaults;
	bool allowed_fine = check_scopes(check, CLIENT_FIELD_ALLOWED_SCOPES,
					 check->form->allowed_scopes, &allowed);

	if (allowed_fine)
		check->client->allowed_scopes = scope_set_text(&allowed, check->arena);
	if (!check_scopes(check, CLIENT_FIELD_DEFAULT_SCOPES, check->form->default_scopes,
			  &defaults))
		return;
	if (allowed_fine && allowed.count > 0 && !scope_set_covers(&allowed, &defaults))
		fault(check, CLIENT_FIELD_DEFAULT_SCOPES,
		      SLICE("A default scope must be one of the allowed scopes."));
	else
		check->client->default_scopes = scope_set_text(&defaults, check->arena);
}

/* What the chosen grant types need. Looked at only where the fields themselves are fine. */
static void check_needs(struct check *check)
{
	const struct client_faults *faults = check->faults;
	bool type_fine = slice_is_empty(faults->of[CLIENT_FIELD_TYPE]);
	bool uris_fine = slice_is_empty(faults->of[CLIENT_FIELD_REDIRECT_URIS]);

	if (!slice_is_empty(faults->of[CLIENT_FIELD_GRANT]))
		return;
	for (unsigned i = 0; i < GRANT_COUNT; i++) {
		const struct grant_row *row = grant_row((enum grant)i);

		if ((check->client->grants & GRANT_BIT(i)) == 0)
			continue;
		/* RFC6749#4.4: a public client has nothing to prove itself with */
		if (row->needs_secret && type_fine && check->client->type != CLIENT_CONFIDENTIAL)
			fault_of_value(check, CLIENT_FIELD_GRANT, slice_str(row->form),
				       SLICE("is for confidential clients alone."));
		/* RFC6749#3.1.2.2: whoever is redirected to must be registered */
		if (row->needs_redirect_uri && uris_fine &&
		    slice_is_empty(check->client->redirect_uris))
			fault(check, CLIENT_FIELD_REDIRECT_URIS,
			      SLICE("The authorization code grant needs a redirect URI."));
	}
}

void client_form_check(const struct client_form *form, const struct scope_list *known,
		       struct arena *arena, struct client *client, struct client_faults *faults)
{
	struct check check = {
		.form = form, .known = known, .arena = arena, .client = client, .faults = faults
	};

	*faults = (struct client_faults){ .why = SLICE_EMPTY };
	for (unsigned i = 0; i < CLIENT_FIELD_COUNT; i++)
		faults->of[i] = SLICE_EMPTY;
	check_name(&check);
	check_type(&check);
	check_grants(&check);
	check_uri_lists(&check);
	check_algorithm(&check);
	check_scope_lists(&check);
	check_needs(&check);
}
