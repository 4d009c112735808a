/* SPDX-License-Identifier: Apache-2.0
 *
 * Which keys are made when, by whom, and when they leave. ES256 alone is rotated here: it is quick.
 */
#include <pthread.h>

#include "check_main.h"
#include "check_slice.h"
#include "flow/census.h"
#include "flow/flow_fixture.h"
#include "flow/signing.h"
#include "flow/signing_fixture.h"

enum { HOUR = 3600, DAY = 86400, SLACK = 60 };

static struct fixture fixture;
static struct flow *flow = &fixture.flow;
static struct call *call = &fixture.call;

static void setup(void)
{
	fixture_start(&fixture, "1");
	flow->settings.access_token_lifetime = 10 * HOUR;
	flow->settings.key_lifetime = 90 * DAY;
}

static void teardown(void)
{
	fixture_stop(&fixture);
}

static struct signing_key_list rows(void)
{
	struct signing_key_list list;
	ck_assert_int_eq(store_signing_key_list(fixture.store, call->arena, &list), ERR_OK);
	return list;
}

static const struct signing_key *row_of(struct slice kid)
{
	struct signing_key_list list = rows();
	for (size_t i = 0; i < list.count; i++)
		if (slice_equal(list.items[i].kid, kid))
			return &list.items[i];
	return NULL;
}

/* --- the first ones
 * ---------------------------------------------------------------------------------- */

START_TEST(what_is_missing_is_made_once)
{
	fixture_sign_with(&fixture, ALG_BIT(ALG_RS256) | ALG_BIT(ALG_PS256));
	ck_assert_int_eq(signing_prepare(flow, call), ERR_OK);
	ck_assert_uint_eq(rows().count, 3);
	struct signing_key_list list = rows();
	const struct signing_key *made = signing_key_newest(&list, ALG_ES256);
	ck_assert_int_eq(made->signs_from, FIXTURE_NOW - SLACK);
	ck_assert_int_eq(made->expires, 0);
	ck_assert(signing_is_ready(flow->signing));
	ck_assert_int_eq(signing_prepare(flow, call), ERR_OK);
	ck_assert_uint_eq(rows().count, 3);
	ck_assert_uint_eq(fixture_events(&fixture, EVENT_SIGNING_KEY_ADDED), 1);
	ck_assert(slice_has_prefix(fixture_event(&fixture, EVENT_SIGNING_KEY_ADDED).detail,
				   SLICE("ES256 ")));
}
END_TEST

START_TEST(a_new_database_gets_one_for_each_algorithm)
{
	flow->signing = signing_new();
	ck_assert_int_eq(signing_prepare(flow, call), ERR_OK);
	struct signing_key_list list = rows();
	ck_assert_uint_eq(list.count, 3);
	for (unsigned alg = 0; alg < ALG_COUNT; alg++) {
		bool ours = (ALGS_OURS & ALG_BIT(alg)) != 0;
		ck_assert_msg((signing_key_newest(&list, (enum alg)alg) != NULL) == ours, "%s",
			      alg_row((enum alg)alg)->name);
	}
}
END_TEST

enum { NODES = 6 };

struct starter {
	pthread_t thread;
	pthread_barrier_t *start;
	struct flow flow;
	enum err err;
};

static void *prepare(void *arg)
{
	struct starter *starter = arg;
	struct call own = *call;
	own.arena = arena_new();
	pthread_barrier_wait(starter->start);
	starter->err = signing_prepare(&starter->flow, &own);
	arena_free(&own.arena);
	return NULL;
}

