/* SPDX-License-Identifier: Apache-2.0
 *
 * The contract: jobs, which one node at a time has, and none for longer than it said. */
#include "world.h"

static struct job_row new_job(const struct world *w, int64_t due)
{
	return (struct job_row){ .id = world_id(),
				 .kind = JOB_BACKCHANNEL_LOGOUT,
				 .client = w->client,
				 .user = w->user,
				 .payload = SLICE("{\"sid\":\"\xc3\xa9\"}"),
				 .created = w->now,
				 .due = w->now + due };
}

static struct job_row add_job(struct world *w, int64_t due)
{
	struct job_row job = new_job(w, due);
	ck_ok(store_job_insert(w->store, &job, 1, NULL));
	return job;
}

static struct job_list claim(struct world *w, int64_t at, size_t limit)
{
	struct job_list list;
	const struct job_claim claim_of = { w->now + at, w->now + at + 60, limit };
	ck_ok(store_job_claim(w->store, w->arena, &claim_of, &list));
	return list;
}

START_TEST(a_job_is_claimed_when_it_is_due)
{
	WORLD(w);
	struct job_row job = add_job(&w, 10);
	ck_assert_uint_eq(claim(&w, 9, 10).count, 0);
	struct job_list list = claim(&w, 10, 10);
	ck_assert_uint_eq(list.count, 1);
	const struct job_row *j = &list.items[0];
	ck_assert(id_equal(&j->id, &job.id) && j->kind == JOB_BACKCHANNEL_LOGOUT);
	ck_assert(id_equal(&j->client, &w.client) && id_equal(&j->user, &w.user));
	ck_assert(j->created == w.now && j->due == w.now + 10 && j->attempts == 0);
	ck_assert(slice_equal(j->payload, job.payload));
}
END_TEST

START_TEST(a_job_is_somebody_elses_after_the_claim_has_run_out)
{
	WORLD(w);
	add_job(&w, 0);
	ck_assert_uint_eq(claim(&w, 0, 10).count, 1);
	ck_assert_uint_eq(claim(&w, 59, 10).count, 0);
	ck_assert_uint_eq(claim(&w, 60, 10).count, 1);
	ck_assert_uint_eq(claim(&w, 61, 10).count, 0);
}
END_TEST

START_TEST(those_due_first_are_claimed_first_and_no_more_than_asked_for)
{
	WORLD(w);
	struct job_row jobs[20];
	for (size_t i = 0; i < ARRAY_LEN(jobs); i++)
		jobs[i] = new_job(&w, (int64_t)(i % 2 == 0 ? 100 - i : i));
	ck_ok(store_job_insert(w.store, jobs, ARRAY_LEN(jobs), NULL));
	struct job_list list = claim(&w, 100, 10);
	ck_assert_uint_eq(list.count, 10);
	for (size_t i = 0; i < list.count; i++)
		ck_assert_int_lt(list.items[i].due, w.now + 20);
	list = claim(&w, 100, 20);
	ck_assert_uint_eq(list.count, 10);
	for (size_t i = 0; i < list.count; i++)
		ck_assert_int_gt(list.items[i].due, w.now + 80);
}
END_TEST

START_TEST(jobs_come_all_or_none)
{
	WORLD(w);
	struct job_row first = add_job(&w, 0);
	struct job_row jobs[2] = { new_job(&w, 0), first };
	struct event event = world_event(&w, EVENT_LOGOUT_QUEUED);
	ck_err(store_job_insert(w.store, jobs, ARRAY_LEN(jobs), &event), ERR_CONFLICT);
	ck_assert_uint_eq(claim(&w, 0, 10).count, 1);
	ck_ok(store_job_insert(w.store, NULL, 0, &event));
	ck_assert_uint_eq(world_events(&w, EVENT_LOGOUT_QUEUED), 0);
	jobs[1] = new_job(&w, 0);
	ck_ok(store_job_insert(w.store, jobs, ARRAY_LEN(jobs), &event));
	ck_assert_uint_eq(claim(&w, 0, 10).count, 2);
	ck_assert_uint_eq(world_events(&w, EVENT_LOGOUT_QUEUED), 1);
}
END_TEST

