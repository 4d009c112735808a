/* SPDX-License-Identifier: Apache-2.0
 *
 * The contract under rivals at the same moment (races.h): what may come once or a number of times,
 * and jobs, which one alone has. */
#include "races.h"

/* --- what was seen
 * -----------------------------------------------------------------------------------------------------------
 */

static void set_hash(struct race *race)
{
	race->hash = world_hash();
}

/* One that has expired is taken over by one alone as well. */
static void set_expired(struct race *race)
{
	set_hash(race);
	ck_ok(store_seen_insert(race->w->store, &race->hash, race->w->now - 60, race->w->now));
}

static enum err see(struct race *race, size_t number UNUSED, const struct event *event UNUSED)
{
	return store_seen_insert(race->w->store, &race->hash, race->w->now, race->w->now + 60);
}

static void verify_seen(struct race *race, size_t number UNUSED, bool there UNUSED)
{
	ck_err(store_seen_insert(race->w->store, &race->hash, race->w->now, race->w->now + 60),
	       ERR_CONFLICT);
}

/* --- tickets
 * -----------------------------------------------------------------------------------------------------------
 */

enum { USES = 3 };

static void set_ticket(struct race *race, uint32_t uses)
{
	race->ticket = (struct ticket){ .hash = world_hash(),
					.kind = TICKET_SIGN_UP,
					.created = race->w->now,
					.expires = race->w->now + 600,
					.uses = uses };
	ck_ok(store_ticket_insert(race->w->store, &race->ticket, NULL));
}

static void set_last_use(struct race *race)
{
	set_ticket(race, 1);
}

static void set_some_uses(struct race *race)
{
	set_ticket(race, USES);
}

static enum err take(struct race *race, size_t number UNUSED, const struct event *event)
{
	return store_ticket_take(race->w->store, &race->ticket.hash, TICKET_SIGN_UP, race->w->now,
				 event);
}

static void verify_ticket(struct race *race, size_t number UNUSED, bool there UNUSED)
{
	ck_absent(store_ticket_find(race->w->store, &race->ticket.hash, TICKET_SIGN_UP,
				    race->w->now));
}

static enum err remove_ticket(struct race *race)
{
	return store_ticket_remove(race->w->store, &race->ticket.hash, NULL);
}

/* --- kept requests
 * -----------------------------------------------------------------------------------------------------------
 */

static void set_kept(struct race *race)
{
	struct kept_request request = { .hash = world_hash(),
					.kind = KEPT_AUTHORIZE,
					.client = race->w->client,
					.parameters = SLICE("scope=openid"),
					.created = race->w->now,
					.expires = race->w->now + 600 };
	race->hash = request.hash;
	ck_ok(store_kept_insert(race->w->store, &request, NULL));
}

static enum err use(struct race *race, size_t number, const struct event *event)
{
	return store_kept_use(race->w->store, &race->hash, race->w->now + (int64_t)number + 1,
			      event);
}

static void verify_kept(struct race *race, size_t number, bool there)
{
	struct kept_request *request;
	if (!there)
		return;
	ck_found(store_kept_find(race->w->store, race->w->arena, &race->hash, &request));
	ck_assert_int_eq(request->used, race->w->now + (int64_t)number + 1);
}

/* --- jobs
 * -----------------------------------------------------------------------------------------------------------
 */

static struct job_row new_job(const struct race *race)
{
	return (struct job_row){ .id = world_id(),
				 .client = race->w->client,
				 .user = race->w->user,
				 .payload = SLICE("{}"),
				 .created = race->w->now,
				 .due = race->w->now };
}

static void set_job(struct race *race)
{
	struct job_row job = new_job(race);
	race->authorization = job.id;
	ck_ok(store_job_insert(race->w->store, &job, 1, NULL));
}

