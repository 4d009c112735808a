/* SPDX-License-Identifier: Apache-2.0
 *
 * Members that have a field of their own are a short table; all others are settings, by their name
 * and kind. */
#include "flow/client_metadata.h"

#include "base/buf.h"
#include "base/ensure.h"

enum { WORDS_MAX = 2048 };

struct reader {
	const struct json *json;
	struct arena *arena;
	struct client_metadata *out;
};

/* --- reading ----------------------------------------------------------------------------- */

static bool is_said(const struct json *json, const char *name)
{
	return json_has(json, name) && !json_has_null(json, name);
}

static bool read_text(const struct reader *reader, const char *name, struct slice *out)
{
	struct slice text = SLICE_EMPTY;
	if (!is_said(reader->json, name))
		return true;
	bool fits = json_get_text(reader->json, name, &text);
	*out = arena_slice(reader->arena, text);
	return fits;
}

static bool read_list(const struct reader *reader, const char *name,
		      struct client_metadata_list *out)
{
	out->is_said = is_said(reader->json, name);
	if (!out->is_said)
		return true;
	/* RFC7591#2: an array, also of one; json_get_texts() takes a text for one, as JWTs may */
	AUTO(json) struct json *list = json_get(reader->json, name);
	if (!list ||
	    !json_get_texts(reader->json, name, out->items, CLIENT_METADATA_LIST_MAX, &out->count))
		return false;
	arena_slices(reader->arena, out->items, out->count);
	return true;
}

/* A value of each kind of setting, as text. */
typedef bool value_fn(const struct reader *reader, const char *name, struct slice *out);

static bool flag_value(const struct reader *reader, const char *name, struct slice *out)
{
	bool flag = false;
	bool fits = json_get_bool(reader->json, name, &flag);
	*out = flag ? SLICE("true") : SLICE("false");
	return fits;
}

static bool number_value(const struct reader *reader, const char *name, struct slice *out)
{
	int64_t number = 0;
	bool fits = json_get_number(reader->json, name, &number);
	*out = arena_printf(reader->arena, "%lld", (long long)number);
	return fits;
}

static bool words_value(const struct reader *reader, const char *name, struct slice *out)
{
	struct client_metadata_list list = { .count = 0 };
	struct buf words;
	buf_init_arena(&words, reader->arena, WORDS_MAX + 1);
	bool fits = read_list(reader, name, &list);
	for (size_t i = 0; i < list.count; i++)
		buf_add_part(&words, ' ', list.items[i]);
	*out = buf_slice(&words);
	return fits && buf_is_whole(&words);
}

static bool document_value(const struct reader *reader, const char *name, struct slice *out)
{
	AUTO(json) struct json *document = json_get(reader->json, name);
	if (document)
		*out = json_write(document, reader->arena);
	return document != NULL;
}

static value_fn *const values[] = {
	[SETTING_TEXT] = read_text,      [SETTING_FLAG] = flag_value,
	[SETTING_CHOICE] = read_text,    [SETTING_CHOICES] = read_text,
	[SETTING_WORDS] = words_value,   [SETTING_NUMBER] = number_value,
	[SETTING_HTTPS_URL] = read_text, [SETTING_ADDRESS] = read_text,
	[SETTING_HASH] = read_text,      [SETTING_JSON_SET] = document_value,
};

static bool read_setting(const struct reader *reader, enum client_setting setting)
{
	const struct client_setting_row *row = client_setting_row(setting);
	struct client_metadata *out = reader->out;
	if (!client_metadata_may_say(setting) || !is_said(reader->json, row->name))
		return true;
	struct client_metadata_setting *said = &out->settings[out->setting_count++];
	*said = (struct client_metadata_setting){ setting, SLICE_EMPTY };
	return values[row->kind](reader, row->name, &said->value);
}

static enum oauth_error wrong_type(const struct reader *reader, const char *name, struct slice *why)
{
	*why = arena_printf(reader->arena, "%s has the wrong type.", name);
	return OAUTH_INVALID_CLIENT_METADATA;
}

static enum oauth_error read_settings(const struct reader *reader, struct slice *why)
{
	for (unsigned i = 0; i < SETTING_COUNT; i++)
		if (!read_setting(reader, (enum client_setting)i))
			return wrong_type(reader, client_setting_row((enum client_setting)i)->name,
					  why);
	return OAUTH_OK;
}

