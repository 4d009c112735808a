/* SPDX-License-Identifier: Apache-2.0
 *
 * Looking up the files that are built into the program, by binary search over the generated table.
 */
#include "base/asset.h"

#include <string.h>

/* As strcmp() over the bytes of the name, which is how the table is sorted. */
static int compare(struct slice a, struct slice b)
{
	size_t len = a.len < b.len ? a.len : b.len;
	int order = len > 0 ? memcmp(a.ptr, b.ptr, len) : 0;
	if (order != 0)
		return order;
	return (a.len > b.len) - (a.len < b.len);
}

enum find asset_find(struct slice name, struct slice *out)
{
	size_t low = 0;
	size_t high = asset_count;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		const struct asset *asset = &asset_table[middle];
		int order = compare(name, slice_str(asset->name));
		if (order == 0) {
			*out = slice_of(asset->data, asset->len);
			return FOUND;
		}
		if (order < 0)
			high = middle;
		if (order > 0)
			low = middle + 1;
	}
	return ABSENT;
}
