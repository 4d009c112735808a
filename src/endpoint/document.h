/* SPDX-License-Identifier: Apache-2.0
 *
 * Documents that say the same to everybody and may be kept for a while: keys and metadata. */
#ifndef ENDPOINT_DOCUMENT_H
#define ENDPOINT_DOCUMENT_H

#include "web/web.h"

struct document {
	struct slice json;
	struct slice etag; /* with its quotes */
	unsigned max_age_s;
};
/* 200, or 304 without a body to who has it already: RFC9110#13.1.2. Cheap enough for a loop. */
void document_reply(struct web_context *context, const struct document *document);

#endif
