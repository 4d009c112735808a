/* SPDX-License-Identifier: Apache-2.0
 *
 * The contract: what people have allowed, which grows with each code that is to be remembered. */
#include "world.h"

static void allow(struct world *w, struct slice scope, struct slice resource, int64_t at)
{
	struct code_new new = world_code(w);
	new.code.authorization.scope = scope;
	new.code.authorization.resource = resource;
	new.code.authorization.created = w->now + at;
	new.remember = true;
	ck_ok(store_code_insert(w->store, &new, NULL));
}

static bool has_consent(struct world *w, const struct id *user, const struct id *client)
{
	struct consent *consent;
	enum find found = store_consent_find(w->store, w->arena, user, client, &consent);
	ck_assert_int_ne(found, FIND_FAILED);
	ck_assert((found == FOUND) == (consent != NULL));
	return found == FOUND;
}

START_TEST(what_was_allowed_by_other_names_is_remembered_too)
{
	WORLD(w);
	struct code_new new = world_code(&w);
	struct consent *consent;
	new.code.authorization.scope = SLICE("openid");
	new.remember_more = SLICE("email openid");
	ck_ok(store_code_insert(w.store, &new, NULL));
	ck_assert(!has_consent(&w, &w.user, &w.client));
	new = world_code(&w);
	new.code.authorization.scope = SLICE("openid");
	new.remember_more = SLICE("email openid");
	new.remember = true;
	ck_ok(store_code_insert(w.store, &new, NULL));
	ck_found(store_consent_find(w.store, w.arena, &w.user, &w.client, &consent));
	ck_slice(consent->scope, "openid email");
	allow(&w, SLICE("profile openid"), SLICE(""), 1);
	ck_found(store_consent_find(w.store, w.arena, &w.user, &w.client, &consent));
	ck_slice(consent->scope, "openid email profile");
}
END_TEST

START_TEST(only_what_is_to_be_remembered_is)
{
	WORLD(w);
	world_code_given(&w);
	ck_assert(!has_consent(&w, &w.user, &w.client));
	allow(&w, SLICE("openid profile"), SLICE("https://a.example/"), 5);
	struct consent *consent;
	ck_found(store_consent_find(w.store, w.arena, &w.user, &w.client, &consent));
	ck_assert(id_equal(&consent->user, &w.user) && id_equal(&consent->client, &w.client));
	ck_slice(consent->scope, "openid profile");
	ck_slice(consent->resource, "https://a.example/");
	ck_assert_int_eq(consent->created, w.now + 5);
	struct id eve = world_add_user(&w, "eve");
	struct id printer = world_add_client(&w, "printer");
	ck_assert(!has_consent(&w, &eve, &w.client) && !has_consent(&w, &w.user, &printer));
}
END_TEST

struct union_row {
	const char *name;
	struct slice before;
	struct slice more;
	struct slice after;
};

static const struct union_row union_rows[] = {
	{ "what is new comes behind what was there", SLICE("openid profile"),
	  SLICE("email profile phone"), SLICE("openid profile email phone") },
	{ "less takes nothing away", SLICE("openid profile"), SLICE("profile"),
	  SLICE("openid profile") },
	{ "nothing is added to", SLICE(""), SLICE("openid"), SLICE("openid") },
	{ "nothing is added", SLICE("openid"), SLICE(""), SLICE("openid") },
	{ "nothing and nothing is nothing", SLICE(""), SLICE(""), SLICE("") },
	{ "a part of a word is another word", SLICE("read:all"), SLICE("read all"),
	  SLICE("read:all read all") },
	{ "what stands there twice is one", SLICE("openid openid"), SLICE("email email"),
	  SLICE("openid email") },
};

