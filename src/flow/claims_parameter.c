/* SPDX-License-Identifier: Apache-2.0
 *
 * What it says of the ID token's sub and acr is more than a wish: OIDC#5.5.1, OIDC#5.5.1.1. */
#include "flow/claims_parameter.h"

#include "domain/claim.h"
#include "domain/names.h"
#include "json/json.h"

static const char *const places[] = { "userinfo", NAME_ID_TOKEN };

/* --- what is demanded */

/* Several are taken for any of them. */
static enum err read_sub(struct arena *arena, const struct json *id_token,
			 struct claims_parameter *out)
{
	AUTO(json) struct json *sub = json_get(id_token, NAME_SUB);
	const char *name = sub && json_has(sub, "values") ? "values" : "value";
	if (!sub || !json_has(sub, name))
		return ERR_OK;
	if (!json_get_texts(sub, name, out->sub, CLAIMS_SUB_MAX, &out->sub_count))
		return ERR_INVALID;
	arena_slices(arena, out->sub, out->sub_count);
	return ERR_OK;
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
	arena_slices(arena, out->acr, out->acr_count);
	out->demands_acr = true;
	return ERR_OK;
}

/* --- what is wished */

struct picking {
	const struct claims_rules *rules;
	struct scope_set more; /* not granted: pointing to the table of claims */
	struct json *names;    /* of the place that is read */
};

/* NULL for one that is no wish about the person. An address is asked for as a whole: that is its
 * first part's row. */
static const struct claim_row *find_claim(struct slice name)
{
	for (size_t i = 0; i < claim_count(); i++) {
		if (slice_equal(name, slice_str(claim_asked_as(claim_row(i)))))
			return claim_row(i);
	}
	return NULL;
}

static bool may_know(const struct claims_rules *rules, struct slice scope)
{
	if (slice_has_word(rules->granted, scope))
		return true;
	return scope_list_find(rules->known, scope) &&
	       (slice_is_empty(rules->allowed) || slice_has_word(rules->allowed, scope));
}

static bool pick(void *arg, struct slice name)
{
	struct picking *picking = arg;
	const struct claim_row *row = find_claim(name);
	struct slice scope = row ? slice_str(row->scope) : SLICE_EMPTY;
	if (slice_is_empty(scope) || !may_know(picking->rules, scope))
		return true;
	json_set_null(picking->names, claim_asked_as(row));
	if (!slice_has_word(picking->rules->granted, scope) &&
	    !scope_set_has(&picking->more, scope) && picking->more.count < SCOPE_MAX)
		picking->more.names[picking->more.count++] = scope;
	return true;
}

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

static void pick_place(const struct json *claims, const char *place, struct picking *picking,
		       struct json *kept)
{
	AUTO(json) struct json *wished = json_get(claims, place);
	if (!wished)
		return;
	picking->names = json_object_new();
	json_each_name(wished, pick, picking);
	if (json_count(picking->names) > 0)
		json_set_json(kept, place, &picking->names);
	json_free(&picking->names);
}

static void pick_claims(struct arena *arena, const struct json *claims,
			const struct claims_rules *rules, struct claims_parameter *out)
{
	AUTO(json) struct json *kept = json_object_new();
	struct picking picking = { .rules = rules };
	for (size_t i = 0; i < ARRAY_LEN(places); i++)
		pick_place(claims, places[i], &picking, kept);
	if (json_count(kept) > 0)
		out->text = json_write(kept, arena);
	out->scope = scope_set_text(&picking.more, arena);
}

enum err claims_parameter_read(struct arena *arena, struct slice text,
			       const struct claims_rules *rules, struct claims_parameter *out)
{
	AUTO(json) struct json *claims = NULL;
	*out = (struct claims_parameter){ .acr_count = 0 };
	if (slice_is_empty(text))
		return ERR_OK;
	if (json_parse(text, &claims) != ERR_OK || !json_has_members(claims) ||
	    !place_is_fine(claims, places[0]) || !place_is_fine(claims, places[1]))
		return ERR_INVALID;
	pick_claims(arena, claims, rules, out);
	AUTO(json) struct json *id_token = json_get(claims, NAME_ID_TOKEN);
	if (!id_token)
		return ERR_OK;
	enum err err = read_sub(arena, id_token, out);
	return err == ERR_OK ? read_acr(arena, id_token, out) : err;
}
