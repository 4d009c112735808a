/* SPDX-License-Identifier: Apache-2.0
 *
 * The clocks of the test build, linked in the place of src/base/clock.c. Both are the system's plus
 * an offset in milliseconds that a test writes into the file named by DOORCODE_TEST_CLOCK: 8 bytes,
 * a native int64, mapped shared, so that a running server sees it move at once. Without the
 * variable the offset is 0.
 *
 * Two more such numbers behind it, if they are there and not 0, are what interval clock and wall
 * clock show, in microseconds: time stands still until they are changed, so that what has to come
 * within 400 ms or in one minute does so on any machine. What waits by the clock meanwhile waits.
 *
 * A clock that the database shows is not followed, so that a test moves time at will; with
 * DOORCODE_TEST_CLOCK_FOLLOWS set it is, and the offset is what has gone wrong with this machine's
 * clock alone, not with its intervals. */
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"

enum { OFFSET_MS, STANDING_MONO_US, STANDING_REAL_US, WORDS };

static const int64_t no_words[WORDS];
static const int64_t *words = no_words;
static bool follows;
static _Atomic int64_t followed_ms;
static pthread_once_t once = PTHREAD_ONCE_INIT;

/* Not by the logger, which asks this very clock. */
static void refuse(const char *path)
{
	dprintf(STDERR_FILENO, "DOORCODE_TEST_CLOCK: cannot map 8 bytes of %s\n", path);
	abort();
}

static void map_words(void)
{
	const char *path = getenv("DOORCODE_TEST_CLOCK");
	follows = getenv("DOORCODE_TEST_CLOCK_FOLLOWS") != NULL;
	if (path == NULL || path[0] == '\0')
		return;
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct stat st;
	if (fd < 0 || fstat(fd, &st) != 0 || st.st_size < (off_t)sizeof(int64_t))
		refuse(path);
	/* What a shorter file has not is read as 0, to the end of its page. */
	void *map = mmap(NULL, WORDS * sizeof(int64_t), PROT_READ, MAP_SHARED, fd, 0);
	if (map == MAP_FAILED)
		refuse(path);
	close(fd);
	words = map;
}

static int64_t word(int index)
{
	return __atomic_load_n(&words[index], __ATOMIC_ACQUIRE);
}

static int64_t read_us(clockid_t id)
{
	pthread_once(&once, map_words);
	/* Before the offset, which is written before these become 0 again. */
	int64_t standing_us = word(id == CLOCK_MONOTONIC ? STANDING_MONO_US : STANDING_REAL_US);
	if (standing_us != 0)
		return standing_us;
	struct timespec t;
	clock_gettime(id, &t);
	int64_t moved_ms = word(OFFSET_MS);
	if (follows && id == CLOCK_MONOTONIC)
		moved_ms = 0;
	return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000 + moved_ms * 1000;
}

void clock_follow(int64_t real_ms, int64_t mono_ms)
{
	pthread_once(&once, map_words);
	if (follows)
		atomic_store(&followed_ms, real_ms - mono_ms);
}

int64_t clock_now(void)
{
	int64_t offset_ms = atomic_load(&followed_ms);
	if (offset_ms != 0)
		return (clock_mono_ms() + offset_ms) / 1000;
	return read_us(CLOCK_REALTIME) / 1000000;
}

int64_t clock_now_ms(void)
{
	return read_us(CLOCK_REALTIME) / 1000;
}

int64_t clock_mono_ms(void)
{
	return read_us(CLOCK_MONOTONIC) / 1000;
}

int64_t clock_mono_us(void)
{
	return read_us(CLOCK_MONOTONIC);
}
