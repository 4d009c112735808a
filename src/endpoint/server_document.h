/* SPDX-License-Identifier: Apache-2.0
 *
 * Answers with one of the documents in which this server says what it offers. */
#ifndef ENDPOINT_SERVER_DOCUMENT_H
#define ENDPOINT_SERVER_DOCUMENT_H

#include "flow/server_metadata.h"
#include "web/web.h"

/* False when it has not answered: that needs a worker. Never with `may_wait`. */
bool server_document_reply(struct web_context *context, enum server_document which, bool may_wait);

#endif
