/* SPDX-License-Identifier: Apache-2.0
 *
 * What a client says of itself, in a registration (RFC7591#2) or in a document at its client_id:
 * the defaults, which parts go together, and what nobody may say of himself. Reading and writing
 * the JSON is flow/client_metadata.h. */
#ifndef DOMAIN_CLIENT_METADATA_H
#define DOMAIN_CLIENT_METADATA_H

#include "base/attr.h"
#include "domain/client.h"
#include "domain/client_setting.h"
#include "domain/oauth_error.h"

enum { CLIENT_METADATA_LIST_MAX = 64 };

struct client_metadata_list {
	struct slice items[CLIENT_METADATA_LIST_MAX];
	size_t count;
	bool is_said;
};
struct client_metadata_setting {
	enum client_setting setting;
	struct slice value;
};
struct client_metadata {
	struct slice name;      /* "" where it is not said, as all texts here */
	struct slice scope;     /* space separated */
	struct slice algorithm; /* id_token_signed_response_alg */
	struct client_metadata_list redirect_uris;
	struct client_metadata_list post_logout_redirect_uris;
	struct client_metadata_list grant_types;
	struct client_metadata_list response_types;
	struct client_metadata_setting settings[SETTING_COUNT]; /* the rest */
	size_t setting_count;
};

/* Whether a client may say it of itself: not what is for an administrator to say. */
bool client_metadata_may_say(enum client_setting setting);
/* The grant_types that go with its response_types, by their wire names: RFC7591#2.1. `implicit` is
 * the one of ID tokens that come with the browser; without a response type that gives a code there
 * is no authorization_code among them. */
struct slice client_metadata_grants(const struct client *client, struct arena *arena);
/* Puts what an administrator has said in `settings` into those of `client`, which says itself anew.
 */
void client_metadata_keep(struct arena *arena, struct slice settings, struct client *client);
/* Takes out of it what was trust in what the client was, now that it is something else. */
void client_metadata_distrust(struct arena *arena, struct client *client);

struct client_metadata_rules {
	const struct scope_list *known;
	uint32_t grants;     /* that may be had in this way */
	bool hybrid;         /* response types with an ID token are offered */
	bool certificates;   /* of clients are seen: tls_client_auth and its kin are offered */
	bool without_secret; /* a document is public: what it holds is no secret */
};
/* Fills type, grants, lists, scopes, algorithm and settings of `client`; its settings hold what is
 * the server's own before. Grants and response types that are not offered are left out, as RFC7591
 * #3.2.1 allows; what is left must make sense. OAUTH_INVALID_REDIRECT_URI or
 * OAUTH_INVALID_CLIENT_METADATA with `*why`, a sentence in ASCII without quotes. */
MUST_USE enum oauth_error client_metadata_check(const struct client_metadata *metadata,
						const struct client_metadata_rules *rules,
						struct arena *arena, struct client *client,
						struct slice *why);

#endif
