/* SPDX-License-Identifier: Apache-2.0
 *
 * The contract: counters of failures, events, named values, and the sweep. */
#include <string.h>
#include <time.h>

#include "world.h"

/* --- failures
 * --------------------------------------------------------------------------------------------------------
 */

static struct failure_counter counter(uint32_t limit, uint32_t window, bool refuses)
{
	return (struct failure_counter){
		.key = world_hash(), .limit = limit, .window = window, .refuses = refuses
	};
}

static uint32_t count_of(struct world *w, const struct failure_counter *of, int64_t at)
{
	uint32_t count;
	ck_ok(store_failure_count(w->store, of, w->now + at, &count));
	return count;
}

START_TEST(a_budget_is_taken_until_it_is_full)
{
	WORLD_EMPTY(w);
	struct failure_counter c = counter(3, 60, true);
	struct failure_taken taken;
	ck_assert_uint_eq(count_of(&w, &c, 0), 0);
	for (uint32_t i = 0; i < 3; i++) {
		ck_ok(store_failure_take(w.store, &c, 1, w.now + i, &taken));
		ck_assert(taken.retry_after == 0 && taken.counts[0] == i + 1);
	}
	ck_err(store_failure_take(w.store, &c, 1, w.now + 10, &taken), ERR_FULL);
	ck_assert(taken.retry_after == 50 && taken.counts[0] == 3);
	ck_assert_uint_eq(count_of(&w, &c, 59), 3);
	ck_assert_uint_eq(count_of(&w, &c, 60), 0);
	ck_ok(store_failure_take(w.store, &c, 1, w.now + 60, &taken));
	ck_assert_uint_eq(taken.counts[0], 1);
	ck_assert_uint_eq(count_of(&w, &c, 119), 1);
}
END_TEST

START_TEST(one_full_counter_keeps_all_from_counting)
{
	WORLD_EMPTY(w);
	struct failure_counter c[] = { counter(1, 60, true), counter(1, 600, true),
				       counter(100, 60, true), counter(1, 60, false) };
	struct failure_taken taken;
	ck_ok(store_failure_take(w.store, c, 4, w.now, &taken));
	ck_err(store_failure_take(w.store, c, 4, w.now + 1, &taken), ERR_FULL);
	ck_assert_int_eq(taken.retry_after, 599); /* the last of the full ones */
	ck_assert_uint_eq(taken.counts[2], 1);
	ck_assert_uint_eq(taken.counts[3], 1);
	ck_err(store_failure_take(w.store, c, 4, w.now + 60, &taken), ERR_FULL);
	ck_assert_int_eq(taken.retry_after, 540);
	ck_assert_uint_eq(count_of(&w, &c[2], 59), 1);
	ck_assert_uint_eq(count_of(&w, &c[3], 59), 1);
}
END_TEST

START_TEST(a_counter_that_never_refuses_goes_on_counting)
{
	WORLD_EMPTY(w);
	struct failure_counter c = counter(1, 60, false);
	struct failure_taken taken;
	for (uint32_t i = 1; i <= 5; i++) {
		ck_ok(store_failure_take(w.store, &c, 1, w.now, &taken));
		ck_assert_uint_eq(taken.counts[0], i);
	}
}
END_TEST

START_TEST(what_is_given_back_can_be_taken_again)
{
	WORLD_EMPTY(w);
	struct failure_counter c = counter(1, 60, true);
	struct failure_taken taken;
	ck_ok(store_failure_give_back(w.store, &c, 1, w.now));
	ck_assert_uint_eq(count_of(&w, &c, 0), 0);
	ck_ok(store_failure_take(w.store, &c, 1, w.now, &taken));
	ck_ok(store_failure_give_back(w.store, &c, 1, w.now + 1));
	ck_ok(store_failure_give_back(w.store, &c, 1, w.now + 1));
	ck_assert_uint_eq(count_of(&w, &c, 1), 0);
	ck_ok(store_failure_take(w.store, &c, 1, w.now + 2, &taken));
	ck_err(store_failure_take(w.store, &c, 1, w.now + 2, &taken), ERR_FULL);
	ck_ok(store_failure_give_back(w.store, &c, 1, w.now + 60));
	ck_assert_uint_eq(count_of(&w, &c, 59), 1);
}
END_TEST

/* --- events
 * ----------------------------------------------------------------------------------------------------------
 */

