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

static long count_in(struct trust *trust, const char *words)
{
	struct trust_file file;
	trust_take(trust, &file);
	ck_assert_ptr_nonnull(file.path);
	long found = count(file.path, words);
	trust_give(&file);
	return found;
}

static void write_anew(const char *text)
{
	FILE *stream = fopen(path, "w");
	ck_assert_ptr_nonnull(stream);
	fputs(text, stream);
	fclose(stream);
}

START_TEST(joined)
{
	static const char words[] = "BEGIN CERTIFICATE";
	struct trust *alone = trust_new(NULL);
	struct trust *trust = trust_new(path);
	ck_assert_int_gt(count_in(alone, words), 0);
	ck_assert_int_eq(count_in(trust, words), count_in(alone, words));
	ck_assert_int_eq(count_in(trust, "\nof our own\n"), 1);
	/* Read anew for each request. */
	ck_assert_int_eq(count_in(trust, "of our own"), 1);
	trust_free(&trust);
	trust_free(&alone);
	ck_assert_ptr_null(trust);
}
END_TEST

START_TEST(a_file_that_is_not_there)
{
	struct trust *trust = trust_new("/nowhere/ca.pem");
	ck_assert_int_gt(count_in(trust, "BEGIN CERTIFICATE"), 0);
	trust_free(&trust);
}
END_TEST

START_TEST(read_anew)
{
	struct trust_file file;
	struct trust *trust = trust_new(path);
	trust_take(trust, &file);
	write_anew("of another");
	ck_assert_int_eq(count_in(trust, "of another"), 0);
	ck_assert_int_eq(trust_reload(trust), ERR_OK);
	ck_assert_int_eq(count_in(trust, "\nof another\n"), 1);
	ck_assert_int_eq(count_in(trust, "of our own"), 0);
	/* who had begun goes on with what there was */
	ck_assert_int_eq(count(file.path, "of our own"), 1);
	trust_give(&file);
	trust_free(&trust);
}
END_TEST

START_TEST(what_cannot_be_read_anew_changes_nothing)
{
	struct trust *trust = trust_new(path);
	unlink(path);
	ck_assert_int_eq(trust_reload(trust), ERR_IO);
	ck_assert_int_eq(count_in(trust, "of our own"), 1);
	trust_free(&trust);
}
END_TEST

START_TEST(of_the_system_alone_there_is_nothing_to_read)
{
	struct trust *trust = trust_new(NULL);
	ck_assert_int_eq(trust_reload(trust), ERR_OK);
	ck_assert_int_gt(count_in(trust, "BEGIN CERTIFICATE"), 0);
	trust_free(&trust);
}
END_TEST

static void add_tests(TCase *tc)
{
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, joined);
	tcase_add_test(tc, a_file_that_is_not_there);
	tcase_add_test(tc, read_anew);
	tcase_add_test(tc, what_cannot_be_read_anew_changes_nothing);
	tcase_add_test(tc, of_the_system_alone_there_is_nothing_to_read);
}

TEST_MAIN("fetch/trust", add_tests)
