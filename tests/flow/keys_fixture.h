/* SPDX-License-Identifier: Apache-2.0
 *
 * What the look-up of clients' keys is tested on: a real web server that has a set of one key at
 * its first path, and two keys to sign with. */
#ifndef KEYS_FIXTURE_H
#define KEYS_FIXTURE_H

#include "flow/client_keys.h"
#include "support/origin.h"

struct keys_fixture {
	struct origin *origin;
	struct network loopback;
	struct flow flow;
	struct call call;
	struct jwk *first; /* this one is served */
	struct jwk *second;
};

/* `workers` of struct fetch_options. */
void keys_init(struct keys_fixture *keys, const struct origin_answer *answers, size_t count,
	       size_t workers);
void keys_fini(struct keys_fixture *keys);

/* From now on at the first path; header lines, each with its end, or "". */
void keys_serve(struct keys_fixture *keys, const char *headers, struct slice body);
void keys_serve_one(struct keys_fixture *keys, const char *headers, const struct jwk *key);

struct key_source keys_source(struct keys_fixture *keys, const char *path, enum fetch_class class);
/* A token that this key has signed. */
struct jws keys_signed(struct keys_fixture *keys, const struct jwk *key);

#endif
