/* SPDX-License-Identifier: Apache-2.0
 *
 * What every flow works with: the store, the keys, the settings and the tables in memory; and the
 * call it is made for. A flow loads, lets the domain decide, saves in one transaction, and says
 * what became of it. */
#ifndef FLOW_FLOW_H
#define FLOW_FLOW_H

#include <stdbool.h>
#include <stdint.h>

#include "base/address.h"
#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "base/slice.h"
#include "crypto/alg.h"
#include "crypto/keyring.h"
#include "crypto/password.h"
#include "domain/event.h"
#include "domain/oauth_error.h"
#include "domain/session.h"
#include "domain/user_code.h"
#include "store/store.h"

struct poll_table;
struct client_cache;
struct issue_meter;
struct kept_meter;
struct password_gate;
struct alarm;
struct event_meter;
struct census;
struct signing;
struct client_keys;
struct logout_delivery;
struct row_cache;
struct server_metadata;
struct document_table;
struct fetch;
struct client_ca;

/* Whose assertions are taken for a grant: RFC7523#2.1 */
struct trusted_issuer {
	struct slice issuer;
	struct slice jwks_uri;
	bool by_name; /* its subjects are names of accounts, not ids: D77 */
};

enum registration_policy { REGISTRATION_OFF = 0, REGISTRATION_TOKEN, REGISTRATION_OPEN };
enum sign_up_policy { SIGN_UP_OFF = 0, SIGN_UP_INVITE, SIGN_UP_OPEN };

struct flow_settings {
	struct slice base_url;
	struct slice issuer;        /* base_url and /o */
	struct slice mtls_base_url; /* "": none */
	bool sees_certificates;     /* of clients, by a listener or a proxy that asks */
	int64_t code_lifetime;
	int64_t id_token_lifetime;
	int64_t pushed_lifetime;
	bool require_pkce;       /* of every client: RFC9700#2.1.1 */
	bool require_pushed;     /* of every client: RFC9126#5 */
	bool dpop_nonce;         /* demanded in proofs: RFC9449#8 */
	bool hybrid;             /* id_token and "code id_token" as response types */
	bool metadata_documents; /* clients by URL */
	enum registration_policy registration;
	enum sign_up_policy sign_up;
	enum alg recommended; /* ES256: of what no client chose, such as JWT access tokens */
	int64_t key_lifetime; /* a signing key signs for so long; 0: until it is rotated */
	const struct trusted_issuer *issuers;
	size_t issuer_count;
	int64_t device_code_lifetime; /* seconds, as all here */
	int64_t device_interval;
	int64_t device_handle_lifetime;
	int64_t access_token_lifetime;
	int64_t refresh_token_idle;
	int64_t refresh_token_absolute; /* 0: never */
	int64_t replay_window;
	int64_t replay_public;
	int64_t database_wait; /* who was told 503 comes back so much later; 0: a database that is
				  a file */
	struct session_limits session;
	struct user_code_form user_code;
	struct slice verification_uri;
	struct password_cost password_cost;
	unsigned password_min_length;
};

struct flow {
	struct store *store;
	const struct keyring *ring;
	const struct secret *pairwise; /* flow/pairwise.h; NULL in the command line */
	struct flow_settings settings;
	struct poll_table *polls; /* NULL in the command line, as the rest */
	struct client_cache *clients;
	struct issue_meter *meter;
	struct kept_meter *kept; /* requests that are kept for strangers */
	struct password_gate *gate;
	struct row_cache *scopes;
	struct alarm *alarm;
	struct event_meter *events;
	struct census *census;
	struct signing *signing;
	struct client_keys *client_keys;
	struct row_cache *resources;
	struct server_metadata *metadata;
	struct document_table *documents; /* NULL: no client by its URL */
	struct fetch *fetch;              /* NULL: this program asks nobody anything */
	struct logout_delivery *deliveries;
	struct client_ca *client_ca; /* whose certificates of clients are taken; NULL: nobody's */
};

/* One request or command: who calls, when, and where results live. */
struct call {
	struct arena *arena;
	int64_t now;    /* seconds */
	int64_t now_ms; /* of the clock that never steps back */
	struct address address;
	struct slice address_text;
	struct slice user_agent;
	struct slice request_id;
	struct slice actor; /* for events: "" for the web, "command line" there */
};

/* An event of this call; ids may be NULL. */
struct event call_event(const struct call *call, enum event_kind kind, const struct id *user,
			const struct id *client, const struct id *authorization);
/* Records without waiting what a caller can bring about as often as he likes: refusals, and answers
 * given again. So many of a kind per source; see flow/event_meter.h. */
void flow_post(const struct flow *flow, const struct call *call, const struct event *event);
/* The same for a refusal. */
struct refusal {
	enum event_kind kind;
	const struct id *user;   /* or NULL */
	const struct id *client; /* or NULL */
	struct slice detail;
};
void flow_refused(const struct flow *flow, const struct call *call, const struct refusal *refusal);
/* The same when an error of the protocol says why, to a client or (NULL) to nobody that is known.
 */
void flow_refused_error(const struct flow *flow, const struct call *call, enum event_kind kind,
			const struct client *client, enum oauth_error error);

/* Whether the database answers now: for /readyz. */
MUST_USE enum err flow_ping(const struct flow *flow);

#endif
