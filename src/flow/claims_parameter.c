/* SPDX-License-Identifier: Apache-2.0
 *
 * What it says of the ID token's sub and acr is more than a wish: OIDC#5.5.1, OIDC#5.5.1.1. */
#include "flow/claims_parameter.h"

#include "json/json.h"

/* One of our two places: missing, null or an object. */
static bool place_is_fine(const struct json *claims, const char *name)
{
	AUTO(json) struct json *place = json_get(claims, name);
	struct slice text;
	int64_t number;
	bool flag;
	if (place)
		return json_has_members(place);
	return !json_get_text(claims, name, &text) && !json_get_number(claims, name, &number) &&
	       !json_get_bool(claims, name, &flag);
}

static void read_sub(struct arena *arena, const struct json *id_token, struct claims_parameter *out)
{
	AUTO(json) struct json *sub = json_get(id_token, "sub");
	struct slice value;
	if (sub && json_get_text(sub, "value", &value))
		out->sub = arena_slice(arena, value);
}

/* Only as an essential claim with values is it a demand. */
static enum err read_acr(struct arena *arena, const struct json *id_token,
			 struct claims_parameter *out)
{
	AUTO(json) struct json *acr = json_get(id_token, "acr");
	bool essential = false;
	const char *name;
	if (!acr || !json_get_bool(acr, "essential", &essential) || !essential)
		return ERR_OK;
	name = json_has(acr, "values") ? "values" : "value";
	if (!json_has(acr, name))
		return ERR_OK;
	if (!json_get_texts(acr, name, out->acr, CLAIMS_ACR_MAX, &out->acr_count))
		return ERR_INVALID;
	for (size_t i = 0; i < out->acr_count; i++)
		out->acr[i] = arena_slice(arena, out->acr[i]);
	out->demands_acr = true;
	return ERR_OK;
}

enum err claims_parameter_read(struct arena *arena, struct slice text, struct claims_parameter *out)
{
	AUTO(json) struct json *claims = NULL;
	*out = (struct claims_parameter){ .acr_count = 0 };
	if (slice_is_empty(text))
		return ERR_OK;
	if (json_parse(text, &claims) != ERR_OK || !json_has_members(claims) ||
	    !place_is_fine(claims, "userinfo") || !place_is_fine(claims, "id_token"))
		return ERR_INVALID;
	out->text = json_write(claims, arena);
	AUTO(json) struct json *id_token = json_get(claims, "id_token");
	if (!id_token)
		return ERR_OK;
	read_sub(arena, id_token, out);
	return read_acr(arena, id_token, out);
}
