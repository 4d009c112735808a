/* SPDX-License-Identifier: Apache-2.0
 *
 * The device grant in flow tests: two clients, a person with a session, and each step of the flow
 * as one call that must succeed. Tests look at what the steps give, or call the flows themselves
 * where they expect a refusal. */
#ifndef DEVICE_FIXTURE_H
#define DEVICE_FIXTURE_H

#include "flow/device_redeem.h"
#include "flow/device_start.h"
#include "flow/device_verify.h"
#include "flow/flow_fixture.h"

enum { DEVICES_LIFETIME = 1800, DEVICES_HANDLE_LIFETIME = 600 };

struct devices {
	struct fixture fixture;
	struct client *tv;  /* public */
	struct client *web; /* confidential */
	struct user *ada;
	struct session *session; /* of ada */
};

void devices_init(struct devices *devices);
void devices_fini(struct devices *devices);

/* As if the client had proved itself, by its secret or (a public one) by nothing. */
struct client_authenticated devices_client(struct client *client);
struct session *devices_session(struct devices *devices, const struct user *user);
/* Asks for a code, and may be refused. */
enum oauth_error devices_ask(struct devices *devices, const struct client *client,
			     const char *scope, struct device_started *out);
struct device_started devices_start(struct devices *devices, struct client *client,
				    const char *scope);
/* The code, entered in this session: the handle. */
struct slice devices_enter(struct devices *devices, const struct session *session,
			   const struct device_started *started);
struct device_shown devices_show(struct devices *devices, const struct session *session,
				 struct slice handle);
/* Entered and decided by ada. */
void devices_decide(struct devices *devices, const struct device_started *started, bool accept);
/* A poll as the token endpoint makes it: the loop first, then a worker. */
struct device_polled devices_poll(struct devices *devices, struct client *client,
				  const struct device_started *started);
/* Started, approved and redeemed. */
struct token_answer devices_tokens(struct devices *devices, struct client *client,
				   const char *scope);

/* What may happen to a code that was given, or to those of whom it is. */
typedef void devices_event(struct devices *devices, const struct device_started *started);
devices_event devices_disable_person; /* ada */
devices_event devices_remove_person;
devices_event devices_disable_client; /* tv */
devices_event devices_revoke;
/* Changes the enabled mark in the store. */
void devices_set_client_enabled(struct devices *devices, const struct client *client, bool enabled);
void devices_set_user_enabled(struct devices *devices, const struct user *user, bool enabled);
/* Takes a table out of the database, so that whatever needs it fails. */
void devices_break(struct devices *devices, const char *table);
/* True when these bytes stand in a file of the database. */
bool devices_stored(struct devices *devices, struct slice bytes);

#endif
