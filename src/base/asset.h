/* SPDX-License-Identifier: Apache-2.0
 *
 * Files that are built into the program: "templates/login.html", "static/doorcode.css",
 * "sql/sqlite/0001_init.sql". The table is generated at build from web/ and sql/. */
#ifndef BASE_ASSET_H
#define BASE_ASSET_H

#include <stddef.h>

struct asset {
	const char *name;
	const unsigned char *data;
	size_t len;
};

/* Sorted by name (generated: build/gen/assets.c). */
extern const struct asset asset_table[];
extern const size_t asset_count;

#endif
