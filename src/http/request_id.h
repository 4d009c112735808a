/* SPDX-License-Identifier: Apache-2.0
 *
 * Request ids: 22 characters of base62, as many as 16 random bytes need. */
#ifndef HTTP_REQUEST_ID_H
#define HTTP_REQUEST_ID_H

#include <stddef.h>
#include <stdint.h>

enum { REQUEST_ID_LENGTH = 22 };

/* Random bytes in stock. All zero is a good start. For one thread. */
struct request_id_maker {
	uint8_t bytes[1024];
	size_t left;
};

/* Writes REQUEST_ID_LENGTH characters, no NUL. */
void request_id_make(struct request_id_maker *maker, char *out);

#endif
