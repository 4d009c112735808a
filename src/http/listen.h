/* SPDX-License-Identifier: Apache-2.0
 *
 * Listening sockets: addresses, unix sockets, and those that systemd opened for us. */
#ifndef HTTP_LISTEN_H
#define HTTP_LISTEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/attr.h"
#include "base/err.h"
#include "http/http.h"

enum { LISTEN_MAX = 64 };

struct listener {
	int fd;
	uint16_t port; /* 0 for unix sockets */
	bool tls;
	bool asks_certificate;
	bool proxy;
	char *path; /* of a unix socket that we made and must unlink; NULL otherwise */
	dev_t device;
	ino_t inode;
};

struct listener_list {
	struct listener items[LISTEN_MAX];
	size_t count;
};

/* Opens what `listen` names ("systemd" may be several). Non-blocking. The reason of a failure is
 * logged: ERR_INVALID, ERR_FULL or ERR_IO. */
MUST_USE enum err listener_list_open(struct listener_list *list, const struct http_listen *listen);
/* Closes all; unlinks the unix sockets that are still the ones we made. */
void listener_list_fini(struct listener_list *list);

#endif