START_TEST(what_was_allowed_stays_allowed)
{
	const struct union_row *row = &union_rows[_i];
	WORLD(w);
	struct consent *consent;
	allow(&w, row->before, SLICE("https://a.example/"), 5);
	allow(&w, row->more, SLICE("https://b.example/ https://a.example/"), 9);
	ck_found(store_consent_find(w.store, w.arena, &w.user, &w.client, &consent));
	ck_assert_msg(slice_equal(consent->scope, row->after), "%s: %.*s", row->name,
		      SLICE_ARG(consent->scope));
	ck_slice(consent->resource, "https://a.example/ https://b.example/");
	ck_assert_int_eq(consent->created, w.now + 9);
}
END_TEST

START_TEST(nothing_is_remembered_when_nothing_is_given)
{
	WORLD(w);
	struct code_new new = world_code(&w);
	new.remember = true;
	new.session = world_hash();
	ck_err(store_code_insert(w.store, &new, NULL), ERR_UNCHANGED);
	ck_assert(!has_consent(&w, &w.user, &w.client));
	/* Without a code it is remembered all the same. */
	new = world_code(&w);
	new.remember = true;
	new.code.hash = (struct hash){ 0 };
	ck_ok(store_code_insert(w.store, &new, NULL));
	ck_assert(has_consent(&w, &w.user, &w.client));
}
END_TEST

START_TEST(consents_are_listed_newest_first_and_removed_once)
{
	WORLD(w);
	struct id television = w.client;
	struct client printer = world_client(&w, "printer");
	struct event event = world_event(&w, EVENT_CONSENT_REMOVED);
	struct id nobody = world_id();
	struct consent_list list;
	printer.name = SLICE("Printer");
	ck_ok(store_client_insert(w.store, &printer, NULL, NULL));
	allow(&w, SLICE("openid"), SLICE(""), 5);
	w.client = printer.id;
	allow(&w, SLICE("email"), SLICE(""), 6);
	ck_ok(store_consent_list(w.store, w.arena, &w.user, &list));
	ck_assert_uint_eq(list.count, 2);
	ck_slice(list.items[0].client_name, "Printer");
	ck_slice(list.items[0].scope, "email");
	ck_slice(list.items[1].client_name, "Television");
	ck_ok(store_consent_remove(w.store, &w.user, &printer.id, &event));
	ck_err(store_consent_remove(w.store, &w.user, &printer.id, &event), ERR_ABSENT);
	ck_err(store_consent_remove(w.store, &nobody, &television, &event), ERR_ABSENT);
	ck_ok(store_consent_list(w.store, w.arena, &w.user, &list));
	ck_assert(list.count == 1 && id_equal(&list.items[0].client, &television));
	ck_ok(store_consent_list(w.store, w.arena, &nobody, &list));
	ck_assert_uint_eq(list.count, 0);
	ck_assert_uint_eq(world_events(&w, EVENT_CONSENT_REMOVED), 1);
}
END_TEST

START_TEST(consents_go_with_their_person_and_their_client)
{
	WORLD(w);
	struct id ada = w.user;
	allow(&w, SLICE("openid"), SLICE(""), 5);
	w.user = world_add_user(&w, "eve");
	w.session = world_add_session(&w, &w.user);
	allow(&w, SLICE("openid"), SLICE(""), 5);
	ck_ok(store_user_remove(w.store, &ada, NULL));
	ck_assert(!has_consent(&w, &ada, &w.client) && has_consent(&w, &w.user, &w.client));
	ck_ok(store_client_remove(w.store, &w.client, NULL));
	ck_assert(!has_consent(&w, &w.user, &w.client));
	ck_assert_uint_eq(world_faults(&w), 0);
}
END_TEST

void contract_consents(TCase *tc)
{
	tcase_add_test(tc, what_was_allowed_by_other_names_is_remembered_too);
	tcase_add_test(tc, only_what_is_to_be_remembered_is);
	tcase_add_loop_test(tc, what_was_allowed_stays_allowed, 0, ARRAY_LEN(union_rows));
	tcase_add_test(tc, nothing_is_remembered_when_nothing_is_given);
	tcase_add_test(tc, consents_are_listed_newest_first_and_removed_once);
	tcase_add_test(tc, consents_go_with_their_person_and_their_client);
}