START_TEST(events_come_back_newest_first)
{
	WORLD(w);
	struct event posted = world_event(&w, EVENT_SIGN_IN_REFUSED);
	struct device_grant_new grant = world_grant(&w);
	posted.at = w.now + 1;
	posted.user = (struct id){ 0 };
	posted.authorization = grant.grant.authorization;
	posted.address = SLICE("2001:db8::1");
	store_event_post(w.store, &posted);
	struct event with = world_event(&w, EVENT_DEVICE_STARTED);
	with.at = w.now + 2;
	ck_ok(store_device_grant_insert(w.store, &grant, &with));
	world_reopen(&w); /* writes what was posted */
	struct event_list list;
	ck_ok(store_event_list(w.store, w.arena,
			       &(struct event_filter){ .since = w.now, .limit = 10 }, &list));
	ck_assert_uint_eq(list.count, 2);
	ck_assert(list.items[0].kind == EVENT_DEVICE_STARTED &&
		  list.items[1].kind == EVENT_SIGN_IN_REFUSED);
	const struct event *e = &list.items[1];
	ck_assert(e->at == w.now + 1 && id_is_zero(&e->user) && id_equal(&e->client, &w.client));
	ck_assert(id_equal(&e->authorization, &grant.grant.authorization));
	ck_slice(e->address, "2001:db8::1");
	ck_slice(e->request_id, "r1");
	ck_slice(e->detail, "test");
	ck_ok(store_event_list(w.store, w.arena,
			       &(struct event_filter){ .since = w.now + 2, .limit = 10 }, &list));
	ck_assert_uint_eq(list.count, 1);
	ck_ok(store_event_list(w.store, w.arena, &(struct event_filter){ .since = 0, .limit = 1 },
			       &list));
	ck_assert(list.count == 1 && list.items[0].kind == EVENT_DEVICE_STARTED);
}
END_TEST

START_TEST(posted_text_is_copied_and_may_be_long)
{
	WORLD(w);
	char text[4000];
	memset(text, 'x', sizeof(text));
	struct event event = world_event(&w, EVENT_THROTTLED);
	event.detail = slice_of(text, sizeof(text));
	event.address = event.detail;
	store_event_post(w.store, &event);
	memset(text, 'y', sizeof(text));
	world_reopen(&w);
	struct event_list list;
	ck_ok(store_event_list(w.store, w.arena, &(struct event_filter){ .limit = 10 }, &list));
	ck_assert_uint_eq(list.count, 1);
	ck_assert(slice_has_prefix(list.items[0].detail, SLICE("xxxxxxxx")));
	ck_assert(!slice_has_byte(list.items[0].detail, 'y') &&
		  list.items[0].detail.len <= sizeof(text));
}
END_TEST

START_TEST(a_posted_event_is_written_when_nothing_else_comes)
{
	WORLD(w);
	struct event event = world_event(&w, EVENT_CODE_REFUSED);
	store_event_post(w.store, &event);
	struct timespec step = { .tv_nsec = 1000000 };
	int steps = 0;
	while (world_events(&w, EVENT_CODE_REFUSED) == 0 && steps++ < 10000)
		nanosleep(&step, NULL);
	ck_assert_uint_eq(world_events(&w, EVENT_CODE_REFUSED), 1);
}
END_TEST

START_TEST(a_flood_of_posted_events_is_bounded)
{
	WORLD(w);
	struct event event = world_event(&w, EVENT_FORM_REFUSED);
	for (int i = 0; i < 5000; i++)
		store_event_post(w.store, &event);
	world_reopen(&w);
	ck_assert_uint_ge(world_events(&w, EVENT_FORM_REFUSED), 1000);
	ck_assert_uint_le(world_events(&w, EVENT_FORM_REFUSED), 5000);
}
END_TEST

/* --- named values
 * ----------------------------------------------------------------------------------------------------
 */

START_TEST(a_named_value_is_inserted_once)
{
	WORLD_EMPTY(w);
	struct slice value;
	ck_absent(store_meta_find(w.store, w.arena, SLICE("key_check/00000001"), &value));
	ck_assert_uint_eq(value.len, 0);
	ck_ok(store_meta_insert(w.store, SLICE("key_check/00000001"), SLICE("a\0b")));
	ck_err(store_meta_insert(w.store, SLICE("key_check/00000001"), SLICE("c")), ERR_CONFLICT);
	ck_found(store_meta_find(w.store, w.arena, SLICE("key_check/00000001"), &value));
	ck_slice(value, "a\0b");
	ck_ok(store_meta_remove(w.store, SLICE("key_check/00000001")));
	ck_err(store_meta_remove(w.store, SLICE("key_check/00000001")), ERR_ABSENT);
}
END_TEST

