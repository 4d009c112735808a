/* SPDX-License-Identifier: Apache-2.0
 *
 * Reading the files below web/, built in and from a folder. Nothing of a request ever becomes a
 * path: what a request names is looked up among what was read at start. */
#include "view/view_file.h"

#include <dirent.h>
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/asset.h"
#include "base/ensure.h"
#include "base/log.h"

/* FNV-1a: an ETag has to change with the content, and need not withstand anybody. */
static uint64_t content_hash(struct slice body)
{
	uint64_t hash = UINT64_C(14695981039346656037);
	for (size_t i = 0; i < body.len; i++)
		hash = (hash ^ (unsigned char)body.ptr[i]) * UINT64_C(1099511628211);
	return hash;
}

/* Lower-case letters, digits, dash, underscore and dots inside: neither hidden files nor what an
 * editor leaves behind. */
static bool is_file_name(struct slice name)
{
	if (name.len == 0 || name.len > VIEW_FILE_NAME_MAX || name.ptr[0] == '.')
		return false;
	for (size_t i = 0; i < name.len; i++) {
		char c = name.ptr[i];
		bool plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' ||
			     c == '_' || c == '.';
		if (!plain)
			return false;
	}
	return true;
}

static struct view_file *file_of(struct view_files *files, struct slice name)
{
	for (size_t i = 0; i < files->count; i++) {
		if (slice_equal(slice_str(files->items[i].name), name))
			return &files->items[i];
	}
	return NULL;
}

const struct view_file *view_files_find(const struct view_files *files, struct slice name)
{
	for (size_t i = 0; i < files->count; i++) {
		if (slice_equal(slice_str(files->items[i].name), name))
			return &files->items[i];
	}
	return NULL;
}

static void set_body(struct view_file *file, struct slice body, char *owned)
{
	free(file->owned);
	file->owned = owned;
	file->body = body;
	snprintf(file->etag, sizeof(file->etag), "\"%016" PRIx64 "\"", content_hash(body));
}

static enum err put(struct view_files *files, struct slice name, struct slice body, char *owned)
{
	struct view_file *file = file_of(files, name);
	if (file == NULL) {
		if (files->count == VIEW_FILES_MAX) {
			free(owned);
			return ERR_FULL;
		}
		file = &files->items[files->count++];
		file->name = xmalloc(name.len + 1);
		memcpy(file->name, name.ptr, name.len);
		file->name[name.len] = '\0';
	}
	set_body(file, body, owned);
	return ERR_OK;
}

static enum err load_built_in(struct view_files *files, const char *kind)
{
	struct slice prefix = slice_str(kind);
	for (size_t i = 0; i < asset_count; i++) {
		struct slice name = slice_str(asset_table[i].name);
		if (!slice_has_prefix(name, prefix) || name.len <= prefix.len ||
		    name.ptr[prefix.len] != '/')
			continue;
		struct slice rest = slice_sub(name, prefix.len + 1, name.len);
		enum err e = put(files, rest, slice_of(asset_table[i].data, asset_table[i].len),
				 NULL);
		if (e != ERR_OK)
			return e;
	}
	return ERR_OK;
}

/* At most VIEW_FILE_MAX bytes, to be freed; NULL on failure. */
static char *read_whole(FILE *file, size_t *len)
{
	char *bytes = xmalloc(VIEW_FILE_MAX + 1);
	*len = fread(bytes, 1, VIEW_FILE_MAX + 1, file);
	if (ferror(file) != 0 || *len > VIEW_FILE_MAX) {
		free(bytes);
		return NULL;
	}
	return xrealloc(bytes, *len + 1);
}

static char *read_path(const char *path, size_t *len)
{
	FILE *file = fopen(path, "rbe");
	if (file == NULL)
		return NULL;
	char *bytes = read_whole(file, len);
	fclose(file);
	return bytes;
}

static enum err load_file(struct view_files *files, const char *dir, const char *name)
{
	char path[4096];
	int written = snprintf(path, sizeof(path), "%s/%s", dir, name);
	size_t len = 0;
	char *bytes = written > 0 && (size_t)written < sizeof(path) ? read_path(path, &len) : NULL;
	if (bytes == NULL) {
		log_error("cannot read a file of the web folder, or it is too long",
			  LOG_TEXT("path", slice_str(path)));
		return ERR_IO;
	}
	enum err e = put(files, slice_str(name), slice_of(bytes, len), bytes);
	if (e != ERR_OK)
		log_error("too many files in the web folder", LOG_TEXT("path", slice_str(path)));
	return e;
}

static enum err load_entries(struct view_files *files, const char *dir, DIR *handle)
{
	const struct dirent *entry;
	while ((entry = readdir(handle)) != NULL) {
		if (entry->d_type == DT_DIR || !is_file_name(slice_str(entry->d_name)))
			continue;
		enum err e = load_file(files, dir, entry->d_name);
		if (e != ERR_OK)
			return e;
	}
	return ERR_OK;
}

/* A folder may hold templates alone, or static files alone. */
static enum err load_folder(struct view_files *files, const char *folder, const char *kind)
{
	char dir[4096];
	int written = snprintf(dir, sizeof(dir), "%s/%s", folder, kind);
	if (written < 0 || (size_t)written >= sizeof(dir)) {
		log_error("the path of the web folder is too long",
			  LOG_TEXT("path", slice_str(folder)));
		return ERR_IO;
	}
	DIR *handle = opendir(dir);
	if (handle == NULL)
		return ERR_OK;
	enum err e = load_entries(files, dir, handle);
	closedir(handle);
	return e;
}

static enum err check_folder(const char *folder)
{
	DIR *handle = opendir(folder);
	if (handle == NULL) {
		log_error("cannot open the web folder", LOG_TEXT("path", slice_str(folder)));
		return ERR_IO;
	}
	closedir(handle);
	return ERR_OK;
}

enum err view_files_load(struct view_files *files, const char *folder, const char *kind)
{
	enum err e = load_built_in(files, kind);
	if (e != ERR_OK || folder == NULL)
		return e;
	e = check_folder(folder);
	return e == ERR_OK ? load_folder(files, folder, kind) : e;
}

void view_files_fini(struct view_files *files)
{
	for (size_t i = 0; i < files->count; i++) {
		free(files->items[i].name);
		free(files->items[i].owned);
	}
	files->count = 0;
}
