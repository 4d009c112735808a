/* SPDX-License-Identifier: Apache-2.0
 *
 * Our cookies, a row each: name, lifetime. Under https they have the __Host- prefix and Secure;
 * always HttpOnly, SameSite=Lax, Path=/. ASVS 3.3 */
#ifndef WEB_COOKIE_H
#define WEB_COOKIE_H

#include "web/web.h"

enum cookie {
	COOKIE_SESSION = 0, /* who is signed in */
	COOKIE_ANONYMOUS,   /* stands for a session before sign-in, for form tokens */
	COOKIE_DEVICE,      /* a browser that somebody signed in from before */
	COOKIE_COUNT
};

struct slice cookie_get(const struct web_context *context, enum cookie cookie); /* "" when absent */
void cookie_set(struct web_context *context, enum cookie cookie, struct slice value);
void cookie_clear(struct web_context *context, enum cookie cookie);

#endif
