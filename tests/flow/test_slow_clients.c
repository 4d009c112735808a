/* SPDX-License-Identifier: Apache-2.0
 *
 * Who was slow is remembered for a minute, and not for ever by many others. */
#include "flow/slow_clients.h"

#include "check_main.h"

static struct id numbered(uint8_t number)
{
	return (struct id){ .bytes = { 1, number } };
}

START_TEST(who_was_slow_is_remembered_for_a_while)
{
	struct slow_clients slow = { .next = 0 };
	struct id a = numbered(1);
	struct id b = numbered(2);
	struct id nobody = { { 0 } };
	ck_assert(!slow_clients_have(&slow, &a, 1000));
	slow_clients_add(&slow, &a, 1000);
	ck_assert(slow_clients_have(&slow, &a, 1000));
	ck_assert(slow_clients_have(&slow, &a, 1000 + SLOW_CLIENT_MS - 1));
	ck_assert(!slow_clients_have(&slow, &a, 1000 + SLOW_CLIENT_MS));
	ck_assert(!slow_clients_have(&slow, &b, 1000));
	ck_assert(!slow_clients_have(&slow, &nobody, 0));
}
END_TEST

START_TEST(the_oldest_gives_way)
{
	struct slow_clients slow = { .next = 0 };
	for (int i = 0; i <= SLOW_CLIENTS_MAX; i++) {
		struct id id = numbered((uint8_t)i);
		slow_clients_add(&slow, &id, 1000);
	}
	struct id first = numbered(0);
	struct id second = numbered(1);
	struct id last = numbered(SLOW_CLIENTS_MAX);
	ck_assert(!slow_clients_have(&slow, &first, 1001));
	ck_assert(slow_clients_have(&slow, &second, 1001));
	ck_assert(slow_clients_have(&slow, &last, 1001));
}
END_TEST

static void add_tests(TCase *tc)
{
	tcase_add_test(tc, who_was_slow_is_remembered_for_a_while);
	tcase_add_test(tc, the_oldest_gives_way);
}

TEST_MAIN("flow/slow_clients", add_tests)
