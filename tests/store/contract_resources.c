/* SPDX-License-Identifier: Apache-2.0
 *
 * The contract: resources, and the settings of clients. */
#include "world.h"

static struct resource new_resource(const struct world *w, const char *uri)
{
	return (struct resource){ .uri = slice_str(uri),
				  .name = SLICE("Printers \xc3\xa9"),
				  .scopes = SLICE("print read"),
				  .client = w->client,
				  .format = TOKEN_FORMAT_JWT,
				  .lifetime = 600,
				  .created = w->now };
}

static struct resource_list list_resources(struct world *w)
{
	struct resource_list list;
	ck_ok(store_resource_list(w->store, w->arena, &list));
	return list;
}

START_TEST(resources_are_listed_by_uri)
{
	WORLD(w);
	struct resource b = new_resource(&w, "https://b.example/");
	struct resource a = new_resource(&w, "https://a.example/");
	struct event event = world_event(&w, EVENT_RESOURCE_CHANGED);
	b.client = (struct id){ 0 };
	b.format = TOKEN_FORMAT_DEFAULT;
	ck_ok(store_resource_insert(w.store, &b, &event));
	ck_ok(store_resource_insert(w.store, &a, &event));
	ck_err(store_resource_insert(w.store, &a, &event), ERR_CONFLICT);
	struct resource_list list = list_resources(&w);
	ck_assert_uint_eq(list.count, 2);
	const struct resource *r = &list.items[0];
	ck_slice(r->uri, "https://a.example/");
	ck_slice(r->name, "Printers \xc3\xa9");
	ck_slice(r->scopes, "print read");
	ck_assert(id_equal(&r->client, &w.client) && r->format == TOKEN_FORMAT_JWT);
	ck_assert(r->lifetime == 600 && r->created == w.now);
	ck_slice(list.items[1].uri, "https://b.example/");
	ck_assert(id_is_zero(&list.items[1].client) &&
		  list.items[1].format == TOKEN_FORMAT_DEFAULT);
	ck_assert_uint_eq(world_events(&w, EVENT_RESOURCE_CHANGED), 2);
}
END_TEST

START_TEST(a_resource_is_changed_and_removed)
{
	WORLD(w);
	struct resource a = new_resource(&w, "https://a.example/");
	struct event event = world_event(&w, EVENT_RESOURCE_CHANGED);
	ck_err(store_resource_update(w.store, &a, &event), ERR_ABSENT);
	ck_ok(store_resource_insert(w.store, &a, NULL));
	a.name = SLICE("Scanners");
	a.scopes = SLICE("");
	a.client = (struct id){ 0 };
	a.format = TOKEN_FORMAT_OPAQUE;
	a.lifetime = 0;
	ck_ok(store_resource_update(w.store, &a, &event));
	const struct resource *r = &list_resources(&w).items[0];
	ck_slice(r->name, "Scanners");
	ck_slice(r->scopes, "");
	ck_assert(id_is_zero(&r->client) && r->format == TOKEN_FORMAT_OPAQUE && r->lifetime == 0);
	ck_assert_int_eq(r->created, w.now);
	ck_ok(store_resource_remove(w.store, a.uri, &event));
	ck_err(store_resource_remove(w.store, a.uri, &event), ERR_ABSENT);
	ck_assert_uint_eq(list_resources(&w).count, 0);
	ck_assert_uint_eq(world_events(&w, EVENT_RESOURCE_CHANGED), 2);
}
END_TEST

START_TEST(a_resource_stays_when_its_client_goes)
{
	WORLD(w);
	struct resource a = new_resource(&w, "https://a.example/");
	ck_ok(store_resource_insert(w.store, &a, NULL));
	ck_ok(store_client_remove(w.store, &w.client, NULL));
	struct resource_list list = list_resources(&w);
	ck_assert(list.count == 1 && id_is_zero(&list.items[0].client));
	ck_assert_uint_eq(world_faults(&w), 0);
}
END_TEST

/* --- settings
 * ----------------------------------------------------------------------------------------------------------
 */

START_TEST(settings_of_a_client_are_kept_and_changed)
{
	WORLD_EMPTY(w);
	struct client client = world_client(&w, "printer");
	struct client *found;
	struct client_secret_list secrets;
	client.settings = SLICE("jwks={\"keys\":[]}\nrequire_par=1\n");
	ck_ok(store_client_insert(w.store, &client, NULL, NULL));
	ck_found(store_client_find(w.store, w.arena, &client.id, &found));
	ck_assert(slice_equal(found->settings, client.settings));
	found->settings = SLICE("");
	ck_ok(store_client_update(w.store, found, w.now + 1, NULL));
	ck_found(store_client_find_by_client_id(w.store, w.arena, SLICE("printer"), &found,
						&secrets));
	ck_slice(found->settings, "");
	found->settings = client.settings;
	ck_ok(store_client_update(w.store, found, w.now + 2, NULL));
	struct client_list list;
	ck_ok(store_client_list(w.store, w.arena, NULL, 10, &list));
	ck_assert(list.count == 1 && slice_equal(list.items[0].settings, client.settings));
}
END_TEST

void contract_resources(TCase *tc)
{
	tcase_add_test(tc, resources_are_listed_by_uri);
	tcase_add_test(tc, a_resource_is_changed_and_removed);
	tcase_add_test(tc, a_resource_stays_when_its_client_goes);
	tcase_add_test(tc, settings_of_a_client_are_kept_and_changed);
}
