/* SPDX-License-Identifier: Apache-2.0
 *
 * Asking somebody to sign in, and where they may go afterwards. */
#ifndef WEB_SIGN_IN_PAGE_H
#define WEB_SIGN_IN_PAGE_H

#include "web/web.h"

enum { SIGN_IN_NEXT_MAX = 12288 };

/* A path of this site and nothing else: begins with one '/', holds no backslash, blank, control or
 * scheme. "/" otherwise. */
struct slice sign_in_next(struct slice next);
/* The form, in the place of the page that was asked for or at its own address. */
void sign_in_page(struct web_context *context, int status, const struct login_values *values);
/* The form for a new account. What the settings say (needs_invitation, password_min) is filled in.
 */
void sign_up_page(struct web_context *context, int status, const struct sign_up_values *values);
/* Who of those who are signed in here shall act. Answers 503 when that cannot be read. */
void choose_page(struct web_context *context, struct slice next, struct slice client_name);
/* 303 to the sign-in page. */
void sign_in_go(struct web_context *context, enum login_mode mode, struct slice next);
/* Somebody has signed in by a form: the cookies, and 303 to its `next`. */
void sign_in_done(struct web_context *context, struct slice session, struct slice device);
/* For a page that needs a person: 303 to the sign-in page with `next`; where the address has a
 * query (a user code) the form is served in place, so that the query goes into no other URL. */
void sign_in_ask(struct web_context *context);

#endif
