/* SPDX-License-Identifier: Apache-2.0
 *
 * The ring of posted events: what it keeps, what it cuts, and what it drops. */
#include "check_main.h"

#include <string.h>

#include "store/event_ring.h"

static struct event numbered(int64_t number)
{
	return (struct event){ .kind = EVENT_THROTTLED,
			       .at = number,
			       .address = SLICE("192.0.2.1"),
			       .request_id = SLICE("r"),
			       .detail = SLICE("d") };
}

static void put(struct event_ring *ring, int64_t from, int64_t count)
{
	for (int64_t i = 0; i < count; i++) {
		struct event event = numbered(from + i);
		event_ring_put(ring, &event);
	}
}

START_TEST(events_come_out_in_order_round_and_round)
{
	AUTO_FINI(event_ring) struct event_ring ring;
	event_ring_init(&ring);
	for (int64_t turn = 0; turn < 10; turn++) {
		put(&ring, turn * 700, 700);
		ck_assert_uint_eq(ring.count, 700);
		for (size_t i = 0; i < 700; i++)
			ck_assert_int_eq(event_ring_at(&ring, i)->at, turn * 700 + (int64_t)i);
		event_ring_drop(&ring, 700);
	}
	ck_assert_uint_eq(ring.count, 0);
	ck_assert_uint_eq(event_ring_take_dropped(&ring), 0);
}
END_TEST

START_TEST(a_full_ring_drops_what_comes_and_counts_it)
{
	AUTO_FINI(event_ring) struct event_ring ring;
	event_ring_init(&ring);
	put(&ring, 0, EVENT_RING_MAX + 7);
	ck_assert_uint_eq(ring.count, EVENT_RING_MAX);
	ck_assert_int_eq(event_ring_at(&ring, 0)->at, 0);
	ck_assert_uint_eq(event_ring_take_dropped(&ring), 7);
	ck_assert_uint_eq(event_ring_take_dropped(&ring), 0);
	event_ring_drop(&ring, 1);
	put(&ring, 5000, 1);
	ck_assert_uint_eq(event_ring_take_dropped(&ring), 0);
	ck_assert_int_eq(event_ring_at(&ring, EVENT_RING_MAX - 1)->at, 5000);
}
END_TEST

struct cut_row {
	const char *name;
	size_t fill;     /* plain letters before the character */
	const char *end; /* the character */
	size_t kept;
};

static const struct cut_row cut_rows[] = {
	{ .name = "text that fits is kept whole",
	  .fill = EVENT_RING_DETAIL - 2,
	  .end = "\xc3\xa9",
	  .kept = EVENT_RING_DETAIL },
	{ .name = "a character of two bytes is not halved",
	  .fill = EVENT_RING_DETAIL - 1,
	  .end = "\xc3\xa9",
	  .kept = EVENT_RING_DETAIL - 1 },
	{ .name = "nor one of four",
	  .fill = EVENT_RING_DETAIL - 3,
	  .end = "\xf0\x9f\x93\xba",
	  .kept = EVENT_RING_DETAIL - 3 },
	{ .name = "plain text is cut at the end",
	  .fill = EVENT_RING_DETAIL + 50,
	  .end = "",
	  .kept = EVENT_RING_DETAIL },
	{ .name = "no text is no text", .fill = 0, .end = "", .kept = 0 },
};

START_TEST(text_is_copied_and_cut_between_characters)
{
	const struct cut_row *row = &cut_rows[_i];
	AUTO_FINI(event_ring) struct event_ring ring;
	char text[EVENT_RING_DETAIL * 2];
	memset(text, 'x', sizeof(text));
	memcpy(text + row->fill, row->end, strlen(row->end));
	struct event event = numbered(1);
	event.detail = slice_of(text, row->fill + strlen(row->end));
	event_ring_init(&ring);
	event_ring_put(&ring, &event);
	memset(text, 'y', sizeof(text));
	struct slice kept = event_ring_at(&ring, 0)->detail;
	ck_assert_msg(kept.len == row->kept, "%s: %zu", row->name, kept.len);
	ck_assert(!slice_has_byte(kept, 'y'));
}
END_TEST

START_TEST(bytes_that_are_no_text_are_not_overrun)
{
	AUTO_FINI(event_ring) struct event_ring ring;
	char bytes[EVENT_RING_DETAIL + 20];
	memset(bytes, 0x80, sizeof(bytes));
	struct event event = numbered(1);
	event.detail = slice_of(bytes, sizeof(bytes));
	event_ring_init(&ring);
	event_ring_put(&ring, &event);
	ck_assert_uint_eq(event_ring_at(&ring, 0)->detail.len, 0);
}
END_TEST

START_TEST(an_event_without_text_is_kept)
{
	AUTO_FINI(event_ring) struct event_ring ring;
	event_ring_init(&ring);
	event_ring_put(&ring, &(struct event){ .kind = EVENT_FORM_REFUSED });
	ck_assert_uint_eq(event_ring_at(&ring, 0)->detail.len, 0);
	ck_assert_uint_eq(event_ring_at(&ring, 0)->address.len, 0);
}
END_TEST

static void add_tests(TCase *tc)
{
	tcase_add_test(tc, events_come_out_in_order_round_and_round);
	tcase_add_test(tc, a_full_ring_drops_what_comes_and_counts_it);
	tcase_add_loop_test(tc, text_is_copied_and_cut_between_characters, 0, ARRAY_LEN(cut_rows));
	tcase_add_test(tc, bytes_that_are_no_text_are_not_overrun);
	tcase_add_test(tc, an_event_without_text_is_kept);
}

TEST_MAIN("store/event_ring", add_tests)
