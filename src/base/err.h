/* SPDX-License-Identifier: Apache-2.0
 *
 * The error space of the machinery. Protocol errors are `enum oauth_error` (domain/oauth_error.h);
 * only flow/ turns one into the other. A look-up answers with `enum find`: not there is neither an
 * error nor false. */
#ifndef BASE_ERR_H
#define BASE_ERR_H

enum err {
	ERR_OK = 0,
	ERR_INVALID,   /* input or stored data does not have the form it must have */
	ERR_ABSENT,    /* the row to change is not there */
	ERR_CONFLICT,  /* a unique value is taken already */
	ERR_UNCHANGED, /* a conditional update found its condition no longer true: somebody else won
			*/
	ERR_FULL,      /* a bounded table, queue or buffer is full */
	ERR_IO,        /* a file, socket or system call failed */
	ERR_DATABASE,  /* the database failed or is not reachable */
	ERR_CRYPTO,    /* a seal does not open, a key does not fit */
	ERR_COUNT
};

enum find { FOUND = 0, ABSENT, FIND_FAILED };

/* The name of an error for the log, for example "conflict". */
const char *err_name(enum err e);

#endif
