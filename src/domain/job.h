/* SPDX-License-Identifier: Apache-2.0
 *
 * Work that is done later, and again until it succeeds or is given up: logout tokens for clients.
 */
#ifndef DOMAIN_JOB_H
#define DOMAIN_JOB_H

#include <stddef.h>
#include <stdint.h>

#include "base/slice.h"
#include "domain/id.h"

enum job_kind { JOB_BACKCHANNEL_LOGOUT = 0, JOB_KIND_COUNT };

struct job_row {
	struct id id;
	enum job_kind kind;
	struct id client;
	struct id user;
	struct slice payload; /* what the kind needs: the sid */
	int64_t created;
	int64_t due;       /* not before */
	uint32_t attempts; /* so far */
};
struct job_list {
	struct job_row *items;
	size_t count;
};

enum { JOB_GIVEN_UP_S = 86400 /* after it was made */ };

/* When to try again one that has just failed; `attempts` are those before this one. 0: not any
 * more. */
int64_t job_next_attempt(const struct job_row *job, int64_t now);

#endif
