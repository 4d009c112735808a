/* SPDX-License-Identifier: Apache-2.0
 *
 * The time in the middle between question and answer is the one that the answer shows. Whoever has
 * none yet takes any answer, since an hour is a larger error than the time a question took. */
#include "flow/common_clock.h"

#include <stdatomic.h>

#include "base/clock.h"
#include "base/log.h"

enum { SLOWEST_MS = 1000, WRONG_S = 5 };

/* Said when it becomes wrong by another span, and not each second. */
static void say_when_wrong(int64_t common_ms)
{
	static _Atomic int64_t said;
	int64_t off = clock_now_ms() / 1000 - common_ms / 1000;
	int64_t change = off - atomic_load(&said);
	if (change <= WRONG_S && change >= -WRONG_S)
		return;
	atomic_store(&said, off);
	log_warn("the clock of this machine is wrong; that of the database counts",
		 LOG_NUMBER("seconds", off));
}

enum err common_clock_follow(struct store *store)
{
	static atomic_bool follows;
	int64_t now_ms;
	int64_t before = clock_mono_ms();
	enum err err = store_clock(store, &now_ms);
	int64_t after = clock_mono_ms();
	if (err == ERR_ABSENT)
		return ERR_OK;
	if (err != ERR_OK || (after - before > SLOWEST_MS && atomic_load(&follows)))
		return err;
	say_when_wrong(now_ms);
	clock_follow(now_ms, before + (after - before) / 2);
	atomic_store(&follows, true);
	return ERR_OK;
}
