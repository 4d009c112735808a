/* SPDX-License-Identifier: Apache-2.0
 *
 * The main() of a unit test program: one suite, one case, run by Check. CK_FORK=no helps under a
 * debugger. */
#ifndef CHECK_MAIN_H
#define CHECK_MAIN_H

#include <check.h>
#include <stdlib.h>

#include "base/rng.h"

static inline int check_main_run(const char *name, void (*add_tests)(TCase *tc), double timeout_s)
{
	rng_init();
	Suite *suite = suite_create(name);
	TCase *tc = tcase_create(name);
	tcase_set_timeout(tc, timeout_s);
	add_tests(tc);
	suite_add_tcase(suite, tc);
	SRunner *runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	int failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

#define TEST_MAIN_TIMEOUT(name, add_tests, seconds) \
	int main(void) \
	{ \
		return check_main_run(name, add_tests, seconds); \
	}
#define TEST_MAIN(name, add_tests) TEST_MAIN_TIMEOUT(name, add_tests, 120)

#endif
