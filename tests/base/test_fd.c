/* SPDX-License-Identifier: Apache-2.0
 *
 * A descriptor is closed once, when its block is left, and errno survives. */
#include "base/fd.h"

#include <errno.h>
#include <fcntl.h>

#include "base/attr.h"
#include "check_main.h"

static int open_and_leave(void)
{
	AUTO_FINI(fd) int fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
	ck_assert_int_ge(fd, 0);
	return fd;
}

START_TEST(closes)
{
	int number = open_and_leave();
	ck_assert_int_eq(fcntl(number, F_GETFD), -1);
	ck_assert_int_eq(errno, EBADF);
}
END_TEST

START_TEST(leaves_nothing_to_close_alone)
{
	int fd = -1;
	errno = ENOTTY;
	fd_fini(&fd);
	ck_assert_int_eq(errno, ENOTTY);
	fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
	fd_fini(&fd);
	ck_assert_int_eq(fd, -1);
	fd_fini(&fd);
}
END_TEST

static void add_tests(TCase *tc)
{
	tcase_add_test(tc, closes);
	tcase_add_test(tc, leaves_nothing_to_close_alone);
}

TEST_MAIN("base/fd", add_tests)
