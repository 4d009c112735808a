/* SPDX-License-Identifier: Apache-2.0
 *
 * The disk of the tests of power cuts. The dice decide first how much of what was not synced comes
 * through at all, so that the orderly cases (nothing, everything, all up to a point) come up as
 * often as the disorderly ones. */
#include "power_disk.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/ensure.h"

enum { SECTOR = 512, PATH_MAX_OF_TESTS = 600 };

const char *const power_endings[POWER_FILES] = {
	[POWER_DATABASE] = "",
	[POWER_LOG] = "-wal",
	[POWER_JOURNAL] = "-journal",
};

/* splitmix64 */
uint32_t dice_below(struct dice *dice, uint32_t limit)
{
	uint64_t x = dice->state += 0x9e3779b97f4a7c15;
	x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9;
	x = (x ^ (x >> 27)) * 0x94d049bb133111eb;
	return (uint32_t)((x ^ (x >> 31)) % limit);
}

/* --- bytes
 * -----------------------------------------------------------------------------------------------------------
 */

static void bytes_resize(struct disk_bytes *bytes, size_t size)
{
	if (size > bytes->room) {
		bytes->room = size + size / 2;
		bytes->data = xrealloc(bytes->data, bytes->room);
	}
	if (size > bytes->size)
		memset(bytes->data + bytes->size, 0, size - bytes->size);
	bytes->size = size;
}

static void bytes_put(struct disk_bytes *bytes, size_t offset, const void *data, size_t len)
{
	if (len == 0)
		return;
	if (offset + len > bytes->size)
		bytes_resize(bytes, offset + len);
	memcpy(bytes->data + offset, data, len);
}

static void bytes_apply(struct disk_bytes *bytes, const struct disk_change *change)
{
	if (change->data == NULL)
		bytes_resize(bytes, change->offset);
	else
		bytes_put(bytes, change->offset, change->data, change->len);
}

/* --- files
 * -----------------------------------------------------------------------------------------------------------
 */

static struct disk_change *add_change(struct disk_node *node)
{
	if (node->count == node->room) {
		node->room = node->room * 2 + 16;
		node->changes = xrealloc(node->changes, node->room * sizeof(*node->changes));
	}
	return &node->changes[node->count++];
}

void disk_write(struct disk_node *node, size_t offset, const void *data, size_t len)
{
	struct disk_change *change = add_change(node);
	*change = (struct disk_change){ .data = xmalloc(len), .offset = offset, .len = len };
	memcpy(change->data, data, len);
}

void disk_cut(struct disk_node *node, size_t size)
{
	*add_change(node) = (struct disk_change){ .offset = size };
}

static void forget_changes(struct disk_node *node)
{
	for (size_t i = 0; i < node->count; i++)
		free(node->changes[i].data);
	node->count = 0;
}

void disk_sync(struct disk_node *node)
{
	for (size_t i = 0; i < node->count; i++)
		bytes_apply(&node->synced, &node->changes[i]);
	forget_changes(node);
}

/* --- names
 * -----------------------------------------------------------------------------------------------------------
 */

static void rename_to(struct disk_name *name, struct disk_node *node)
{
	ensure(name->count < DISK_RENAMES);
	name->since[name->count++] = node;
}

struct disk_node *disk_find(const struct disk *disk, enum power_file name)
{
	const struct disk_name *found = &disk->names[name];
	return found->count > 0 ? found->since[found->count - 1] : found->synced;
}

struct disk_node *disk_make(struct disk *disk, enum power_file name)
{
	struct disk_node *node = xcalloc(1, sizeof(*node));
	node->next = disk->nodes;
	disk->nodes = node;
	rename_to(&disk->names[name], node);
	return node;
}

void disk_remove(struct disk *disk, enum power_file name)
{
	if (disk_find(disk, name) != NULL)
		rename_to(&disk->names[name], NULL);
}

void disk_sync_folder(struct disk *disk)
{
	for (size_t i = 0; i < POWER_FILES; i++) {
		disk->names[i].synced = disk_find(disk, (enum power_file)i);
		disk->names[i].count = 0;
	}
}

void disk_fini(struct disk *disk)
{
	while (disk->nodes != NULL) {
		struct disk_node *node = disk->nodes;
		disk->nodes = node->next;
		forget_changes(node);
		free(node->changes);
		free(node->synced.data);
		free(node);
	}
	*disk = (struct disk){ 0 };
}

/* --- the cut
 * ---------------------------------------------------------------------------------------------------------
 */

