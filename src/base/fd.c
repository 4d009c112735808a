/* SPDX-License-Identifier: Apache-2.0
 *
 * Closing file descriptors. close() is not tried again after EINTR: on Linux the number is free by
 * then. */
#include "base/fd.h"

#include <errno.h>
#include <unistd.h>

void fd_fini(int *fd)
{
	if (*fd < 0)
		return;
	int saved_errno = errno;
	close(*fd);
	*fd = -1;
	errno = saved_errno;
}
