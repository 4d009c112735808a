/* SPDX-License-Identifier: Apache-2.0
 *
 * Why http/ itself will not take a request: the status and the reason that the handler is given.
 * Status 0 is no refusal. */
#ifndef HTTP_REFUSAL_H
#define HTTP_REFUSAL_H

struct refusal {
	int status;
	const char *reason; /* a literal */
};

#define REFUSAL_NONE ((struct refusal){ 0, "" })
#define REFUSAL(code, why) ((struct refusal){ (code), (why) })

#endif
