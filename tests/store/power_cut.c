/* SPDX-License-Identifier: Apache-2.0
 *
 * Cuts. What had been answered is noted before the image is made, under the lock of the disk: what
 * stands in the marks was synced before. */
#include "power_cut.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/log.h"
#include "base/rng.h"
#include "sqlite_engine.h"

static void create(char database[CONTRACT_DATABASE_MAX])
{
	sqlite_for_tests.create(database);
	power_vfs_watch(database);
}

static void drop(const char *database)
{
	sqlite_for_tests.drop(database);
}

static const struct contract_engine powered = { "sqlite", create, drop, NULL };

void power_worlds(void)
{
	/* The failures that a test provokes are no news. */
	log_configure(LOG_LEVEL_COUNT, LOG_LOGFMT);
	power_vfs_init();
	world_set_engine(&powered);
}

struct dice power_dice(const char *what)
{
	struct dice dice;
	int64_t number;
	const char *text = getenv("POWER_SEED");
	if (text != NULL && slice_parse_int64(slice_str(text), &number) == ERR_OK)
		dice.state = (uint64_t)number;
	else
		rng_bytes(&dice.state, sizeof(dice.state));
	dice.state &= INT64_MAX;
	printf("%s: POWER_SEED=%" PRIu64 "\n", what, dice.state);
	fflush(stdout);
	power_vfs_seed(dice.state);
	return dice;
}

static void take(void *arg, const struct disk *disk)
{
	struct cut *cut = arg;
	cut->marks = ledger_mark(cut->ledger);
	disk_image(disk, cut->dice, &cut->image);
	cut->taken = true;
}

void cut_init(struct cut *cut, const struct ledger *ledger, struct dice *dice)
{
	*cut = (struct cut){ .ledger = ledger, .dice = dice };
}

void cut_at(struct cut *cut, unsigned long after)
{
	power_vfs_at(after, take, cut);
}

void cut_now(struct cut *cut)
{
	power_vfs_at(0, NULL, NULL);
	if (!cut->taken)
		power_vfs_now(take, cut);
}

void cut_fini(struct cut *cut)
{
	image_fini(&cut->image);
	cut->taken = false;
}

void cut_save(const struct cut *cut, char database[CONTRACT_DATABASE_MAX])
{
	sqlite_for_tests.create(database);
	image_save(&cut->image, database);
}

void cut_judge(const struct cut *cut, const struct world *world, struct verdict *verdict)
{
	char database[CONTRACT_DATABASE_MAX];
	cut_save(cut, database);
	ledger_judge_database(cut->ledger, &cut->marks, world, database, verdict);
	sqlite_for_tests.drop(database);
}
