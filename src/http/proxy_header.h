/* SPDX-License-Identifier: Apache-2.0
 *
 * The PROXY protocol, versions 1 and 2, of the HAProxy project ("The PROXY protocol", 2020/03/05):
 * what a load balancer writes before the first byte of the client. A pure parser: bytes in, an
 * address out. */
#ifndef HTTP_PROXY_HEADER_H
#define HTTP_PROXY_HEADER_H

#include <stdbool.h>
#include <stddef.h>

#include "base/address.h"
#include "base/slice.h"

/* The longest header that is taken; version 2 could say up to 65551. */
enum { PROXY_HEADER_MAX = 2048 };

enum proxy_header_state {
	PROXY_HEADER_WHOLE = 0,
	PROXY_HEADER_MORE, /* a beginning: all the bytes belong to the header, and it is not
			      complete */
	PROXY_HEADER_BAD,
};

struct proxy_header {
	bool local;  /* a health check, or an unknown family: the socket's own address counts */
	bool secure; /* version 2 says that the client came over TLS */
	struct address source; /* when not local */
	size_t length;         /* of the header: what follows is the client's */
};

enum proxy_header_state proxy_header_parse(struct slice bytes, struct proxy_header *out);

#endif
