/* SPDX-License-Identifier: Apache-2.0
 *
 * The contract: people, applications and secrets that are added and changed by many at the same
 * moment. STORE_ROUNDS in the environment sets another number of rounds. */
#include <stdio.h>
#include <stdlib.h>

#include "crew.h"
#include "world.h"

enum { MEMBERS = 8 };

struct registering {
	struct world *w;
	struct user users[MEMBERS];
	struct client clients[MEMBERS];
	struct client_secret secrets[MEMBERS];
	struct id client;
	enum err results[MEMBERS];
};

static int rounds(int usual)
{
	const char *text = getenv("STORE_ROUNDS");
	int64_t number;
	if (text == NULL || slice_parse_int64(slice_str(text), &number) != ERR_OK)
		return usual;
	return (int)number;
}

static size_t count_of(const struct registering *r, enum err result)
{
	size_t count = 0;
	for (size_t i = 0; i < MEMBERS; i++)
		count += r->results[i] == result;
	return count;
}

static void run_rounds(struct registering *r, void (*round)(struct registering *r, struct crew *c),
		       void (*work)(void *arg, size_t number))
{
	static struct crew crew;
	crew_init(&crew, MEMBERS, work, r);
	for (int i = rounds(30); i > 0; i--)
		round(r, &crew);
	crew_fini(&crew);
	size_t faults;
	ck_ok(store_check(r->w->store, NULL, NULL, &faults));
	ck_assert_uint_eq(faults, 0);
}

/* --- one name
 * -----------------------------------------------------------------------------------------------
 */

static void add_person(void *arg, size_t number)
{
	struct registering *r = arg;
	struct event event = world_event(r->w, EVENT_USER_ADDED);
	const struct user_new new = { &r->users[number], SLICE("grace"), SLICE("hash"), NULL };
	r->results[number] = store_user_insert(r->w->store, &new, &event);
}

static void name_round(struct registering *r, struct crew *crew)
{
	struct user *found;
	struct slice hash;
	for (size_t i = 0; i < MEMBERS; i++)
		r->users[i] = world_user(r->w, "Grace");
	crew_round(crew);
	ck_assert_uint_eq(count_of(r, ERR_OK), 1);
	ck_assert_uint_eq(count_of(r, ERR_CONFLICT), MEMBERS - 1);
	ck_found(store_user_find_by_name(r->w->store, r->w->arena, SLICE("grace"), &found, &hash));
	for (size_t i = 0; i < MEMBERS; i++)
		ck_assert_int_eq(id_equal(&found->id, &r->users[i].id), r->results[i] == ERR_OK);
	struct id id = found->id;
	ck_ok(store_user_remove(r->w->store, &id, NULL));
}

START_TEST(of_many_who_take_a_name_one_gets_it)
{
	static struct registering r;
	WORLD_EMPTY(w);
	r.w = &w;
	run_rounds(&r, name_round, add_person);
	ck_assert_uint_eq(world_events(&w, EVENT_USER_ADDED), (size_t)rounds(30));
}
END_TEST

/* --- one application
 * -----------------------------------------------------------------------------------------------
 */

static void change_client(void *arg, size_t number)
{
	struct registering *r = arg;
	r->results[number] = store_client_update(r->w->store, &r->clients[number], r->w->now, NULL);
}

static void update_round(struct registering *r, struct crew *crew)
{
	static char names[MEMBERS][16];
	struct client *client;
	ck_found(store_client_find(r->w->store, r->w->arena, &r->w->client, &client));
	for (size_t i = 0; i < MEMBERS; i++) {
		snprintf(names[i], sizeof(names[i]), "Name %zu", i);
		r->clients[i] = *client;
		r->clients[i].name = slice_str(names[i]);
	}
	crew_round(crew);
	ck_assert_uint_eq(count_of(r, ERR_OK), 1);
	ck_assert_uint_eq(count_of(r, ERR_UNCHANGED), MEMBERS - 1);
	ck_found(store_client_find(r->w->store, r->w->arena, &r->w->client, &client));
	for (size_t i = 0; i < MEMBERS; i++)
		ck_assert_int_eq(slice_equal(client->name, r->clients[i].name),
				 r->results[i] == ERR_OK);
}

