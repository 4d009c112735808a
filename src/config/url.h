/* SPDX-License-Identifier: Apache-2.0
 *
 * The parts of an address such as base_url, and of a listen address. Only what options may hold: no
 * user, no escapes in the host. Slices point into the text. */
#ifndef CONFIG_URL_H
#define CONFIG_URL_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/slice.h"

struct url {
	bool https;
	struct slice host; /* without brackets */
	struct slice path; /* from its first slash; empty when there is none */
	bool has_query;
	bool has_fragment;
};

/* http://HOST[:PORT][/PATH][?QUERY][#FRAGMENT], printable ASCII. ERR_INVALID. */
MUST_USE enum err url_parse(struct slice text, struct url *out);
/* localhost, names below it, 127.0.0.0/8 and ::1 */
bool url_host_is_loopback(struct slice host);

enum listen_kind { LISTEN_TCP = 0, LISTEN_UNIX, LISTEN_SYSTEMD };
struct listen_address {
	bool tls;
	bool asks_certificate; /* of the client, with tls */
	bool proxy;            /* trusted peers send the PROXY header there */
	struct slice place;    /* what stands behind the scheme: the end of the text */
	enum listen_kind kind;
	bool is_loopback; /* unix sockets are; those of systemd count as such, since systemd is
			     asked to bind them */
};
/* HOST:PORT with a literal address, brackets for IPv6, port 0 for one of the system's choice;
 * unix:/PATH; systemd. Before it http://, https:// or https+mtls://, each also with +proxy as in
 * http+proxy://; without any it is http. ERR_INVALID. */
MUST_USE enum err listen_address_parse(struct slice text, struct listen_address *out);

#endif
