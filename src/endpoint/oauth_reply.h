/* SPDX-License-Identifier: Apache-2.0
 *
 * Answers to clients: errors of RFC6749#5.2, token answers of RFC6749#5.1. */
#ifndef ENDPOINT_OAUTH_REPLY_H
#define ENDPOINT_OAUTH_REPLY_H

#include "flow/answer.h"
#include "web/web.h"

extern const struct face face_oauth;

/* By the error's own row: status, name, description. 401 carries the challenge. */
void oauth_reply_error(struct web_context *context, enum oauth_error error);
/* With a description of its own ("" for the row's): fixed words, never input.
 * Being told to wait (pending, unavailable) has none, and unavailable says for how long. */
void oauth_reply_error_text(struct web_context *context, enum oauth_error error,
			    struct slice description);
/* 429 for a caller over his budget, 503 for the server's own trouble; with Retry-After. */
void oauth_reply_wait(struct web_context *context, bool over_budget, int64_t seconds);
/* slow_down, with the seconds that a poller waits from now on; 0: not told. */
void oauth_reply_slow_down(struct web_context *context, int64_t interval);
/* What a grant gave: the tokens, or the error with its description ("" for the row's). */
void oauth_reply_granted(struct web_context *context, enum oauth_error error, struct slice why,
			 const struct token_answer *answer);

#endif