START_TEST(of_many_changes_of_what_was_read_one_is_made)
{
	static struct registering r;
	WORLD(w);
	r.w = &w;
	run_rounds(&r, update_round, change_client);
}
END_TEST

static void add_secret(void *arg, size_t number)
{
	struct registering *r = arg;
	r->results[number] = store_client_secret_insert(r->w->store, &r->client,
							&r->secrets[number], 0, NULL);
}

static void secret_round(struct registering *r, struct crew *crew)
{
	struct client_secret_list list;
	for (size_t i = 0; i < MEMBERS; i++)
		r->secrets[i] = (struct client_secret){
			.id = world_id(), .key_id = 3, .mac = world_hash(), .created = r->w->now
		};
	crew_round(crew);
	ck_assert_uint_eq(count_of(r, ERR_OK), CLIENT_SECRETS_MAX);
	ck_assert_uint_eq(count_of(r, ERR_FULL), MEMBERS - CLIENT_SECRETS_MAX);
	ck_found(store_client_secrets(r->w->store, r->w->arena, &r->client, &list));
	for (size_t i = 0; i < list.count; i++)
		ck_ok(store_client_secret_remove(r->w->store, &r->client, &list.items[i].id, NULL));
}

START_TEST(of_many_secrets_no_more_are_taken_than_may_overlap)
{
	static struct registering r;
	WORLD(w);
	struct client client = world_client(&w, "printer");
	client.type = CLIENT_CONFIDENTIAL;
	ck_ok(store_client_insert(w.store, &client, NULL, NULL));
	r.w = &w;
	r.client = client.id;
	run_rounds(&r, secret_round, add_secret);
}
END_TEST

/* --- an owner who goes
 * -----------------------------------------------------------------------------------------------
 */

/* The first member removes the person to whom the others give applications. */
static void add_owned_client(void *arg, size_t number)
{
	struct registering *r = arg;
	if (number == 0)
		r->results[0] = store_user_remove(r->w->store, &r->w->user, NULL);
	else
		r->results[number] = store_client_insert(r->w->store, &r->clients[number], NULL,
							 NULL);
}

static void owner_round(struct registering *r, struct crew *crew)
{
	static char names[MEMBERS][32];
	static unsigned count;
	r->w->user = world_add_user(r->w, "owner");
	for (size_t i = 1; i < MEMBERS; i++) {
		snprintf(names[i], sizeof(names[i]), "client-%u", count++);
		r->clients[i] = world_client(r->w, names[i]);
		r->clients[i].owner = r->w->user;
	}
	crew_round(crew);
	ck_ok(r->results[0]);
	for (size_t i = 1; i < MEMBERS; i++) {
		struct client *client;
		enum find found = store_client_find(r->w->store, r->w->arena, &r->clients[i].id,
						    &client);
		ck_assert(r->results[i] == ERR_OK || r->results[i] == ERR_ABSENT);
		ck_assert_int_eq(found, r->results[i] == ERR_OK ? FOUND : ABSENT);
		ck_assert(found == ABSENT || id_is_zero(&client->owner));
	}
}

START_TEST(no_application_is_left_to_an_owner_who_went)
{
	static struct registering r;
	WORLD_EMPTY(w);
	r.w = &w;
	run_rounds(&r, owner_round, add_owned_client);
}
END_TEST

void contract_registrations(TCase *tc)
{
	tcase_add_test(tc, of_many_who_take_a_name_one_gets_it);
	tcase_add_test(tc, of_many_changes_of_what_was_read_one_is_made);
	tcase_add_test(tc, of_many_secrets_no_more_are_taken_than_may_overlap);
	tcase_add_test(tc, no_application_is_left_to_an_owner_who_went);
}
