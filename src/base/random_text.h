/* SPDX-License-Identifier: Apache-2.0
 *
 * Names and secrets that are drawn: random bytes of the operating system in base62. */
#ifndef BASE_RANDOM_TEXT_H
#define BASE_RANDOM_TEXT_H

#include "base/arena.h"
#include "base/slice.h"

enum { RANDOM_TEXT_BYTES_MAX = 64 };

/* `prefix`, then encode_base62_width(bytes) characters, in the arena, which is wiped when it goes;
 * nothing else holds them afterwards. */
struct slice random_text(struct arena *arena, struct slice prefix, size_t bytes);

#endif
