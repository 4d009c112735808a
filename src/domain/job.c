/* SPDX-License-Identifier: Apache-2.0
 *
 * Pauses grow threefold, up to four hours. */
#include "domain/job.h"

enum { FIRST_PAUSE = 10, FACTOR = 3, LONGEST_PAUSE = 4 * 3600 };

int64_t job_next_attempt(const struct job_row *job, int64_t now)
{
	int64_t pause = FIRST_PAUSE;
	for (uint32_t i = 0; i < job->attempts && pause < LONGEST_PAUSE; i++)
		pause *= FACTOR;
	if (pause > LONGEST_PAUSE)
		pause = LONGEST_PAUSE;
	return now + pause > job->created + JOB_GIVEN_UP_S ? 0 : now + pause;
}