START_TEST(a_job_that_is_done_goes_once)
{
	WORLD(w);
	struct job_row job = add_job(&w, 0);
	struct event event = world_event(&w, EVENT_LOGOUT_DELIVERED);
	claim(&w, 0, 10);
	ck_ok(store_job_done(w.store, &job.id, &event));
	ck_err(store_job_done(w.store, &job.id, &event), ERR_ABSENT);
	ck_err(store_job_retry(w.store, &job.id, w.now), ERR_ABSENT);
	ck_assert_uint_eq(claim(&w, 1000, 10).count, 0);
	ck_assert_uint_eq(world_events(&w, EVENT_LOGOUT_DELIVERED), 1);
}
END_TEST

START_TEST(a_job_that_is_put_off_comes_back_with_one_attempt_more)
{
	WORLD(w);
	struct job_row job = add_job(&w, 0);
	for (uint32_t i = 0; i < 3; i++) {
		struct job_list list = claim(&w, i * 10, 10);
		ck_assert(list.count == 1 && list.items[0].attempts == i);
		ck_ok(store_job_retry(w.store, &job.id, w.now + (i + 1) * 10));
		ck_assert_uint_eq(claim(&w, i * 10 + 9, 10).count, 0);
	}
}
END_TEST

START_TEST(jobs_go_with_their_person)
{
	WORLD(w);
	struct id ada = w.user;
	add_job(&w, 0);
	w.user = world_add_user(&w, "eve");
	struct job_row of_eve = add_job(&w, 0);
	ck_ok(store_user_remove(w.store, &ada, NULL));
	struct job_list list = claim(&w, 0, 10);
	ck_assert(list.count == 1 && id_equal(&list.items[0].id, &of_eve.id));
}
END_TEST

START_TEST(jobs_go_with_their_client)
{
	WORLD(w);
	struct id television = w.client;
	add_job(&w, 0);
	w.client = world_add_client(&w, "printer");
	struct job_row of_printer = add_job(&w, 0);
	ck_ok(store_client_remove(w.store, &television, NULL));
	struct job_list list = claim(&w, 0, 10);
	ck_assert(list.count == 1 && id_equal(&list.items[0].id, &of_printer.id));
}
END_TEST

START_TEST(jobs_without_a_client_are_swept)
{
	WORLD(w);
	struct sweep sweep = { .now = w.now + 1,
			       .session_idle = 86400,
			       .keep_dead = 86400,
			       .keep_events = 86400,
			       .limit = 2 };
	size_t deleted;
	struct job_row kept = add_job(&w, 0);
	w.client = world_id();
	for (int i = 0; i < 3; i++)
		add_job(&w, 0);
	ck_ok(store_sweep(w.store, &sweep, &deleted));
	ck_assert_uint_eq(deleted, 2);
	ck_ok(store_sweep(w.store, &sweep, &deleted));
	ck_assert_uint_eq(deleted, 1);
	struct job_list list = claim(&w, 0, 10);
	ck_assert(list.count == 1 && id_equal(&list.items[0].id, &kept.id));
}
END_TEST

void contract_jobs(TCase *tc)
{
	tcase_add_test(tc, a_job_is_claimed_when_it_is_due);
	tcase_add_test(tc, a_job_is_somebody_elses_after_the_claim_has_run_out);
	tcase_add_test(tc, those_due_first_are_claimed_first_and_no_more_than_asked_for);
	tcase_add_test(tc, jobs_come_all_or_none);
	tcase_add_test(tc, a_job_that_is_done_goes_once);
	tcase_add_test(tc, a_job_that_is_put_off_comes_back_with_one_attempt_more);
	tcase_add_test(tc, jobs_go_with_their_person);
	tcase_add_test(tc, jobs_go_with_their_client);
	tcase_add_test(tc, jobs_without_a_client_are_swept);
}
