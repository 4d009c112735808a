/* SPDX-License-Identifier: Apache-2.0
 *
 * Answers: a page, JSON, a redirect within this site, plain text. Each sets status, body, type and
 * Cache-Control. */
#ifndef WEB_REPLY_H
#define WEB_REPLY_H

#include "web/web.h"

/* Of any type; no-store. */
void reply_body(struct web_context *context, int status, struct slice type, struct slice body);
void reply_page(struct web_context *context, int status, struct slice html);
/* no-store and no-cache: RFC6749#5.1 */
void reply_json(struct web_context *context, int status, struct slice json);
void reply_text(struct web_context *context, int status, struct slice text);
/* 303 to a path of ours. */
void reply_redirect(struct web_context *context, struct slice path);
/* 303 to a client: the caller has seen that this URI is registered. RFC9700#4.12 */
void reply_leave(struct web_context *context, struct slice uri);
/* What is the same for everybody, and may be kept for a while; 304 to who has it. RFC9110#13.1.2 */
struct kept_reply {
	struct slice type;
	struct slice body; /* in the arena, or static */
	struct slice etag;
	int max_age; /* seconds */
};
void reply_kept(struct web_context *context, const struct kept_reply *reply);
void reply_retry_after(struct web_context *context, int64_t seconds);
/* The values that every page has, with a form token when asked. */
struct page reply_page_values(struct web_context *context, bool with_form);

extern const struct face face_page;
/* face_page with the usual words for a status. */
void reply_error_page(struct web_context *context, int status);

#endif
