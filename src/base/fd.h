/* SPDX-License-Identifier: Apache-2.0
 *
 * A file descriptor that closes itself: AUTO_FINI(fd) int file = open(...); */
#ifndef BASE_FD_H
#define BASE_FD_H

/* Closes it and sets -1; nothing is done for a negative one. errno is left as it was. */
void fd_fini(int *fd);

#endif