START_TEST(of_several_nodes_one_makes_it)
{
	pthread_barrier_t start;
	struct starter nodes[NODES];
	fixture_sign_with(&fixture, ALG_BIT(ALG_RS256) | ALG_BIT(ALG_PS256));
	pthread_barrier_init(&start, NULL, NODES);
	for (int i = 0; i < NODES; i++) {
		nodes[i] = (struct starter){ .start = &start, .flow = *flow };
		nodes[i].flow.census = census_new();
		nodes[i].flow.signing = signing_new();
		ck_assert_int_eq(pthread_create(&nodes[i].thread, NULL, prepare, &nodes[i]), 0);
	}
	for (int i = 0; i < NODES; i++)
		pthread_join(nodes[i].thread, NULL);
	for (int i = 0; i < NODES; i++) {
		ck_assert(nodes[i].err == ERR_OK || nodes[i].err == ERR_UNCHANGED);
		ck_assert_int_eq(signing_prepare(&nodes[i].flow, call), ERR_OK);
		ck_assert(signing_is_ready(nodes[i].flow.signing));
		signing_free(&nodes[i].flow.signing);
		census_free(&nodes[i].flow.census);
	}
	pthread_barrier_destroy(&start);
	ck_assert_uint_eq(rows().count, 3);
}
END_TEST

/* --- rotation
 * ----------------------------------------------------------------------------------------- */

START_TEST(a_new_key_is_published_first_and_the_old_one_stays) /* OIDC#10.1.1 */
{
	struct slice kid;
	fixture_sign(&fixture);
	ck_assert_int_eq(signing_rotate(flow, call, ALG_ES256, false, &kid), ERR_OK);
	ck_assert_uint_eq(rows().count, 4);
	ck_assert_int_eq(row_of(kid)->signs_from, FIXTURE_NOW + SIGNING_AHEAD_S);
	ck_assert_int_eq(row_of(kid)->expires, 0);
	ck_assert_int_eq(row_of(fixture_kid(ALG_ES256))->expires,
			 FIXTURE_NOW + SIGNING_AHEAD_S + 10 * HOUR + SLACK);
	ck_assert_int_eq(row_of(fixture_kid(ALG_RS256))->expires, 0);
}
END_TEST

START_TEST(the_old_one_stays_for_the_longest_of_lives)
{
	struct slice kid;
	const struct resource resource = { .uri = SLICE("https://api.example/"),
					   .name = SLICE("API"),
					   .lifetime = 30 * DAY };
	fixture_sign(&fixture);
	ck_assert_int_eq(store_resource_insert(fixture.store, &resource, NULL), ERR_OK);
	ck_assert_int_eq(signing_rotate(flow, call, ALG_ES256, false, &kid), ERR_OK);
	ck_assert_int_eq(row_of(fixture_kid(ALG_ES256))->expires,
			 FIXTURE_NOW + SIGNING_AHEAD_S + 30 * DAY + SLACK);
	/* rotated again, the first one's time is not moved */
	fixture_wait(&fixture, 100);
	ck_assert_int_eq(signing_rotate(flow, call, ALG_ES256, false, &kid), ERR_OK);
	ck_assert_int_eq(row_of(fixture_kid(ALG_ES256))->expires,
			 FIXTURE_NOW + SIGNING_AHEAD_S + 30 * DAY + SLACK);
}
END_TEST

START_TEST(at_once_removes_the_others)
{
	struct slice first;
	struct slice second;
	fixture_sign(&fixture);
	ck_assert_int_eq(signing_rotate(flow, call, ALG_ES256, false, &first), ERR_OK);
	ck_assert_int_eq(signing_rotate(flow, call, ALG_ES256, true, &second), ERR_OK);
	ck_assert_ptr_null(row_of(first));
	ck_assert_ptr_null(row_of(fixture_kid(ALG_ES256)));
	ck_assert_int_eq(row_of(second)->signs_from, FIXTURE_NOW - SLACK);
	ck_assert_uint_eq(rows().count, 3);
	ck_assert_uint_eq(fixture_events(&fixture, EVENT_SIGNING_KEY_REMOVED), 2);
}
END_TEST

START_TEST(the_first_one_signs_now)
{
	struct slice kid;
	ck_assert_int_eq(signing_rotate(flow, call, ALG_ES256, false, &kid), ERR_OK);
	ck_assert_int_eq(row_of(kid)->signs_from, FIXTURE_NOW - SLACK);
}
END_TEST