static enum err claim(struct race *race, size_t number, const struct event *event UNUSED)
{
	struct job_list list;
	enum err err = store_job_claim(
		race->w->store, race->arenas[number],
		&(const struct job_claim){ race->w->now, race->w->now + 60, RACERS }, &list);
	if (err != ERR_OK)
		return err;
	ck_assert_uint_le(list.count, 1);
	if (list.count == 0)
		return ERR_UNCHANGED;
	ck_assert(id_equal(&list.items[0].id, &race->authorization));
	return ERR_OK;
}

static void verify_job(struct race *race, size_t number UNUSED, bool there)
{
	if (there)
		ck_ok(store_job_done(race->w->store, &race->authorization, NULL));
}

static void set_jobs(struct race *race)
{
	struct job_row jobs[RACERS];
	for (size_t i = 0; i < RACERS; i++)
		jobs[i] = new_job(race);
	ck_ok(store_job_insert(race->w->store, jobs, RACERS, NULL));
}

/* Each is there for somebody; nobody may have another's. */
static enum err claim_and_do(struct race *race, size_t number, const struct event *event UNUSED)
{
	struct job_list list;
	enum err err = store_job_claim(
		race->w->store, race->arenas[number],
		&(const struct job_claim){ race->w->now, race->w->now + 60, 1 }, &list);
	if (err != ERR_OK)
		return err;
	return list.count == 1 ? store_job_done(race->w->store, &list.items[0].id, NULL)
			       : ERR_UNCHANGED;
}

static void verify_jobs(struct race *race, size_t number UNUSED, bool there UNUSED)
{
	struct job_list list;
	ck_ok(store_job_claim(
		race->w->store, race->w->arena,
		&(const struct job_claim){ race->w->now + 60, race->w->now + 120, RACERS }, &list));
	ck_assert_uint_eq(list.count, 0);
}

static const struct step seeing = { .name = "sights of one hash",
				    .loses = ERR_CONFLICT,
				    .winners = 1,
				    .silent = true,
				    .set = set_hash,
				    .take = see,
				    .verify = verify_seen };
static const struct step seeing_again = { .name = "sights of one hash that has expired",
					  .loses = ERR_CONFLICT,
					  .winners = 1,
					  .silent = true,
					  .set = set_expired,
					  .take = see,
					  .verify = verify_seen };
static const struct step taking_the_last = { .name = "takings of the last use of a ticket",
					     .winners = 1,
					     .set = set_last_use,
					     .take = take,
					     .verify = verify_ticket };
static const struct step taking_some = { .name = "takings of a ticket of three uses",
					 .winners = USES,
					 .set = set_some_uses,
					 .take = take,
					 .verify = verify_ticket };
static const struct step using = { .name = "uses of a kept request",
				   .winners = 1,
				   .set = set_kept,
				   .take = use,
				   .verify = verify_kept };
static const struct step claiming_one = { .name = "claims of one job",
					  .winners = 1,
					  .silent = true,
					  .set = set_job,
					  .take = claim,
					  .verify = verify_job };
static const struct step claiming_each = { .name = "claims of as many jobs",
					   .winners = RACERS,
					   .silent = true,
					   .set = set_jobs,
					   .take = claim_and_do,
					   .verify = verify_jobs };

static const struct rival ticket_removal = { "the ticket is removed", remove_ticket, false };

static const struct contest contests[] = {
	{ &seeing, NULL, false },
	{ &seeing_again, NULL, false },
	{ &taking_the_last, NULL, false },
	{ &taking_some, NULL, false },
	{ &taking_some, &ticket_removal, false },
	{ &using, NULL, false },
	{ &using, &race_client_removal, false },
	{ &claiming_one, NULL, false },
	{ &claiming_each, NULL, false },
};

START_TEST(one_alone_has_what_there_is_once)
{
	race_run(&contests[_i]);
}
END_TEST

void contract_once_races(TCase *tc)
{
	tcase_add_loop_test(tc, one_alone_has_what_there_is_once, 0, ARRAY_LEN(contests));
}
