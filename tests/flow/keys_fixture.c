/* SPDX-License-Identifier: Apache-2.0
 *
 * The server listens on loopback, which such requests may go to here. */
#include "keys_fixture.h"

#include <check.h>

#include "support/jwt_maker.h"

void keys_init(struct keys_fixture *keys, const struct origin_answer *answers, size_t count,
	       size_t workers)
{
	ck_assert_int_eq(network_parse(SLICE("127.0.0.1"), &keys->loopback), ERR_OK);
	const struct fetch_options options = {
		.allowed = &keys->loopback,
		.allowed_count = 1,
		.allow_http = true,
		.timeout_ms = 20000,
		.most_bytes = JWK_SET_BYTES_MAX,
		.workers = workers,
	};
	keys->origin = origin_start(answers, count, false);
	keys->call = (struct call){ .arena = arena_new(), .now_ms = 1000000 };
	keys->flow = (struct flow){ .fetch = fetch_new(&options),
				    .client_keys = client_keys_new() };
	keys->first = jwk_generate(ALG_ES256);
	keys->second = jwk_generate(ALG_ES256);
	keys_serve_one(keys, "", keys->first);
}

void keys_fini(struct keys_fixture *keys)
{
	jwk_free(&keys->second);
	jwk_free(&keys->first);
	client_keys_free(&keys->flow.client_keys);
	fetch_free(&keys->flow.fetch);
	arena_free(&keys->call.arena);
	origin_stop(&keys->origin);
}

void keys_serve(struct keys_fixture *keys, const char *headers, struct slice body)
{
	struct slice text = arena_printf(keys->call.arena,
					 "HTTP/1.1 200 OK\r\n%sConnection: close\r\n\r\n%.*s",
					 headers, SLICE_ARG(body));
	origin_change(keys->origin, 0, arena_cstr(keys->call.arena, text));
}

void keys_serve_one(struct keys_fixture *keys, const char *headers, const struct jwk *key)
{
	keys_serve(keys, headers, jwt_set(keys->call.arena, &key, 1));
}

struct key_source keys_source(struct keys_fixture *keys, const char *path, enum fetch_class class)
{
	return (struct key_source){
		.uri = arena_printf(keys->call.arena, "http://127.0.0.1:%u%s",
				    origin_port(keys->origin), path),
		.jwks = SLICE_EMPTY,
		.class = class,
	};
}

struct jws keys_signed(struct keys_fixture *keys, const struct jwk *key)
{
	struct jws jws;
	struct slice compact;
	const struct jws_new new = { .key = key, .alg = ALG_ES256, .payload = SLICE("{}") };
	ck_assert_int_eq(jws_sign(keys->call.arena, &new, &compact), ERR_OK);
	ck_assert_int_eq(jws_parse(keys->call.arena, compact, ALGS_ASYMMETRIC, &jws), ERR_OK);
	return jws;
}
