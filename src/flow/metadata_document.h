/* SPDX-License-Identifier: Apache-2.0
 *
 * Clients whose client_id is the https URL of a document about them
 * (draft-ietf-oauth-client-id-metadata-document). The document is fetched when somebody needs the
 * client, checked as a registration is, and kept as a row of the client table until it is to be
 * asked for again. Nobody has vouched for such a client: pages show its host, and that it is not
 * reviewed. */
#ifndef FLOW_METADATA_DOCUMENT_H
#define FLOW_METADATA_DOCUMENT_H

#include "base/attr.h"
#include "flow/client_cache.h"
#include "flow/flow.h"

enum {
	METADATA_DOCUMENT_MAX = 16384, /* bytes */
	METADATA_DOCUMENT_KEPT_MIN_S = 300,
	METADATA_DOCUMENT_KEPT_MAX_S = 86400,
	METADATA_DOCUMENT_RETRY_S = 60 /* after a failure */
};

/* Every look-up of a client by its client_id on a worker goes through here. That of a client that
 * was registered in another way is client_cache_find(). ABSENT: there is none, or its document
 * cannot be had or is no good (logged), or such clients are not taken here. */
enum find metadata_document_find(const struct flow *flow, const struct call *call,
				 struct slice client_id, struct client_entry *out);
/* Whether what memory holds of a client may be used as it is: false for one of a document that is
 * due to be fetched again. For client_auth_quick(), which then wants a worker. Quick. */
bool metadata_document_is_fresh(const struct flow *flow, const struct call *call,
				const struct client *client);
/* For people: the host of its address; "" for a client that was registered in another way. */
struct slice metadata_document_host(const struct client *client);

#endif
