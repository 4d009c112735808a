/* SPDX-License-Identifier: Apache-2.0
 *
 * Response types (RFC6749#3.1.1, OAuth 2.0 Multiple Response Type Encoding Practices) and the ways
 * in which an answer travels with the browser (response_mode, form_post). All that are known have a
 * row, those that we do not offer too: they get a better word than "unknown". */
#ifndef DOMAIN_RESPONSE_TYPE_H
#define DOMAIN_RESPONSE_TYPE_H

#include <stdbool.h>

#include "base/slice.h"

enum response_mode {
	RESPONSE_MODE_QUERY = 0,
	RESPONSE_MODE_FRAGMENT,
	RESPONSE_MODE_FORM_POST,
	RESPONSE_MODE_COUNT
};
const char *response_mode_name(enum response_mode mode);       /* "form_post" */
enum response_mode response_mode_from_name(struct slice name); /* _COUNT: unknown */

enum response_type {
	RESPONSE_TYPE_CODE = 0,
	RESPONSE_TYPE_ID_TOKEN,
	RESPONSE_TYPE_CODE_ID_TOKEN,
	/* never given: an access token does not belong into an address */
	RESPONSE_TYPE_TOKEN,
	RESPONSE_TYPE_ID_TOKEN_TOKEN,
	RESPONSE_TYPE_CODE_TOKEN,
	RESPONSE_TYPE_CODE_ID_TOKEN_TOKEN,
	RESPONSE_TYPE_NONE,
	RESPONSE_TYPE_COUNT
};
struct response_type_row {
	const char *name; /* "code id_token" */
	bool gives_code;
	bool gives_id_token;
	bool is_offered;
	bool is_hybrid;          /* offered only when the settings say so */
	enum response_mode mode; /* when none is asked for; it is fragment for all that must not
				    travel in a query */
};
const struct response_type_row *response_type_row(enum response_type type);
/* In whatever order its words come. RESPONSE_TYPE_COUNT: unknown. */
enum response_type response_type_parse(struct slice text);
/* Whether a list, with a comma between two of them, names it. */
bool response_type_listed(struct slice list, enum response_type type);
/* Whether one of such a list gives this. */
enum response_gives { RESPONSE_GIVES_CODE = 0, RESPONSE_GIVES_ID_TOKEN };
bool response_type_gives(struct slice list, enum response_gives what);

#endif
