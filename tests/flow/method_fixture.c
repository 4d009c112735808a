/* SPDX-License-Identifier: Apache-2.0
 *
 * Clients are registered as everybody's are. */
#include "method_fixture.h"

#include <check.h>

#include "support/jwt_maker.h"

enum { SETTINGS_MAX = 8 };

static size_t read_settings(const char *const *settings, struct application_setting *out)
{
	size_t count = 0;
	for (; settings && settings[2 * count]; count++) {
		ck_assert_uint_lt(count, SETTINGS_MAX);
		out[count] = (struct application_setting){
			fixture_setting(slice_str(settings[2 * count])),
			slice_str(settings[2 * count + 1]),
		};
	}
	return count;
}

static struct slice add(struct fixture *fixture, const char *client_id, enum client_type type,
			const char *const *settings)
{
	struct application_setting items[SETTINGS_MAX];
	struct slice grant = SLICE("device-code");
	struct client *client;
	struct slice secret;
	struct client_faults faults;
	const struct application_new application = {
		.form = {
			.name = SLICE("Web"),
			.client_type = slice_str(client_type_name(type)),
			.grant_types = &grant,
			.grant_type_count = 1,
		},
		.settings = { items, read_settings(settings, items) },
		.client_id = slice_str(client_id),
	};
	ck_assert_int_eq(fixture_add(&fixture->flow, &fixture->call, &application, &client, &secret,
				     &faults),
			 ERR_OK);
	return secret;
}

struct slice method_client(struct fixture *fixture, const char *const *settings)
{
	return add(fixture, "web", CLIENT_CONFIDENTIAL, settings);
}

void method_public_client(struct fixture *fixture, const char *client_id)
{
	(void)add(fixture, client_id, CLIENT_PUBLIC, NULL);
}

enum client_auth method_check(struct fixture *fixture, const struct client_credentials *credentials,
			      struct client_authenticated *out)
{
	return client_auth_check(&fixture->flow, &fixture->call, credentials, out);
}

struct slice method_why(struct fixture *fixture)
{
	return fixture_event(fixture, EVENT_CLIENT_REFUSED).detail;
}

struct client_credentials method_assertion(struct fixture *fixture, const struct jwk *key,
					   enum alg alg, const char *header, const char *payload)
{
	return (struct client_credentials){
		.assertion = jwt_made(fixture->call.arena, key, alg, slice_str(header),
				      slice_str(payload)),
	};
}
