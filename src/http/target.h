/* SPDX-License-Identifier: Apache-2.0
 *
 * The request target, RFC 9112 section 3.2, read by us: the library cuts a path at %00 and decodes
 * before anybody can look. */
#ifndef HTTP_TARGET_H
#define HTTP_TARGET_H

#include "base/arena.h"
#include "base/slice.h"
#include "http/refusal.h"

enum { TARGET_MAX = 8192 };

struct target {
	struct slice path; /* decoded, without its trailing slash; "/" stays. In the arena or in the
			      raw target */
	struct slice query; /* raw, without '?' */
};

/* origin-form and absolute-form; "*" with OPTIONS, and authority-form with CONNECT, have the path
 * "/". 414 for what is too long, 400 for anything else. */
struct refusal target_parse(struct arena *arena, struct slice method, struct slice raw,
			    struct target *out);

#endif
