/* SPDX-License-Identifier: Apache-2.0
 *
 * Whose certificates are believed in requests of ours: the authorities of the system, and those of
 * a file beside them, as one file that libcurl can read. */
#ifndef FETCH_TRUST_H
#define FETCH_TRUST_H

#include "base/attr.h"
#include "base/err.h"

enum { TRUST_PATH_LEN = 32 };

struct trust; /* shared by threads */
/* `ca_file`: PEM, read here, and not copied; NULL: those of the system alone. What cannot be read
 * is logged, and is not believed. */
struct trust *trust_new(const char *ca_file);
void trust_free(struct trust **trust);
/* Reads all anew. ERR_IO, logged: nothing has changed. */
MUST_USE enum err trust_reload(struct trust *trust);

/* A file as it is now, good until it is given back, whatever is read anew meanwhile. */
struct trust_file {
	const char *path; /* NULL: whatever libcurl takes by itself */
	int fd;
	char of_fd[TRUST_PATH_LEN];
};
void trust_take(struct trust *trust, struct trust_file *out);
void trust_give(struct trust_file *file);

#endif