START_TEST(a_key_that_waits_is_not_one_that_signs)
{
	struct slice kid;
	fixture_sign(&fixture);
	ck_assert_int_eq(signing_rotate(flow, call, ALG_ES256, false, &kid), ERR_OK);
	ck_assert_int_eq(store_signing_key_remove(fixture.store, fixture_kid(ALG_ES256), NULL),
			 ERR_OK);
	ck_assert_int_eq(signing_reread(flow, call), ERR_OK);
	ck_assert(!signing_is_ready(flow->signing));
	ck_assert_int_eq(signing_prepare(flow, call), ERR_OK);
	ck_assert(signing_is_ready(flow->signing));
	ck_assert_uint_eq(rows().count, 4);
}
END_TEST

/* Only ES256 has a key here, so that only it is rotated. */
static void sign_with_one(void)
{
	fixture_sign_with(&fixture, ALG_BIT(ALG_ES256));
}

START_TEST(it_is_done_when_due_and_once)
{
	sign_with_one();
	fixture_wait(&fixture, 90 * DAY - SIGNING_AHEAD_S - 1);
	ck_assert_int_eq(signing_rotate_due(flow, call), ERR_OK);
	ck_assert_uint_eq(rows().count, 1);
	fixture_wait(&fixture, 1);
	for (int i = 0; i < 3; i++)
		ck_assert_int_eq(signing_rotate_due(flow, call), ERR_OK);
	ck_assert_uint_eq(rows().count, 2);
	fixture_wait(&fixture, SIGNING_AHEAD_S + 10 * HOUR + SLACK);
	ck_assert_int_eq(signing_rotate_due(flow, call), ERR_OK);
	ck_assert_msg(rows().count == 2, "it has left the JWKS, and still verifies hints");
	fixture_wait(&fixture, 30 * DAY + 1);
	ck_assert_int_eq(signing_rotate_due(flow, call), ERR_OK);
	ck_assert_uint_eq(rows().count, 1);
	ck_assert_ptr_null(row_of(fixture_kid(ALG_ES256)));
}
END_TEST

START_TEST(keys_may_last_for_ever)
{
	sign_with_one();
	flow->settings.key_lifetime = 0;
	fixture_wait(&fixture, (int64_t)10 * 365 * DAY);
	ck_assert_int_eq(signing_rotate_due(flow, call), ERR_OK);
	ck_assert_uint_eq(rows().count, 1);
}
END_TEST

START_TEST(another_node_that_is_about_it_is_left_alone)
{
	uint64_t fence;
	const struct lease lease = { SLICE("signing"), { { 9 } }, 60 };
	sign_with_one();
	fixture_wait(&fixture, 90 * DAY);
	ck_assert_int_eq(store_lease_take(fixture.store, &lease, call->now, &fence), ERR_OK);
	ck_assert_int_eq(signing_rotate_due(flow, call), ERR_OK);
	ck_assert_uint_eq(rows().count, 1);
	ck_assert_int_eq(signing_prepare(flow, call), ERR_UNCHANGED);
	ck_assert_uint_eq(rows().count, 1);
	ck_assert_int_eq(store_lease_release(fixture.store, &lease), ERR_OK);
	ck_assert_int_eq(signing_rotate_due(flow, call), ERR_OK);
	ck_assert_uint_eq(rows().count, 2);
}
END_TEST

static void add_tests(TCase *tc)
{
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, what_is_missing_is_made_once);
	tcase_add_test(tc, a_new_database_gets_one_for_each_algorithm);
	tcase_add_test(tc, of_several_nodes_one_makes_it);
	tcase_add_test(tc, a_new_key_is_published_first_and_the_old_one_stays);
	tcase_add_test(tc, the_old_one_stays_for_the_longest_of_lives);
	tcase_add_test(tc, at_once_removes_the_others);
	tcase_add_test(tc, the_first_one_signs_now);
	tcase_add_test(tc, a_key_that_waits_is_not_one_that_signs);
	tcase_add_test(tc, it_is_done_when_due_and_once);
	tcase_add_test(tc, keys_may_last_for_ever);
	tcase_add_test(tc, another_node_that_is_about_it_is_left_alone);
}

TEST_MAIN("flow/signing_make", add_tests)
