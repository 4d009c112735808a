/* SPDX-License-Identifier: Apache-2.0
 *
 * What flows are tested on: a real store in a folder of its own, literal keys, the tables in
 * memory, and one call whose time and address a test sets. */
#ifndef FLOW_FIXTURE_H
#define FLOW_FIXTURE_H

#include "flow/applications.h"
#include "flow/client_cache.h"
#include "flow/flow.h"

enum { FIXTURE_NOW = 1700000000 };
#define FIXTURE_ISSUER SLICE("https://login.example/o")

struct fixture {
	char dir[64];
	struct store *store;
	struct keyring *ring;
	struct flow flow;
	struct call call;
};

/* `keys` as in crypto/rings.h: "1", or "21" when key 2 is the current one. */
void fixture_start(struct fixture *fixture, const char *keys);
void fixture_stop(struct fixture *fixture);
/* The same store with other keys. */
void fixture_set_keys(struct fixture *fixture, const char *keys);
void fixture_set_address(struct fixture *fixture, const char *address);
/* Seconds later, by both clocks. */
void fixture_wait(struct fixture *fixture, int64_t seconds);
/* Events of this kind, posted ones included. */
size_t fixture_events(struct fixture *fixture, enum event_kind kind);
/* The newest of this kind, which must be there. */
struct event fixture_event(struct fixture *fixture, enum event_kind kind);
/* A person named `name` with the password FIXTURE_PASSWORD. */
#define FIXTURE_PASSWORD SLICE("correct horse battery")
struct user *fixture_person(struct fixture *fixture, const char *name);
/* application_add() with its two results taken apart. */
enum err fixture_add(const struct flow *flow, const struct call *call,
		     const struct application_new *application, struct client **client,
		     struct slice *secret, struct client_faults *faults);
/* An enabled application with the device grant; `*secret` is empty for a public one. */
struct client *fixture_client(struct fixture *fixture, const char *client_id, enum client_type type,
			      struct slice *secret);
/* A registered client with its secrets, as the store has it. */
struct client_entry fixture_read_client(struct fixture *fixture, const char *client_id);
/* The setting of this name, which must be one. */
enum client_setting fixture_setting(struct slice name);

#endif
