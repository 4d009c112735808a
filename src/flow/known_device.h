/* SPDX-License-Identifier: Apache-2.0
 *
 * The cookie of a browser that somebody signed in from before. It gives sign-in a budget that only
 * this browser can spend, and is no proof of anything else. Its text is base62 of the user id, of
 * 16 random bytes, and of a 16-byte MAC (KEY_CSRF, label "known-device"). ASVS 6.3.1 */
#ifndef FLOW_KNOWN_DEVICE_H
#define FLOW_KNOWN_DEVICE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/slice.h"
#include "crypto/keyring.h"
#include "domain/user.h"

enum { KNOWN_DEVICE_RANDOM_BYTES = 16, KNOWN_DEVICE_TEXT = 22 + 22 + 22 };

struct known_device {
	uint8_t bytes[ID_BYTES + KNOWN_DEVICE_RANDOM_BYTES];
};

void known_device_new(struct known_device *device, const struct id *user);
/* What names its budget: the user's id, then the browser's own bytes. */
struct slice known_device_name(const struct known_device *device);
/* Only of this person (NULL: nobody), and only one that we issued. */
bool known_device_parse(const struct keyring *ring, struct slice cookie, const struct user *user,
			struct known_device *out);
struct slice known_device_text(const struct keyring *ring, struct arena *arena,
			       const struct known_device *device);

#endif
