/* SPDX-License-Identifier: Apache-2.0
 *
 * Authorization requests, judged: an answer goes to a registered address or nowhere, a public
 * client never gets by without PKCE, and nothing is granted that the client may not have. */
#include <stdlib.h>

#include "domain/authorization_request.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define URI "https://app.example.com/cb"
#define ALLOWED "openid email offline_access"

static const struct scope scope_rows[] = {
	{ SLICE("openid"), SLICE(""), true },
	{ SLICE("email"), SLICE(""), false },
	{ SLICE("offline_access"), SLICE(""), false },
	{ SLICE("files"), SLICE(""), false },
};
static const struct scope_list scopes = { scope_rows, ARRAY_LEN(scope_rows) };
static struct resource resource_rows[] = { { .uri = SLICE("https://api.example.com/") } };
static const struct resource_list resources = { resource_rows, ARRAY_LEN(resource_rows) };

static bool has_word(struct slice list, struct slice wanted)
{
	struct slice word;
	while (slice_word(&list, &word))
		if (slice_equal(word, wanted))
			return true;
	return false;
}

static void check_words(struct slice words, struct slice allowed)
{
	struct slice word;
	while (slice_word(&words, &word))
		if (!has_word(allowed, word))
			abort();
}

static void check_granted(const struct client *client, const struct authorization_request *request)
{
	check_words(request->scope, SLICE(ALLOWED));
	check_words(request->resource, SLICE("https://api.example.com/"));
	if (slice_is_empty(request->scope) || request->max_age < -1)
		abort();
	if (client->type == CLIENT_PUBLIC && request->code_challenge.len < 43)
		abort();
}

static void judge(struct arena *arena, const struct client *client,
		  const struct authorization_parameters *parameters)
{
	const struct authorization_rules rules = { .client = client,
						   .hybrid = true,
						   .sign_up = true,
						   .scopes = &scopes,
						   .resources = &resources };
	struct authorization_request request;
	struct authorization_refusal refusal;
	struct slice uri;
	if (authorization_target(parameters, client, &uri) != TARGET_FINE)
		return;
	if (!slice_equal(uri, SLICE(URI)))
		abort();
	(void)authorization_response_mode(parameters, uri);
	(void)authorization_is_silent(parameters);
	if (authorization_request_check(&rules, parameters, arena, &request, &refusal))
		check_granted(client, &request);
	else if (refusal.error == OAUTH_OK)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const enum client_type types[] = { CLIENT_PUBLIC, CLIENT_CONFIDENTIAL };
	AUTO(arena) struct arena *arena = arena_new();
	struct authorization_parameters parameters;
	if (authorization_parameters_parse(arena, slice_of(data, size), &parameters) != ERR_OK)
		return 0;
	for (size_t i = 0; i < ARRAY_LEN(types); i++) {
		const struct client client = { .client_id = SLICE("app"),
					       .type = types[i],
					       .grants = GRANT_BIT(GRANT_AUTHORIZATION_CODE),
					       .redirect_uris = SLICE(URI),
					       .allowed_scopes = SLICE(ALLOWED),
					       .settings = SLICE("") };
		judge(arena, &client, &parameters);
	}
	return 0;
}
