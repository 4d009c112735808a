/* SPDX-License-Identifier: Apache-2.0
 *
 * The contract: keys that sign, secrets that are sealed as well, and moving both to another master
 * key. */
#include "world.h"

static struct signing_key new_key(const struct world *w, const char *kid, int64_t created)
{
	return (struct signing_key){ .kid = slice_str(kid),
				     .alg = ALG_ES256,
				     .sealed = slice_of("\0\0\0\11key\0", 8),
				     .created = w->now + created,
				     .signs_from = w->now + created + 3600 };
}

static struct signing_key_list list_keys(struct world *w)
{
	struct signing_key_list list;
	ck_ok(store_signing_key_list(w->store, w->arena, &list));
	return list;
}

START_TEST(keys_are_listed_newest_first)
{
	WORLD_EMPTY(w);
	struct signing_key older = new_key(&w, "b", 1);
	struct signing_key newer = new_key(&w, "a", 2);
	struct event event = world_event(&w, EVENT_SIGNING_KEY_ADDED);
	newer.alg = ALG_RS256;
	ck_assert_uint_eq(list_keys(&w).count, 0);
	ck_ok(store_signing_key_insert(w.store, &older, &event));
	ck_ok(store_signing_key_insert(w.store, &newer, &event));
	struct signing_key_list list = list_keys(&w);
	ck_assert_uint_eq(list.count, 2);
	ck_slice(list.items[0].kid, "a");
	ck_assert(list.items[0].alg == ALG_RS256);
	const struct signing_key *k = &list.items[1];
	ck_slice(k->kid, "b");
	ck_assert(k->alg == ALG_ES256 && slice_equal(k->sealed, older.sealed));
	ck_assert(k->created == w.now + 1 && k->signs_from == w.now + 3601 && k->expires == 0);
	ck_assert_uint_eq(world_events(&w, EVENT_SIGNING_KEY_ADDED), 2);
}
END_TEST

START_TEST(a_key_of_each_algorithm_comes_back_as_that)
{
	WORLD_EMPTY(w);
	struct signing_key key = new_key(&w, "a", 1);
	key.alg = (enum alg)_i;
	ck_ok(store_signing_key_insert(w.store, &key, NULL));
	struct signing_key_list list = list_keys(&w);
	ck_assert_uint_eq(list.count, 1);
	ck_assert_int_eq(list.items[0].alg, _i);
}
END_TEST

START_TEST(a_key_id_is_taken_once)
{
	WORLD_EMPTY(w);
	struct signing_key key = new_key(&w, "a", 1);
	struct signing_key other = new_key(&w, "a", 2);
	ck_ok(store_signing_key_insert(w.store, &key, NULL));
	ck_err(store_signing_key_insert(w.store, &other, NULL), ERR_CONFLICT);
	other.kid = SLICE("A"); /* kids are compared byte by byte */
	ck_ok(store_signing_key_insert(w.store, &other, NULL));
	ck_assert_uint_eq(list_keys(&w).count, 2);
}
END_TEST

START_TEST(a_key_expires_and_is_removed)
{
	WORLD_EMPTY(w);
	struct signing_key key = new_key(&w, "a", 1);
	struct event event = world_event(&w, EVENT_SIGNING_KEY_REMOVED);
	ck_ok(store_signing_key_insert(w.store, &key, NULL));
	ck_ok(store_signing_key_expire(w.store, SLICE("a"), w.now + 50, NULL));
	ck_assert_int_eq(list_keys(&w).items[0].expires, w.now + 50);
	ck_err(store_signing_key_expire(w.store, SLICE("b"), w.now + 50, NULL), ERR_ABSENT);
	ck_err(store_signing_key_remove(w.store, SLICE("b"), &event), ERR_ABSENT);
	ck_ok(store_signing_key_remove(w.store, SLICE("a"), &event));
	ck_err(store_signing_key_remove(w.store, SLICE("a"), &event), ERR_ABSENT);
	ck_assert_uint_eq(list_keys(&w).count, 0);
	ck_assert_uint_eq(world_events(&w, EVENT_SIGNING_KEY_REMOVED), 1);
}
END_TEST

START_TEST(an_expired_key_is_not_swept)
{
	WORLD_EMPTY(w);
	struct signing_key key = new_key(&w, "a", 1);
	struct sweep sweep = { .now = w.now + 400 * 86400, .keep_dead = 1, .limit = 100 };
	size_t deleted;
	key.expires = w.now + 10;
	ck_ok(store_signing_key_insert(w.store, &key, NULL));
	ck_ok(store_sweep(w.store, &sweep, &deleted));
	ck_assert_uint_eq(list_keys(&w).count, 1);
}
END_TEST

START_TEST(a_key_is_sealed_anew_only_as_it_was_read)
{
	WORLD_EMPTY(w);
	struct signing_key key = new_key(&w, "a", 1);
	struct slice to = slice_of("\0\0\0\12key\0", 8);
	ck_ok(store_signing_key_insert(w.store, &key, NULL));
	ck_ok(store_signing_key_reseal(w.store, key.kid, key.sealed, to));
	ck_assert(slice_equal(list_keys(&w).items[0].sealed, to));
	ck_err(store_signing_key_reseal(w.store, key.kid, key.sealed, to), ERR_UNCHANGED);
	ck_err(store_signing_key_reseal(w.store, SLICE("b"), to, key.sealed), ERR_UNCHANGED);
	ck_assert(slice_equal(list_keys(&w).items[0].sealed, to));
}
END_TEST

