/* SPDX-License-Identifier: Apache-2.0
 *
 * Applications (clients) as the pages and the command line register and change them. Secrets are
 * made here, shown once and kept as a MAC: they are 32 random bytes, so a fast keyed hash is as
 * good as a slow one. */
#ifndef FLOW_APPLICATIONS_H
#define FLOW_APPLICATIONS_H

#include "base/attr.h"
#include "domain/client.h"
#include "flow/flow.h"

/* A fresh client_id: base62 of 16 random bytes (22 characters). */
struct slice application_fresh_client_id(struct arena *arena);

/* A setting and what it becomes; "" is its initial value. */
struct application_setting {
	enum client_setting setting;
	struct slice value;
};
struct application_settings {
	const struct application_setting *items;
	size_t count;
};

/* What the form or the command line said, and who owns it. */
struct application_new {
	struct client_form form;
	struct application_settings settings;
	struct slice client_id; /* fresh, or given on the command line */
	struct id owner;        /* zero: none */
	bool reviewed;
};
struct application_made {
	struct client *client;
	struct slice secret; /* shown once; "" for public clients */
};
/* ERR_INVALID with `faults` filled; ERR_CONFLICT when the client_id is taken. `*secret` is empty
 * for clients that have none: public ones, and those that prove themselves in another way. */
MUST_USE enum err application_add(const struct flow *flow, const struct call *call,
				  const struct application_new *application,
				  struct application_made *made, struct client_faults *faults);
/* `client` as read; the fields of the form replace its own. `*secret` is made when it has come to
 * need one. `reviewed` is what it becomes: an owner's change of name, type, grants, URIs or
 * scopes asks for a new review. ERR_UNCHANGED when somebody else changed it in between. */
struct application_change {
	const struct client *client;
	struct client_form form;
	struct application_settings settings; /* the rest stay as they are */
	bool enabled;
	bool reviewed;
};
MUST_USE enum err application_update(const struct flow *flow, const struct call *call,
				     const struct application_change *change, struct slice *secret,
				     struct client_faults *faults);
/* For clients that say themselves what they are (flow/registration.h): what was checked is stored.
 * `insertion->client` gets its id; a secret is made when it needs one. ERR_CONFLICT. */
struct application_insertion {
	enum event_kind event;
	struct client *client;
};
MUST_USE enum err application_insert(const struct flow *flow, const struct call *call,
				     const struct application_insertion *insertion,
				     struct slice *secret);
/* The same for a change: `updated` as it was read, and what it becomes when it returns. */
MUST_USE enum err application_store(const struct flow *flow, const struct call *call,
				    struct client *client, struct slice *secret);
MUST_USE enum err application_remove(const struct flow *flow, const struct call *call,
				     const struct client *client);
/* A second secret; the older one ends `overlap` seconds from now. ERR_FULL when two live ones are
 * there already, ERR_INVALID for a client that has none. */
MUST_USE enum err application_rotate_secret(const struct flow *flow, const struct call *call,
					    const struct client *client, int64_t overlap,
					    struct slice *secret);

#endif
