/* SPDX-License-Identifier: Apache-2.0
 *
 * The claims that are wanted are marked on the rows of the table first, by scope and by name, and
 * then written once, in the order of the table. `essential`, `value` and `values` change nothing:
 * what the account holds is said, what it does not hold is left out (OIDC#5.5.1). Names with a
 * language tag, and names we do not know, are passed over (OIDC#5.2, #5.5). */
#include "flow/user_claims.h"

#include "domain/claim.h"
#include "domain/names.h"

struct wanted {
	bool rows[CLAIM_MAX]; /* beside the rows of the table */
};

struct account {
	const struct user *user;
	struct claim_list claims;
	int64_t changed;
};

/* --- what is wanted
 * ---------------------------------------------------------------------------------------------------
 */

/* OIDC#5.4 */
static void want_by_scope(struct wanted *wanted, struct slice scope)
{
	for (size_t i = 0; i < claim_count(); i++)
		wanted->rows[i] = wanted->rows[i] ||
				  slice_has_word(scope, slice_str(claim_row(i)->scope));
}

static bool want_name(void *arg, struct slice name)
{
	struct wanted *wanted = arg;
	for (size_t i = 0; i < claim_count(); i++)
		wanted->rows[i] = wanted->rows[i] ||
				  slice_equal(name, slice_str(claim_asked_as(claim_row(i))));
	return true;
}

/* OIDC#5.5 */
static void want_by_name(struct wanted *wanted, struct slice requested,
			 enum user_claims_place place)
{
	AUTO(json) struct json *json = NULL;
	if (slice_is_empty(requested) || json_parse(requested, &json) != ERR_OK)
		return;
	AUTO(json)
	struct json *names = json_get(json,
				      place == CLAIMS_IN_ID_TOKEN ? NAME_ID_TOKEN : "userinfo");
	if (names && json_has_members(names))
		json_each_name(names, want_name, wanted);
}

/* --- what is written
 * --------------------------------------------------------------------------------------------------
 */

static struct slice value_of(const struct account *account, const char *name)
{
	struct slice value = claim_value(&account->claims, name);
	if (slice_is_empty(value) && slice_equal(slice_str(name), SLICE("preferred_username")))
		return account->user->name;
	return value;
}

static int64_t updated_at(const struct account *account)
{
	return account->changed > 0 ? account->changed : account->user->created;
}

/* OIDC#5.1: each in its type; #5.3.2: what is not there is left out, not null */
static void write_claim(const struct account *account, const struct claim_row *row,
			struct json *out, struct json *address)
{
	struct slice value = value_of(account, row->name);
	if (row->type == CLAIM_NUMBER)
		json_set_number(out, row->name, updated_at(account));
	else if (slice_is_empty(value))
		return;
	else if (row->type == CLAIM_FLAG)
		json_set_bool(out, row->name, slice_equal(value, SLICE("true")));
	else if (row->type == CLAIM_ADDRESS_PART)
		json_set_text(address, row->member, value);
	else
		json_set_text(out, row->name, value);
}

static void write_wanted(const struct account *account, const struct wanted *wanted,
			 struct json *out)
{
	AUTO(json) struct json *address = json_object_new();
	for (size_t i = 0; i < claim_count(); i++)
		if (wanted->rows[i])
			write_claim(account, claim_row(i), out, address);
	/* OIDC#5.1.1 */
	if (json_count(address) > 0)
		json_set_json(out, "address", &address);
}

static bool wants_any(const struct wanted *wanted)
{
	for (size_t i = 0; i < claim_count(); i++)
		if (wanted->rows[i])
			return true;
	return false;
}

enum err user_claims_add(const struct flow *flow, const struct call *call,
			 const struct user_claims_request *request, struct json *out)
{
	struct wanted wanted = { .rows = { false } };
	struct account account = { .changed = 0 };
	struct user *user = NULL;
	want_by_scope(&wanted, request->scope);
	want_by_name(&wanted, request->requested, request->place);
	if (!wants_any(&wanted))
		return ERR_OK;
	enum find find = store_user_find(flow->store, call->arena, request->user, &user);
	if (find != FOUND)
		return find == ABSENT ? ERR_ABSENT : ERR_DATABASE;
	account.user = user;
	enum err err = store_user_claims(flow->store, call->arena, request->user, &account.claims,
					 &account.changed);
	if (err == ERR_OK)
		write_wanted(&account, &wanted, out);
	return err;
}