static uint64_t uses(struct world *w, uint32_t key_id)
{
	uint64_t count;
	ck_ok(store_key_uses(w->store, key_id, &count));
	return count;
}

START_TEST(the_uses_of_a_key_are_counted)
{
	WORLD(w);
	ck_assert_uint_eq(uses(&w, 7), 0);
	struct device_grant_new grant = world_pending(&w); /* a user code */
	ck_assert_uint_eq(uses(&w, 7), 1);
	struct device_handle handle = { .hash = world_hash(),
					.session = w.session,
					.authorization = grant.grant.authorization,
					.sealed_code = SLICE("\0\0\0\7sealed"),
					.created = w.now,
					.expires = w.now + 600 };
	ck_ok(store_device_handle_insert(w.store, &handle, NULL));
	ck_assert_uint_eq(uses(&w, 7), 2);
	struct redemption redeemed = world_redeemed(&w); /* another code; an answer under key 9 */
	ck_assert_uint_eq(uses(&w, 7), 3);
	ck_assert_uint_eq(uses(&w, 9), 1);
	struct rotation rotation = world_rotation(&w, &redeemed);
	ck_ok(store_refresh_token_rotate(w.store, &rotation, NULL));
	ck_assert_uint_eq(uses(&w, 9), 2);
	struct client client = world_client(&w, "printer");
	struct client_secret secret = {
		.id = world_id(), .key_id = 9, .mac = world_hash(), .created = w.now
	};
	client.type = CLIENT_CONFIDENTIAL;
	ck_ok(store_client_insert(w.store, &client, &secret, NULL));
	ck_assert_uint_eq(uses(&w, 9), 3);
	ck_assert_uint_eq(uses(&w, 0x09000000), 0);
}
END_TEST

/* --- the sweep
 * -------------------------------------------------------------------------------------------------------
 */

enum { DAY = 86400, YEAR = 365 * DAY };

static size_t sweep_at(struct world *w, int64_t at, size_t limit)
{
	struct sweep sweep = { .now = w->now + at,
			       .session_idle = 7 * DAY,
			       .keep_dead = 30 * DAY,
			       .keep_events = YEAR,
			       .limit = limit };
	size_t deleted;
	ck_ok(store_sweep(w->store, &sweep, &deleted));
	ck_assert_uint_le(deleted, limit);
	return deleted;
}

START_TEST(a_sweep_leaves_what_is_alive)
{
	WORLD(w);
	world_pending(&w);
	world_approved(&w);
	struct redemption redeemed = world_redeemed(&w);
	struct failure_counter c = counter(10, 60, true);
	struct failure_taken taken;
	ck_ok(store_failure_take(w.store, &c, 1, w.now, &taken));
	ck_assert_uint_eq(sweep_at(&w, 30, 1000), 0);
	ck_assert(world_has_tokens(&w, &redeemed));
	ck_assert_uint_eq(count_of(&w, &c, 30), 1);
}
END_TEST

struct sweep_row {
	const char *name;
	int64_t at;
	bool grant, access, refresh, authorization, session;
};

/* A grant that was redeemed at 20: its access token lives an hour, its refresh token a day. The
 * session is idle from 0. */
static const struct sweep_row sweep_rows[] = {
	{ "all is alive at first", 1799, true, true, true, true, true },
	{ "the grant says for a while that it has expired", 1801, true, true, true, true, true },
	{ "then the grant goes", 1800 + 3600, false, false, true, true, true },
	{ "the access token lives until it expires", 3619, false, true, true, true, true },
	{ "and goes then", 3620, false, false, true, true, true },
	{ "the refresh token lives until it expires", DAY + 19, false, false, true, true, true },
	{ "and goes then, and the session when idle", 7 * DAY, false, false, false, true, false },
	{ "the authorization is kept for the log", 31 * DAY + 19, false, false, false, true,
	  false },
	{ "and goes at last", 31 * DAY + 20, false, false, false, false, false },
};

