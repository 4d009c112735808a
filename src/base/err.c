/* SPDX-License-Identifier: Apache-2.0
 *
 * The names of the machinery's errors, as they stand in log lines. */
#include "base/err.h"

#include <assert.h>

#include "base/attr.h"

static const char *const names[] = {
	[ERR_OK] = "ok",
	[ERR_INVALID] = "invalid",
	[ERR_ABSENT] = "absent",
	[ERR_CONFLICT] = "conflict",
	[ERR_UNCHANGED] = "unchanged",
	[ERR_FULL] = "full",
	[ERR_IO] = "io",
	[ERR_DATABASE] = "database",
	[ERR_CRYPTO] = "crypto",
};
static_assert(ARRAY_LEN(names) == ERR_COUNT, "every error has a name");

const char *err_name(enum err e)
{
	return (unsigned)e < ERR_COUNT ? names[e] : "unknown";
}
