/* SPDX-License-Identifier: Apache-2.0
 *
 * Clients (applications), and what may be registered about one. */
#ifndef DOMAIN_CLIENT_H
#define DOMAIN_CLIENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/slice.h"
#include "crypto/hash.h"
#include "domain/client_setting.h"
#include "domain/grant.h"
#include "domain/id.h"
#include "domain/scope.h"

enum client_type { CLIENT_PUBLIC = 0, CLIENT_CONFIDENTIAL, CLIENT_TYPE_COUNT };
/* Preferred signature algorithm of ID tokens: '' means RS256, the default of OpenID Connect. */
enum client_algorithm {
	CLIENT_ALG_DEFAULT = 0,
	CLIENT_ALG_RS256,
	CLIENT_ALG_ES256,
	CLIENT_ALG_PS256,
	CLIENT_ALG_COUNT
};

enum {
	CLIENT_ID_MAX = 128,
	CLIENT_NAME_MAX = 200,
	CLIENT_SETTINGS_MAX = 32768,
	CLIENT_URIS_MAX = 4096, /* bytes of a list of URIs */
	CLIENT_SECRETS_MAX = 2  /* that may overlap */
};

struct client {
	struct id id;
	struct slice client_id; /* as on the wire */
	struct slice name;
	enum client_type type;
	uint32_t grants;                        /* bits of enum grant */
	struct slice redirect_uris;             /* separated by one LF */
	struct slice post_logout_redirect_uris; /* likewise */
	struct slice allowed_origins;           /* likewise */
	struct slice allowed_scopes;            /* space separated; empty: all */
	struct slice default_scopes;            /* space separated; empty: the server's */
	enum client_algorithm algorithm;
	struct slice settings; /* domain/client_setting.h */
	struct id owner;       /* zero: none (made on the command line) */
	bool enabled;
	bool reviewed; /* by an administrator */
	int64_t created;
	int64_t updated;
};

struct client_list {
	struct client *items;
	size_t count;
};

struct client_secret {
	struct id id;
	uint32_t key_id; /* of the MAC */
	struct hash mac;
	int64_t created;
	int64_t expires;     /* 0: never */
	int64_t last_used;   /* 0: never */
	struct slice sealed; /* the secret itself, for client_secret_jwt alone; "" otherwise */
};

struct client_secret_list {
	struct client_secret items[CLIENT_SECRETS_MAX];
	size_t count;
};

const char *client_type_name(enum client_type type);                /* "public" */
const char *client_algorithm_name(enum client_algorithm algorithm); /* "", "RS256" */
enum client_type client_type_parse(struct slice text); /* CLIENT_TYPE_COUNT when unknown */
enum client_algorithm client_algorithm_parse(struct slice text); /* CLIENT_ALG_COUNT when unknown */

/* What is typed into the application form, or given on the command line. */
struct client_form {
	struct slice name;
	struct slice client_type;
	struct slice *grant_types; /* form values, any number */
	size_t grant_type_count;
	struct slice redirect_uris; /* separated by blanks or lines */
	struct slice post_logout_redirect_uris;
	struct slice allowed_origins;
	struct slice algorithm;
	struct slice allowed_scopes;
	struct slice default_scopes;
	bool hybrid;   /* the server offers response types with an ID token */
	bool by_owner; /* who is no administrator */
};

enum client_field {
	CLIENT_FIELD_NAME = 0,
	CLIENT_FIELD_TYPE,
	CLIENT_FIELD_GRANT,
	CLIENT_FIELD_REDIRECT_URIS,
	CLIENT_FIELD_POST_LOGOUT_REDIRECT_URIS,
	CLIENT_FIELD_ALLOWED_ORIGINS,
	CLIENT_FIELD_ALGORITHM,
	CLIENT_FIELD_ALLOWED_SCOPES,
	CLIENT_FIELD_DEFAULT_SCOPES,
	CLIENT_FIELD_COUNT
};

/* A sentence per field that is wrong; empty slices where all is well. */
struct client_faults {
	struct slice of[CLIENT_FIELD_COUNT];
	enum client_setting setting; /* that is wrong, when `why` says so */
	struct slice why;
	bool any;
};

/* Name of the field in forms and on the command line ("redirect_uris"). */
const char *client_field_name(enum client_field field);
/* Checks every field and fills the fields of `client` that the form holds. Lists come out
 * normalised. `password` and `implicit` as grant types get an error of their own (RFC9700#2.4,
 * #2.1.2). */
void client_form_check(const struct client_form *form, const struct scope_list *known,
		       struct arena *arena, struct client *client, struct client_faults *faults);

bool client_id_is_valid(struct slice client_id); /* 1 to 128 of VSCHAR without blank: RFC6749#A.1 */

#endif
