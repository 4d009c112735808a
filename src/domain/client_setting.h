/* SPDX-License-Identifier: Apache-2.0
 *
 * What else may be said about a client than stands in columns of its own: a row each, under the
 * name that RFC 7591 and its kin give it. A client keeps those that differ from their default as
 * lines of text, "name=value", in the order of the table. One table serves the command line, the
 * registration endpoint, and every question that the server asks about a client. */
#ifndef DOMAIN_CLIENT_SETTING_H
#define DOMAIN_CLIENT_SETTING_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "base/slice.h"

enum client_setting {
	/* how it authenticates: RFC7591#2, RFC8705#2.1.2 */
	SETTING_AUTH_METHOD = 0, /* token_endpoint_auth_method */
	SETTING_AUTH_SIGNING_ALG,
	SETTING_ASSERTION_AUDIENCE, /* "token_endpoint": its URL is taken as audience too */
	SETTING_JWKS,               /* a JWK Set, on one line */
	SETTING_JWKS_URI,
	SETTING_TLS_SUBJECT_DN,
	SETTING_TLS_SAN_DNS,
	SETTING_TLS_SAN_URI,
	SETTING_TLS_SAN_IP,
	SETTING_TLS_SAN_EMAIL,
	/* what it sends */
	SETTING_RESPONSE_TYPES, /* as "code,code id_token" */
	SETTING_REQUIRE_PAR,
	SETTING_REQUIRE_SIGNED_REQUEST,
	SETTING_REQUEST_OBJECT_ALG,
	SETTING_REQUEST_OBJECT_EXPIRY, /* "any": exp may be missing, or far away */
	/* what it gets */
	SETTING_SKIP_AUTHORIZATION, /* first-party: no consent page */
	SETTING_TOKEN_FORMAT,       /* access tokens: "opaque", "jwt" */
	SETTING_RESOURCES,          /* that it may name, space separated; "": all that exist */
	SETTING_DPOP_BOUND,
	SETTING_CERTIFICATE_BOUND,
	SETTING_ID_TOKEN_ENCRYPTION_ALG,
	SETTING_ID_TOKEN_ENCRYPTION_ENC,
	SETTING_USERINFO_SIGNED_ALG,
	SETTING_INTROSPECTION_SIGNED_ALG,
	SETTING_SUBJECT_TYPE, /* "public", "pairwise" */
	SETTING_SECTOR_IDENTIFIER_URI,
	SETTING_DEFAULT_MAX_AGE,
	SETTING_REQUIRE_AUTH_TIME,
	SETTING_DEFAULT_ACR_VALUES,
	/* signing out */
	SETTING_BACKCHANNEL_LOGOUT_URI,
	SETTING_BACKCHANNEL_LOGOUT_SESSION,
	SETTING_FRONTCHANNEL_LOGOUT_URI,
	SETTING_FRONTCHANNEL_LOGOUT_SESSION,
	/* words for people */
	SETTING_APPLICATION_TYPE, /* "web", "native" */
	SETTING_CLIENT_URI,
	SETTING_LOGO_URI,
	SETTING_POLICY_URI,
	SETTING_TOS_URI,
	SETTING_CONTACTS, /* space separated */
	SETTING_INITIATE_LOGIN_URI,
	SETTING_SOFTWARE_ID,
	SETTING_SOFTWARE_VERSION,
	/* the server's own, told to nobody */
	SETTING_SOURCE,            /* "manual", "registration", "metadata_document" */
	SETTING_SOURCE_EXPIRES,    /* of a metadata document, seconds since 1970 */
	SETTING_REGISTRATION_HASH, /* of the registration access token, hexadecimal */
	SETTING_COUNT
};

enum client_setting_kind {
	SETTING_TEXT = 0,
	SETTING_FLAG,    /* "true", "false" */
	SETTING_CHOICE,  /* one of a list */
	SETTING_CHOICES, /* several of a list, a comma between */
	SETTING_WORDS,   /* space separated */
	SETTING_NUMBER,
	SETTING_HTTPS_URL, /* of a page or a document; http on loopback too */
	SETTING_ADDRESS,   /* of the network */
	SETTING_JSON_SET,  /* public keys: domain/client_jwks.h */
	SETTING_HASH       /* 32 bytes, hexadecimal */
};

struct client_setting_row {
	const char *name;
	enum client_setting_kind kind;
	const char *initial;        /* the value of a client that says nothing */
	const char *const *choices; /* NULL-terminated, the initial one among them; or NULL */
	size_t most;                /* bytes */
	bool internal;              /* neither registered nor shown */
	const char *words;          /* for --help and the manual */
};
const struct client_setting_row *client_setting_row(enum client_setting setting);

/* Of a client's text. Cheap enough for an event loop. */
struct slice client_setting_get(struct slice settings, enum client_setting setting);
bool client_setting_is(struct slice settings, enum client_setting setting); /* of a flag */
bool client_setting_equals(struct slice settings, enum client_setting setting, const char *value);
/* Writes `*settings` anew with another value; the initial one, or "", takes the line out.
 * ERR_INVALID, with nothing changed and `*why` a sentence, for a value that the row does not allow.
 * What settings ask of each other is client_settings_check(). */
MUST_USE enum err client_setting_put(struct arena *arena, struct slice *settings,
				     enum client_setting setting, struct slice value,
				     struct slice *why);

#endif
