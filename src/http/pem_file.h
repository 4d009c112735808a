/* SPDX-License-Identifier: Apache-2.0
 *
 * Reading a PEM file whole, at the start and at each SIGHUP. */
#ifndef HTTP_PEM_FILE_H
#define HTTP_PEM_FILE_H

#include <stdbool.h>

#include "base/attr.h"
#include "base/buf.h"
#include "base/err.h"

enum { PEM_FILE_MAX = 1 << 20 };

/* Appends the file to `out`, which is on the heap with a cap of PEM_FILE_MAX. A `secret` one is
 * refused when others than its owner may write it, or others than owner and group may read it. The
 * reason of a failure is logged: ERR_INVALID or ERR_IO. */
MUST_USE enum err pem_file_read(const char *path, bool secret, struct buf *out);

#endif
