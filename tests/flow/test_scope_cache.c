/* SPDX-License-Identifier: Apache-2.0
 *
 * The scope table in memory: how long it is believed, and that lists handed out stay whole. */
#include "flow/scope_cache.h"

#include <pthread.h>

#include "check_main.h"
#include "check_slice.h"
#include "flow/flow_fixture.h"

static struct fixture fixture;

static void setup(void)
{
	fixture_start(&fixture, "1");
}

static void teardown(void)
{
	fixture_stop(&fixture);
}

static struct scope_list list_at(int64_t now_ms)
{
	struct scope_list list;
	fixture.call.now_ms = now_ms;
	ck_assert_int_eq(scope_cache_list(&fixture.flow, &fixture.call, &list), ERR_OK);
	return list;
}

static void add_scope(const char *name)
{
	const struct scope scope = { .name = slice_str(name), .description = SLICE("Words") };
	ck_assert_int_eq(store_scope_insert(fixture.store, &scope, NULL), ERR_OK);
}

static const struct age {
	const char *name;
	int64_t later_ms;
	bool fresh;
} ages[] = {
	{ .name = "at once", .later_ms = 0, .fresh = true },
	{ .name = "in the last moment", .later_ms = 4999, .fresh = true },
	{ .name = "after five seconds", .later_ms = 5000 },
	{ .name = "after an hour", .later_ms = 3600000 },
};

START_TEST(what_is_older_than_five_seconds_is_read_again)
{
	const struct age *row = &ages[_i];
	struct scope_list before = list_at(10000);
	ck_assert_uint_eq(before.count, 6);
	add_scope("tv.remote");
	struct scope_list after = list_at(10000 + row->later_ms);
	ck_assert_msg((scope_list_find(&after, SLICE("tv.remote")) == NULL) == row->fresh, "%s",
		      row->name);
	ck_assert_msg(scope_list_find(&before, SLICE("openid"))->is_default,
		      "what was handed out stays");
	ck_slice_str(scope_list_find(&before, SLICE("openid"))->description, "Know who you are");
}
END_TEST

START_TEST(without_a_cache_everything_is_read)
{
	row_cache_free(&fixture.flow.scopes);
	ck_assert_uint_eq(list_at(0).count, 6);
	add_scope("tv.remote");
	ck_assert_uint_eq(list_at(0).count, 7);
}
END_TEST

static void *work(void *arg)
{
	for (int64_t i = 0; i < 3000; i++) {
		const struct call call = { .arena = arena_new(), .now_ms = i * 100 };
		struct arena *arena = call.arena;
		struct scope_list list;
		bool whole = scope_cache_list(&fixture.flow, &call, &list) == ERR_OK &&
			     list.count == 6 &&
			     scope_list_find(&list, SLICE("offline_access")) != NULL;
		arena_free(&arena);
		if (!whole)
			return arg;
	}
	return NULL;
}

START_TEST(many_threads)
{
	pthread_t threads[4];
	for (size_t i = 0; i < ARRAY_LEN(threads); i++)
		ck_assert_int_eq(pthread_create(&threads[i], NULL, work, fixture.flow.scopes), 0);
	for (size_t i = 0; i < ARRAY_LEN(threads); i++) {
		void *failed = fixture.flow.scopes;
		pthread_join(threads[i], &failed);
		ck_assert_ptr_null(failed);
	}
}
END_TEST

static void add_tests(TCase *tc)
{
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_loop_test(tc, what_is_older_than_five_seconds_is_read_again, 0, ARRAY_LEN(ages));
	tcase_add_test(tc, without_a_cache_everything_is_read);
	tcase_add_test(tc, many_threads);
}

TEST_MAIN("flow/scope_cache", add_tests)
