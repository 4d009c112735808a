/* SPDX-License-Identifier: Apache-2.0
 *
 * The documents in which this server says what it offers, made at start, and again only when the
 * scopes have changed. Safe for all threads. */
#ifndef FLOW_SERVER_METADATA_H
#define FLOW_SERVER_METADATA_H

#include "base/attr.h"
#include "flow/flow.h"

enum server_document {
	DOCUMENT_OF_SERVER = 0, /* RFC8414#2, DISCOVERY#3 */
	DOCUMENT_OF_USERINFO,   /* RFC9728#2 */
	DOCUMENT_COUNT
};

struct server_metadata;
struct server_metadata *server_metadata_new(void);
void server_metadata_free(struct server_metadata **metadata);

/* A document with its ETag, both in the call's arena. ABSENT on the loop (`may_wait` false): the
 * scopes must be read first. FIND_FAILED: they cannot be had, and never were. A database that is
 * away takes nothing from it but the newest scope. */
struct server_metadata_query {
	enum server_document which;
	bool may_wait;
};
enum find server_metadata_find(const struct flow *flow, const struct call *call,
			       const struct server_metadata_query *query, struct slice *document,
			       struct slice *etag);

/* Where UserInfo's document is: RFC9728#3.1; for the resource_metadata parameter of a challenge. */
struct slice server_metadata_userinfo_url(const struct flow *flow, struct arena *arena);

#endif
