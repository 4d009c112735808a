/* SPDX-License-Identifier: Apache-2.0
 *
 * The files below web/: those that are built in, each replaced by the one of the same name in the
 * folder when there is one, and those that only the folder has. Read once, at start. */
#ifndef VIEW_VIEW_FILE_H
#define VIEW_VIEW_FILE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attr.h"
#include "base/err.h"
#include "base/slice.h"

enum { VIEW_FILE_MAX = 1 << 20 /* bytes */, VIEW_FILES_MAX = 256, VIEW_FILE_NAME_MAX = 80 };

struct view_file {
	char *name; /* "login.html" */
	struct slice body;
	char *owned; /* what body points to when it came from the folder, else NULL */
	char etag[20];
};

struct view_files {
	struct view_file items[VIEW_FILES_MAX];
	size_t count;
};

/* `kind` is "templates" or "static"; `folder` may be NULL. ERR_IO or ERR_FULL, logged with the
 * path. */
MUST_USE enum err view_files_load(struct view_files *files, const char *folder, const char *kind);
void view_files_fini(struct view_files *files);
const struct view_file *view_files_find(const struct view_files *files, struct slice name);

#endif