START_TEST(a_sweep_takes_what_is_past_use)
{
	const struct sweep_row *row = &sweep_rows[_i];
	WORLD(w);
	struct redemption redeemed = world_redeemed(&w);
	struct device_grant *grant;
	struct authorization *authorization;
	struct session *session;
	sweep_at(&w, row->at, 1000);
	bool has_grant = store_device_grant_find(w.store, w.arena, &redeemed.authorization,
						 &grant) == FOUND;
	bool has_authorization = store_authorization_find(w.store, w.arena, &redeemed.authorization,
							  &authorization) == FOUND;
	bool has_session = store_session_find(w.store, w.arena, &w.session, &session) == FOUND;
	ck_assert_msg(has_grant == row->grant, "%s: grant", row->name);
	ck_assert_msg(world_has_access(&w, &redeemed) == row->access, "%s: access token",
		      row->name);
	ck_assert_msg(world_has_refresh(&w, &redeemed) == row->refresh, "%s: refresh token",
		      row->name);
	ck_assert_msg(has_authorization == row->authorization, "%s: authorization", row->name);
	ck_assert_msg(has_session == row->session, "%s: session", row->name);
	size_t faults;
	ck_ok(store_check(w.store, NULL, NULL, &faults));
	ck_assert_uint_eq(faults, 0);
}
END_TEST

START_TEST(a_revoked_authorization_goes_with_its_tokens)
{
	WORLD(w);
	struct redemption redeemed = world_redeemed(&w);
	struct rotation rotation = world_rotation(&w, &redeemed);
	rotation.issue.refresh.expires = w.now + YEAR;
	ck_ok(store_refresh_token_rotate(w.store, &rotation, NULL));
	ck_ok(store_authorization_revoke(w.store, &redeemed.authorization, NULL, w.now + DAY,
					 NULL));
	sweep_at(&w, 31 * DAY - 1, 1000);
	ck_assert(world_has_refresh(&w, &rotation));
	sweep_at(&w, 31 * DAY, 1000);
	ck_assert(!world_has_refresh(&w, &rotation));
}
END_TEST

START_TEST(handles_counters_and_events_go_in_their_time)
{
	WORLD(w);
	struct device_grant_new grant = world_pending(&w);
	struct event event = world_event(&w, EVENT_CODE_ENTERED);
	struct device_handle handle = { .hash = world_hash(),
					.session = w.session,
					.authorization = grant.grant.authorization,
					.created = w.now,
					.expires = w.now + 600 };
	struct failure_counter c = counter(1, 900, true);
	struct device_handle *found;
	struct failure_taken taken;
	ck_ok(store_device_handle_insert(w.store, &handle, &event));
	ck_ok(store_failure_take(w.store, &c, 1, w.now, &taken));
	ck_assert_uint_eq(sweep_at(&w, 599, 1000), 0);
	ck_found(store_device_handle_find(w.store, w.arena, &handle.hash, &found));
	ck_assert_uint_eq(sweep_at(&w, 600, 1000), 1);
	ck_absent(store_device_handle_find(w.store, w.arena, &handle.hash, &found));
	ck_assert_uint_eq(sweep_at(&w, 899, 1000), 0);
	ck_assert_uint_eq(sweep_at(&w, 900, 1000), 1);
	sweep_at(&w, YEAR - 1, 1000);
	ck_assert_uint_eq(world_events(&w, EVENT_CODE_ENTERED), 1);
	ck_assert_uint_eq(sweep_at(&w, YEAR, 1000), 1);
	ck_assert_uint_eq(world_events(&w, EVENT_CODE_ENTERED), 0);
}
END_TEST

