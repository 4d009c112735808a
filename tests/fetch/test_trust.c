/* SPDX-License-Identifier: Apache-2.0
 *
 * The authorities of the system, joined with those of a file. That both are believed is tried in
 * test_fetch.c. */
#include "fetch/trust.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "check_main.h"

static char path[] = "/tmp/doorcode-trust-XXXXXX";

static void setup(void)
{
	int fd = mkstemp(path);
	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(write(fd, "of our own", 10), 10);
	close(fd);
}

static void teardown(void)
{
	unlink(path);
}

static long count(const char *file, const char *words)
{
	static char text[1 << 20];
	FILE *stream = fopen(file, "r");
	ck_assert_ptr_nonnull(stream);
	text[fread(text, 1, sizeof(text) - 1, stream)] = '\0';
	fclose(stream);
	long found = 0;
	for (const char *at = text; (at = strstr(at, words)) != NULL; at++)
		found++;
	return found;
}

START_TEST(joined)
{
	static const char words[] = "BEGIN CERTIFICATE";
	struct trust *alone = trust_new(NULL);
	struct trust *trust = trust_new(path);
	const char *system_file = trust_file(alone);
	ck_assert_ptr_nonnull(system_file);
	ck_assert_int_gt(count(system_file, words), 0);
	ck_assert_int_eq(count(trust_file(trust), words), count(system_file, words));
	ck_assert_int_eq(count(trust_file(trust), "\nof our own\n"), 1);
	/* Read anew for each request. */
	ck_assert_int_eq(count(trust_file(trust), "of our own"), 1);
	trust_free(&trust);
	trust_free(&alone);
	ck_assert_ptr_null(trust);
}
END_TEST

START_TEST(a_file_that_is_not_there)
{
	struct trust *trust = trust_new("/nowhere/ca.pem");
	ck_assert_int_gt(count(trust_file(trust), "BEGIN CERTIFICATE"), 0);
	trust_free(&trust);
}
END_TEST

static void add_tests(TCase *tc)
{
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, joined);
	tcase_add_test(tc, a_file_that_is_not_there);
}

TEST_MAIN("fetch/trust", add_tests)