struct luck {
	struct dice *dice;
	enum { NOTHING, EVERYTHING, FIRST, SECTORS, LUCKS } kind;
	uint32_t eighths; /* of the sectors that come through */
};

static struct luck draw_luck(struct dice *dice)
{
	uint32_t kind = dice_below(dice, LUCKS + 3);
	struct luck luck = { .dice = dice, .eighths = 1 + dice_below(dice, 7) };
	luck.kind = kind < LUCKS ? kind : SECTORS;
	return luck;
}

/* How many bytes of a sector's worth come through. */
static size_t sector_kept(const struct luck *luck, size_t len)
{
	if (dice_below(luck->dice, 8) < luck->eighths)
		return len;
	return dice_below(luck->dice, 32) == 0 ? dice_below(luck->dice, (uint32_t)len) : 0;
}

static void put_torn(struct disk_bytes *bytes, const struct disk_change *change,
		     const struct luck *luck)
{
	size_t end = change->offset + change->len;
	if (end > bytes->size && dice_below(luck->dice, 2) == 0)
		bytes_resize(bytes, end);
	for (size_t at = change->offset; at < end;) {
		size_t next = (at / SECTOR + 1) * SECTOR;
		size_t len = (next < end ? next : end) - at;
		bytes_put(bytes, at, change->data + (at - change->offset), sector_kept(luck, len));
		at += len;
	}
}

static void apply_torn(struct disk_bytes *bytes, const struct disk_change *change,
		       const struct luck *luck)
{
	if (change->data != NULL)
		put_torn(bytes, change, luck);
	else if (dice_below(luck->dice, 2) == 0)
		bytes_resize(bytes, change->offset);
}

static size_t whole_changes(const struct disk_node *node, const struct luck *luck)
{
	switch (luck->kind) {
	case EVERYTHING:
		return node->count;
	case FIRST:
		return dice_below(luck->dice, (uint32_t)node->count + 1);
	case NOTHING:
	case SECTORS:
	case LUCKS:
		break;
	}
	return 0;
}

static void apply_with_luck(struct disk_bytes *bytes, const struct disk_node *node,
			    const struct luck *luck)
{
	size_t whole = whole_changes(node, luck);
	for (size_t i = 0; i < whole; i++)
		bytes_apply(bytes, &node->changes[i]);
	if (luck->kind == FIRST && whole < node->count)
		apply_torn(bytes, &node->changes[whole], luck);
	for (size_t i = 0; luck->kind == SECTORS && i < node->count; i++)
		apply_torn(bytes, &node->changes[i], luck);
}

void disk_lose(struct disk_node *node, struct dice *dice)
{
	struct luck luck = draw_luck(dice);
	apply_with_luck(&node->synced, node, &luck);
	forget_changes(node);
}

static const struct disk_node *name_with_luck(const struct disk_name *name, const struct luck *luck)
{
	size_t count = name->count;
	if (luck->kind != EVERYTHING)
		count = luck->kind == NOTHING ? 0
					      : dice_below(luck->dice, (uint32_t)name->count + 1);
	return count > 0 ? name->since[count - 1] : name->synced;
}

void disk_image(const struct disk *disk, struct dice *dice, struct image *image)
{
	struct luck luck = draw_luck(dice);
	*image = (struct image){ 0 };
	for (size_t i = 0; i < POWER_FILES; i++) {
		const struct disk_node *node = name_with_luck(&disk->names[i], &luck);
		image->there[i] = node != NULL;
		if (node == NULL)
			continue;
		bytes_put(&image->files[i], 0, node->synced.data, node->synced.size);
		apply_with_luck(&image->files[i], node, &luck);
	}
}

static void save_file(const char *path, const struct disk_bytes *bytes)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	ensure(fd >= 0);
	for (size_t at = 0; at < bytes->size;) {
		ssize_t written = write(fd, bytes->data + at, bytes->size - at);
		ensure(written > 0);
		at += (size_t)written;
	}
	close(fd);
}

void image_save(const struct image *image, const char *database)
{
	char path[PATH_MAX_OF_TESTS];
	snprintf(path, sizeof(path), "%s-shm", database);
	unlink(path);
	for (size_t i = 0; i < POWER_FILES; i++) {
		snprintf(path, sizeof(path), "%s%s", database, power_endings[i]);
		unlink(path);
		if (image->there[i])
			save_file(path, &image->files[i]);
	}
}

void image_fini(struct image *image)
{
	for (size_t i = 0; i < POWER_FILES; i++)
		free(image->files[i].data);
	*image = (struct image){ 0 };
}