/* --- secrets that are sealed as well
 * ----------------------------------------------------------------------------------------------------------
 */

static struct client_secret add_client_with_secret(struct world *w, const char *client_id,
						   struct slice sealed)
{
	struct client client = world_client(w, client_id);
	struct client_secret secret = { .id = world_id(),
					.key_id = 3,
					.mac = world_hash(),
					.created = w->now,
					.sealed = sealed };
	client.type = CLIENT_CONFIDENTIAL;
	ck_ok(store_client_insert(w->store, &client, &secret, NULL));
	w->client = client.id;
	return secret;
}

static struct slice sealed_of(struct world *w)
{
	struct client_secret_list secrets;
	ck_found(store_client_secrets(w->store, w->arena, &w->client, &secrets));
	ck_assert_uint_eq(secrets.count, 1);
	return secrets.items[0].sealed;
}

START_TEST(a_secret_comes_back_with_what_is_sealed_of_it)
{
	WORLD_EMPTY(w);
	struct slice sealed = slice_of("\0\0\0\11secret\0", 11);
	struct client *client;
	struct client_secret_list secrets;
	add_client_with_secret(&w, "plain", SLICE(""));
	ck_assert_uint_eq(sealed_of(&w).len, 0);
	add_client_with_secret(&w, "jwt", sealed);
	ck_assert(slice_equal(sealed_of(&w), sealed));
	struct client_secret second = { .id = world_id(),
					.key_id = 3,
					.mac = world_hash(),
					.created = w.now + 1,
					.sealed = slice_of("\0\0\0\12another", 11) };
	ck_ok(store_client_secret_insert(w.store, &w.client, &second, 0, NULL));
	ck_found(store_client_find_by_client_id(w.store, w.arena, SLICE("jwt"), &client, &secrets));
	ck_assert_uint_eq(secrets.count, 2);
	ck_assert(slice_equal(secrets.items[0].sealed, second.sealed));
	ck_assert(slice_equal(secrets.items[1].sealed, sealed));
}
END_TEST

START_TEST(sealed_secrets_of_all_clients_are_listed_and_sealed_anew)
{
	WORLD_EMPTY(w);
	struct slice sealed = slice_of("\0\0\0\11secret\0", 11);
	struct slice to = slice_of("\0\0\0\12secret\0", 11);
	struct sealed_secret_list list;
	add_client_with_secret(&w, "plain", SLICE(""));
	struct client_secret secret = add_client_with_secret(&w, "jwt", sealed);
	struct id nothing = world_id();
	ck_ok(store_client_secret_list_sealed(w.store, w.arena, &list));
	ck_assert_uint_eq(list.count, 1);
	ck_assert(id_equal(&list.items[0].id, &secret.id) &&
		  id_equal(&list.items[0].client, &w.client) &&
		  slice_equal(list.items[0].sealed, sealed));
	ck_ok(store_client_secret_reseal(w.store, &secret.id, sealed, to));
	ck_assert(slice_equal(sealed_of(&w), to));
	ck_err(store_client_secret_reseal(w.store, &secret.id, sealed, to), ERR_UNCHANGED);
	ck_err(store_client_secret_reseal(w.store, &nothing, to, sealed), ERR_UNCHANGED);
	ck_assert(slice_equal(sealed_of(&w), to));
}
END_TEST

/* --- the uses of a master key
 * ----------------------------------------------------------------------------------------------------------
 */

static uint64_t uses(struct world *w, uint32_t key_id)
{
	uint64_t count;
	ck_ok(store_key_uses(w->store, key_id, &count));
	return count;
}

START_TEST(what_is_sealed_under_a_master_key_counts_as_its_use)
{
	WORLD(w);
	struct signing_key key = new_key(&w, "a", 1);
	ck_assert_uint_eq(uses(&w, 9), 0);
	ck_ok(store_signing_key_insert(w.store, &key, NULL));
	ck_assert_uint_eq(uses(&w, 9), 1);
	world_code_redeemed(&w); /* with an answer under key 9 */
	ck_assert_uint_eq(uses(&w, 9), 2);
	add_client_with_secret(&w, "jwt", slice_of("\0\0\0\11secret\0", 11));
	ck_assert_uint_eq(uses(&w, 9), 3);
	ck_assert_uint_eq(uses(&w, 3), 1);
	ck_ok(store_signing_key_remove(w.store, SLICE("a"), NULL));
	ck_assert_uint_eq(uses(&w, 9), 2);
}
END_TEST

void contract_keys(TCase *tc)
{
	tcase_add_test(tc, keys_are_listed_newest_first);
	tcase_add_loop_test(tc, a_key_of_each_algorithm_comes_back_as_that, 0, ALG_COUNT);
	tcase_add_test(tc, a_key_id_is_taken_once);
	tcase_add_test(tc, a_key_expires_and_is_removed);
	tcase_add_test(tc, an_expired_key_is_not_swept);
	tcase_add_test(tc, a_key_is_sealed_anew_only_as_it_was_read);
	tcase_add_test(tc, a_secret_comes_back_with_what_is_sealed_of_it);
	tcase_add_test(tc, sealed_secrets_of_all_clients_are_listed_and_sealed_anew);
	tcase_add_test(tc, what_is_sealed_under_a_master_key_counts_as_its_use);
}