static enum oauth_error read_fields(const struct reader *reader, struct slice *why)
{
	struct client_metadata *out = reader->out;
	const struct {
		const char *name;
		struct slice *text;
		struct client_metadata_list *list;
	} fields[] = {
		{ "client_name", &out->name, NULL },
		{ "scope", &out->scope, NULL },
		{ "id_token_signed_response_alg", &out->algorithm, NULL },
		{ "redirect_uris", NULL, &out->redirect_uris },
		{ "post_logout_redirect_uris", NULL, &out->post_logout_redirect_uris },
		{ "grant_types", NULL, &out->grant_types },
		{ "response_types", NULL, &out->response_types },
	};
	for (size_t i = 0; i < ARRAY_LEN(fields); i++) {
		bool fits = fields[i].text ? read_text(reader, fields[i].name, fields[i].text)
					   : read_list(reader, fields[i].name, fields[i].list);
		if (!fits)
			return wrong_type(reader, fields[i].name, why);
	}
	return OAUTH_OK;
}

enum oauth_error client_metadata_read(const struct json *json, struct arena *arena,
				      struct client_metadata *out, struct slice *why)
{
	const struct reader reader = { json, arena, out };
	*out = (struct client_metadata){ .name = SLICE_EMPTY,
					 .scope = SLICE_EMPTY,
					 .algorithm = SLICE_EMPTY };
	*why = SLICE_EMPTY;
	/* RFC7591#3.2.2: nobody is trusted to make them */
	if (is_said(json, "software_statement"))
		return OAUTH_INVALID_SOFTWARE_STATEMENT;
	enum oauth_error error = read_fields(&reader, why);
	return error == OAUTH_OK ? read_settings(&reader, why) : error;
}

/* --- writing ----------------------------------------------------------------------------- */

static void set_words(struct json *out, const char *name, struct slice text, char between)
{
	struct json *list = json_array_new();
	struct slice part;
	while (!slice_is_empty(text) && slice_split(&text, between, &part))
		json_append_text(list, part);
	if (json_count(list) > 0)
		json_set_json(out, name, &list);
	json_free(&list);
}

static void set_setting(struct json *out, const struct client_setting_row *row, struct slice value)
{
	struct json *document = NULL;
	int64_t number = 0;
	switch (row->kind) {
	case SETTING_FLAG:
		json_set_bool(out, row->name, slice_equal(value, SLICE("true")));
		break;
	case SETTING_NUMBER:
		ensure(slice_parse_int64(value, &number) == ERR_OK);
		json_set_number(out, row->name, number);
		break;
	case SETTING_WORDS:
		set_words(out, row->name, value, ' ');
		break;
	case SETTING_CHOICES:
		set_words(out, row->name, value, ',');
		break;
	case SETTING_JSON_SET:
		ensure(json_parse(value, &document) == ERR_OK);
		json_set_json(out, row->name, &document);
		break;
	default:
		json_set_text(out, row->name, value);
	}
}

/* "client_secret" is what a client may say that says nothing: RFC7591#2 */
static struct slice method_name(const struct client *client)
{
	struct slice method = client_setting_get(client->settings, SETTING_AUTH_METHOD);
	if (client->type == CLIENT_PUBLIC)
		return SLICE("none");
	return slice_equal(method, SLICE("client_secret")) ? SLICE("client_secret_basic") : method;
}

static void set_settings(const struct client *client, struct json *out)
{
	for (unsigned i = 0; i < SETTING_COUNT; i++) {
		enum client_setting setting = (enum client_setting)i;
		const struct client_setting_row *row = client_setting_row(setting);
		struct slice value = client_setting_get(client->settings, setting);
		bool is_always_told = setting == SETTING_APPLICATION_TYPE ||
				      setting == SETTING_SUBJECT_TYPE;
		if (!client_metadata_may_say(setting) || setting == SETTING_AUTH_METHOD)
			continue;
		if (is_always_told || !slice_equal(value, slice_str(row->initial)))
			set_setting(out, row, value);
	}
}

static void set_grants(const struct client *client, struct arena *arena, struct json *out)
{
	set_words(out, "grant_types", client_metadata_grants(client, arena), ' ');
	if (grants_have(client->grants, GRANT_AUTHORIZATION_CODE))
		set_words(out, "response_types",
			  client_setting_get(client->settings, SETTING_RESPONSE_TYPES), ',');
}

void client_metadata_write(const struct client *client, struct arena *arena, struct json *out)
{
	struct slice algorithm = slice_str(client_algorithm_name(client->algorithm));
	json_set_text(out, "client_name", client->name);
	set_words(out, "redirect_uris", client->redirect_uris, '\n');
	set_words(out, "post_logout_redirect_uris", client->post_logout_redirect_uris, '\n');
	set_grants(client, arena, out);
	if (!slice_is_empty(client->allowed_scopes))
		json_set_text(out, "scope", client->allowed_scopes);
	json_set_text(out, "token_endpoint_auth_method", method_name(client));
	json_set_text(out, "id_token_signed_response_alg",
		      slice_is_empty(algorithm) ? SLICE("RS256") : algorithm);
	set_settings(client, out);
}
