/* SPDX-License-Identifier: Apache-2.0
 *
 * The Accept header. A weight is from 0 to 1000, and a type that stands in front of it all with the
 * greatest weight is named with it, whatever follows. */
#include <stdlib.h>
#include <string.h>

#include "base/accept.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define TYPE "application/json"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static char more[4096] = TYPE ",";
	size_t room = sizeof(more) - strlen(TYPE ",");
	struct accept_weight said = accept_weight_of(slice_of(data, size), SLICE(TYPE));
	if (said.weight < 0 || said.weight > ACCEPT_WEIGHT_MAX)
		abort();
	if (size > room)
		return 0;
	memcpy(more + strlen(TYPE ","), data, size);
	said = accept_weight_of(slice_of(more, strlen(TYPE ",") + size), SLICE(TYPE));
	if (!said.is_named || said.weight != ACCEPT_WEIGHT_MAX)
		abort();
	return 0;
}
