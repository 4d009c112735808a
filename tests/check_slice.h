/* SPDX-License-Identifier: Apache-2.0
 *
 * Comparing slices in unit tests, with both sides in the message. `row` is the name of the table's
 * row, or NULL. */
#ifndef CHECK_SLICE_H
#define CHECK_SLICE_H

#include <check.h>

#include "base/slice.h"

#define ck_slice_row(row, got, want) \
	do { \
		struct slice got_ = (got); \
		struct slice want_ = (want); \
		ck_assert_msg(slice_equal(got_, want_), "%s: got \"%.*s\", want \"%.*s\"", \
			      (row) != NULL ? (const char *)(row) : #got, SLICE_ARG(got_), \
			      SLICE_ARG(want_)); \
	} while (0)
#define ck_slice_eq(got, want) ck_slice_row(NULL, got, want)
#define ck_slice_str(got, want) ck_slice_row(NULL, got, slice_str(want))

#endif
