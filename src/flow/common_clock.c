/* SPDX-License-Identifier: Apache-2.0
 *
 * The time in the middle between question and answer is the one that the answer shows. */
#include "flow/common_clock.h"

#include "base/clock.h"
#include "base/log.h"

enum { SLOWEST_MS = 1000, WRONG_S = 5 };

static void say_when_wrong(int64_t common_ms)
{
	int64_t off = clock_now_ms() / 1000 - common_ms / 1000;
	if (off > WRONG_S || off < -WRONG_S)
		log_warn("the clock of this machine is wrong; that of the database counts",
			 LOG_NUMBER("seconds", off));
}

enum err common_clock_follow(struct store *store)
{
	int64_t now_ms;
	int64_t before = clock_mono_ms();
	enum err err = store_clock(store, &now_ms);
	int64_t after = clock_mono_ms();
	if (err == ERR_ABSENT)
		return ERR_OK;
	if (err != ERR_OK || after - before > SLOWEST_MS)
		return err;
	say_when_wrong(now_ms);
	clock_follow(now_ms, before + (after - before) / 2);
	return ERR_OK;
}
