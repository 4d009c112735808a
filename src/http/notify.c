/* SPDX-License-Identifier: Apache-2.0
 *
 * Telling systemd how far we are: one datagram to the socket that the environment names
 * (sd_notify(3)). Whoever did not start us through systemd has no such socket, and nothing is sent.
 */
#include "http/http.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/log.h"

/* "/path", or "@name" for a socket of the abstract name space. False for anything else. */
static bool fill_address(struct slice path, struct sockaddr_un *sa, socklen_t *len)
{
	*sa = (struct sockaddr_un){ .sun_family = AF_UNIX };
	if (path.len < 2 || path.len >= sizeof(sa->sun_path))
		return false;
	if (path.ptr[0] != '/' && path.ptr[0] != '@')
		return false;
	memcpy(sa->sun_path, path.ptr, path.len);
	if (path.ptr[0] == '@')
		sa->sun_path[0] = '\0';
	*len = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + path.len);
	return true;
}

void notify_send(const char *state)
{
	struct slice path = slice_str(getenv("NOTIFY_SOCKET"));
	if (path.len == 0)
		return;
	struct sockaddr_un sa;
	socklen_t len;
	if (!fill_address(path, &sa, &len)) {
		log_plain(LOG_WARN, "NOTIFY_SOCKET is neither a path nor an abstract name");
		return;
	}
	AUTO_FINI(fd) int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0 ||
	    sendto(fd, state, strlen(state), MSG_NOSIGNAL, (const struct sockaddr *)&sa, len) < 0)
		log_warn("cannot tell systemd", LOG_TEXT("state", slice_str(state)));
}
