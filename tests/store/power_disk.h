/* SPDX-License-Identifier: Apache-2.0
 *
 * What a disk holds, for tests of power cuts: the files of one database with what was written to
 * them since their last sync, and the names in their folder with what became of them since that was
 * synced. An image is what might be found after a cut: all that was synced, and of the rest
 * whatever the dice let through, each sector on its own. Not for several threads at a time. */
#ifndef STORE_POWER_DISK_H
#define STORE_POWER_DISK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Numbers that a seed gives again. */
struct dice {
	uint64_t state;
};
/* `limit` must not be 0. */
uint32_t dice_below(struct dice *dice, uint32_t limit);

/* The files that count. The index of the log (-shm) does not outlive the machine. */
enum power_file { POWER_DATABASE, POWER_LOG, POWER_JOURNAL, POWER_FILES };
extern const char *const power_endings[POWER_FILES];

struct disk_bytes {
	unsigned char *data;
	size_t size;
	size_t room;
};

/* A write of `len` bytes; with no data, the end of the file. */
struct disk_change {
	unsigned char *data;
	size_t offset;
	size_t len;
};

struct disk_node {
	struct disk_bytes synced;
	struct disk_change *changes; /* since, in order */
	size_t count;
	size_t room;
	struct disk_node *next;
};

enum { DISK_RENAMES = 64 };

struct disk_name {
	struct disk_node *synced; /* NULL: not there */
	struct disk_node *since[DISK_RENAMES];
	size_t count;
};

struct disk {
	struct disk_name names[POWER_FILES];
	struct disk_node *nodes; /* all there ever were */
};

struct image {
	bool there[POWER_FILES];
	struct disk_bytes files[POWER_FILES];
};

void disk_fini(struct disk *disk);
/* The file of this name as the programs see it; NULL when there is none. */
struct disk_node *disk_find(const struct disk *disk, enum power_file name);
/* A new empty file takes the name. */
struct disk_node *disk_make(struct disk *disk, enum power_file name);
void disk_remove(struct disk *disk, enum power_file name);
void disk_write(struct disk_node *node, size_t offset, const void *data, size_t len);
void disk_cut(struct disk_node *node, size_t size);
void disk_sync(struct disk_node *node);
/* A sync that failed: some of it is on the disk, and the kernel takes all of it for written. */
void disk_lose(struct disk_node *node, struct dice *dice);
void disk_sync_folder(struct disk *disk);

void disk_image(const struct disk *disk, struct dice *dice, struct image *image);
/* Writes the files that are there beside `database`, and removes the others and the -shm. */
void image_save(const struct image *image, const char *database);
/* Leaves an empty one. */
void image_fini(struct image *image);

#endif
