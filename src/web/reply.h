/* SPDX-License-Identifier: Apache-2.0
 *
 * Answers: a page, JSON, a redirect within this site, plain text. Each sets status, body, type and
 * Cache-Control. */
#ifndef WEB_REPLY_H
#define WEB_REPLY_H

#include "web/web.h"

void reply_page(struct web_context *context, int status, struct slice html);
/* no-store and no-cache: RFC6749#5.1 */
void reply_json(struct web_context *context, int status, struct slice json);
void reply_text(struct web_context *context, int status, struct slice text);
/* 303 to a path of ours. */
void reply_redirect(struct web_context *context, struct slice path);
void reply_retry_after(struct web_context *context, int64_t seconds);
/* The values that every page has, with a form token when asked. */
struct page reply_page_values(struct web_context *context, bool with_form);

extern const struct face face_page;
/* face_page with the usual words for a status. */
void reply_error_page(struct web_context *context, int status);

#endif