/* Clients that a stranger can bring about by naming an address. */
static const struct document_row {
	const char *name;
	const char *settings;
	bool reviewed;
	bool disabled;
	bool used;
	int64_t at;
	bool gone;
} document_rows[] = {
	{ .name = "unused for a week",
	  .settings = "source=metadata_document\nsource_expires=5",
	  .at = 7 * DAY,
	  .gone = true },
	{ .name = "with more said before it",
	  .settings = "client_uri=https://a.example/\nsource=metadata_document\nsource_expires=5",
	  .at = 7 * DAY,
	  .gone = true },
	{ .name = "the moment before",
	  .settings = "source=metadata_document\nsource_expires=5",
	  .at = 7 * DAY - 1 },
	{ .name = "what somebody has allowed",
	  .settings = "source=metadata_document\nsource_expires=5",
	  .used = true,
	  .at = 7 * DAY },
	{ .name = "what an administrator has reviewed",
	  .settings = "source=metadata_document\nsource_expires=5",
	  .reviewed = true,
	  .at = 7 * DAY },
	{ .name = "what an administrator has switched off",
	  .settings = "source=metadata_document\nsource_expires=5",
	  .disabled = true,
	  .at = 7 * DAY },
	{ .name = "registered in another way", .settings = "source=registration", .at = 7 * DAY },
	{ .name = "one that says something like it",
	  .settings = "software_id=source=metadata_document\nsource=registration",
	  .at = 7 * DAY },
};

START_TEST(clients_of_documents_go_when_nobody_uses_them)
{
	const struct document_row *row = &document_rows[_i];
	WORLD(w);
	struct client client = world_client(&w, "https://app.example/c");
	client.settings = slice_str(row->settings);
	client.reviewed = row->reviewed;
	client.enabled = !row->disabled;
	ck_ok(store_client_insert(w.store, &client, NULL, NULL));
	struct grant_new grant = {
		.authorization = { .id = world_id(),
				   .user = w.user,
				   .client = client.id,
				   .created = w.now },
		.issue = { .access = { .hash = world_hash(),
				       .created = w.now,
				       .expires = w.now + 30 * DAY } },
	};
	if (row->used)
		ck_ok(store_grant_insert(w.store, &grant, NULL));
	sweep_at(&w, row->at, 1000);
	struct client *found;
	enum find find = store_client_find(w.store, w.arena, &client.id, &found);
	ck_assert_msg(find == (row->gone ? ABSENT : FOUND), "%s", row->name);
	ck_assert_msg(store_client_find(w.store, w.arena, &w.client, &found) == FOUND, "%s",
		      row->name);
}
END_TEST

START_TEST(a_sweep_deletes_no_more_than_its_limit)
{
	WORLD(w);
	for (int i = 0; i < 25; i++)
		world_pending(&w);
	for (int i = 0; i < 10; i++) {
		struct failure_counter c = counter(1, 60, true);
		struct failure_taken taken;
		ck_ok(store_failure_take(w.store, &c, 1, w.now, &taken));
	}
	ck_assert_uint_eq(sweep_at(&w, DAY, 10), 10);
	ck_assert_uint_eq(sweep_at(&w, DAY, 10), 10);
	ck_assert_uint_eq(sweep_at(&w, DAY, 10), 10); /* of two kinds */
	ck_assert_uint_eq(sweep_at(&w, DAY, 10), 5);
	ck_assert_uint_eq(sweep_at(&w, DAY, 10), 0);
	ck_assert_uint_eq(uses(&w, 7), 0); /* the user codes went with them */
}
END_TEST

void contract_sweeps(TCase *tc)
{
	tcase_add_test(tc, a_budget_is_taken_until_it_is_full);
	tcase_add_test(tc, one_full_counter_keeps_all_from_counting);
	tcase_add_test(tc, a_counter_that_never_refuses_goes_on_counting);
	tcase_add_test(tc, what_is_given_back_can_be_taken_again);
	tcase_add_test(tc, events_come_back_newest_first);
	tcase_add_test(tc, posted_text_is_copied_and_may_be_long);
	tcase_add_test(tc, a_posted_event_is_written_when_nothing_else_comes);
	tcase_add_test(tc, a_flood_of_posted_events_is_bounded);
	tcase_add_test(tc, a_named_value_is_inserted_once);
	tcase_add_test(tc, the_uses_of_a_key_are_counted);
	tcase_add_test(tc, a_sweep_leaves_what_is_alive);
	tcase_add_loop_test(tc, a_sweep_takes_what_is_past_use, 0, ARRAY_LEN(sweep_rows));
	tcase_add_test(tc, a_revoked_authorization_goes_with_its_tokens);
	tcase_add_test(tc, handles_counters_and_events_go_in_their_time);
	tcase_add_test(tc, a_sweep_deletes_no_more_than_its_limit);
	tcase_add_loop_test(tc, clients_of_documents_go_when_nobody_uses_them, 0,
			    ARRAY_LEN(document_rows));
}
