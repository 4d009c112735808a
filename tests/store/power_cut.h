/* SPDX-License-Identifier: Apache-2.0
 *
 * Worlds on a disk whose power can be cut (power_vfs.h), and the judgement of what a cut left
 * (ledger.h). */
#ifndef STORE_POWER_CUT_H
#define STORE_POWER_CUT_H

#include "ledger.h"
#include "power_vfs.h"

/* All worlds made from now on stand on the disk of power_vfs.h. */
void power_worlds(void);
/* From POWER_SEED in the environment, or drawn; printed. */
struct dice power_dice(const char *what);

/* One cut: the image, and what had been answered before. */
struct cut {
	const struct ledger *ledger;
	struct dice *dice;
	struct ledger_marks marks;
	struct image image;
	bool taken;
};
void cut_init(struct cut *cut, const struct ledger *ledger, struct dice *dice);
/* Before the change number `after` from now; or now, when it has not been taken. */
void cut_at(struct cut *cut, unsigned long after);
void cut_now(struct cut *cut);
void cut_fini(struct cut *cut);
/* Lays the image out in a folder of its own, `database`, which contract_engine.drop() removes. */
void cut_save(const struct cut *cut, char database[CONTRACT_DATABASE_MAX]);
/* Judges the image. */
void cut_judge(const struct cut *cut, const struct world *world, struct verdict *verdict);

#endif
