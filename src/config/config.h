/* SPDX-License-Identifier: Apache-2.0
 *
 * The options, out of one table (options.def): file, environment (DOORCODE_*) and flags in this
 * order of growing weight, all checked at start. A wrong value is refused with file, line, name and
 * what would be right. */
#ifndef CONFIG_CONFIG_H
#define CONFIG_CONFIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "base/address.h"
#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "base/log.h"
#include "base/slice.h"

struct text_list {
	const char **items;
	size_t count;
};

struct network_list {
	struct network *items;
	size_t count;
};

/* In the order of enum store_notify. */
enum notify_policy { NOTIFY_AUTO = 0, NOTIFY_LISTEN, NOTIFY_POLL };

enum applications_policy { APPLICATIONS_ADMINS = 0, APPLICATIONS_EVERYONE };

/* In the order of the enums of flow/flow.h. */
enum sign_up_choice { SIGN_UP_CHOICE_OFF = 0, SIGN_UP_CHOICE_INVITE, SIGN_UP_CHOICE_OPEN };
enum registration_choice {
	REGISTRATION_CHOICE_OFF = 0,
	REGISTRATION_CHOICE_TOKEN,
	REGISTRATION_CHOICE_OPEN
};

/* Strings are C strings that live as long as the config. Seconds unless said otherwise. */
struct config {
	/* where */
	const char *database;         /* "doorcode.db" */
	int64_t database_connections; /* 16; these four for PostgreSQL alone */
	int64_t database_wait;        /* 5 */
	bool database_pooler;
	enum notify_policy notify;
	const char *master_key_file; /* default: the database's path with ".key" */
	struct text_list listen;     /* "127.0.0.1:8000", "https://[::]:443", "unix:/run/d.sock",
					"systemd"; config/url.h has them all */
	const char *tls_certificate; /* the PEM files of https listeners; NULL: none */
	const char *tls_key;
	const char *tls_client_ca;    /* NULL: no names are sent */
	const char *base_url;         /* "http://127.0.0.1:8000", no trailing slash */
	const char *mtls_base_url;    /* RFC8705#5: for clients with certificates; NULL: none */
	const char *verification_uri; /* default: BASE/o/device */
	struct network_list trusted_proxies;
	bool proxy_protocol; /* trusted proxies send the PROXY header (v1 or v2) to all listeners */
	bool insecure_http;
	const char *client_certificate_header; /* of trusted proxies; NULL: none */
	struct network_list fetch_allow;
	const char *fetch_ca; /* NULL: none */
	bool fetch_http;
	const char *web_dir; /* overrides built-in templates and static files; NULL: none */
	/* how much */
	int64_t loops;                      /* 0: one per core */
	int64_t workers;                    /* 0: 32 per core, 16 at least */
	int64_t worker_queue;               /* waiting requests, 4096 */
	int64_t max_connections;            /* 16384 */
	int64_t max_connections_per_source; /* per /24 or /64; 1024; loopback has no limit */
	int64_t max_header_bytes;           /* 16384 */
	int64_t max_body_bytes;             /* 65536 */
	int64_t header_timeout;             /* 10 */
	int64_t body_timeout;               /* 30 */
	int64_t idle_timeout;               /* keep-alive, 60 */
	int64_t stop_timeout;               /* 30 */
	int64_t pending_max;                /* entries of the poll table, 1000000 */
	int64_t issue_per_minute;           /* device codes per address, 60 */
	int64_t issue_live;                 /* live device codes per address, 1000 */
	int64_t client_live_alarm; /* live device codes of one client that are logged, 100000 */
	struct network_list cap_exempt;
	/* how long */
	int64_t device_code_lifetime;        /* 1800 */
	int64_t device_interval;             /* 5 */
	int64_t device_handle_lifetime;      /* 600 */
	int64_t access_token_lifetime;       /* 36000 */
	int64_t refresh_token_idle;          /* 2592000 */
	int64_t refresh_token_absolute;      /* 0: never */
	int64_t replay_window;               /* 10: a lost answer, with proof */
	int64_t replay_public;               /* 0: without proof */
	int64_t authorization_code_lifetime; /* 60 */
	int64_t id_token_lifetime;           /* 3600 */
	int64_t pushed_request_lifetime;     /* 90 */
	int64_t signing_key_lifetime;        /* 90 days; 0: until it is rotated */
	int64_t session_idle;                /* 3600 */
	int64_t session_absolute;            /* 43200 */
	int64_t keep_events;                 /* 90 days */
	/* what */
	const char *user_code_alphabet; /* BCDFGHJKLMNPQRSTVWXZ */
	int64_t user_code_length;       /* 8 */
	int64_t user_code_group;        /* 4 */
	enum applications_policy applications;
	enum sign_up_choice sign_up;
	enum registration_choice registration;
	bool client_metadata_documents;
	bool require_pkce;
	bool require_pushed_requests;
	bool hybrid_response_types;
	bool dpop_nonce;
	struct text_list assertion_issuers; /* "ISSUER=JWKS_URI" */
	struct text_list assertion_name_issuers;
	int64_t password_min_length; /* 8 */
	int64_t password_memory;     /* KiB, 65536 */
	int64_t password_passes;     /* 2 */
	int64_t password_parallel;   /* hashes at once, 0: one per core */
	enum log_level log_level;
	enum log_format log_format;
};

struct config_source {
	const char *file; /* NULL: none */
	char *const *env; /* environ, or NULL */
	/* flags: "--name=value" or "--name value" that name options; others are left to the caller
	 */
	int argc;
	char **argv;
};

/* Reads all sources. On ERR_INVALID each fault has been printed to `faults` as "file:line: name:
 * what is wrong; what would be right". Flags that were taken are removed from `source->argv` (argc
 * is updated). */
MUST_USE enum err config_load(struct config_source *source, FILE *faults, struct config **out);
void config_free(struct config **config);

/* "--database PATH   where the records are (default doorcode.db)" lines for --help. */
void config_print_help(FILE *out);
/* The example file, with every option, its default and its words. */
void config_print_example(FILE *out);
/* Every option with its value and where it came from (default, file, environment, flag). */
void config_print(const struct config *config, FILE *out, bool json);

/* doorcode.conf(5), with an entry for every option. */
void config_print_manual(FILE *out);

bool config_is_https(const struct config *config); /* base_url */
/* The database is a file of this machine (SQLite), not a server's. */
bool config_database_is_file(const struct config *config);

#endif
