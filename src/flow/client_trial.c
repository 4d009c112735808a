/* SPDX-License-Identifier: Apache-2.0
 *
 * Reads what was sent. What cannot be read at all is kept as a reason to refuse: the client may
 * still be found, and the refusal is counted against it. */
#include "flow/client_trial.h"

#include <assert.h>

/* By which a client authenticates: what it was registered with, and no more. */
static const struct client_method_row *const methods[] = {
	[CLIENT_METHOD_NONE] = &client_method_none,
	[CLIENT_METHOD_SECRET] = &client_method_secret,
	[CLIENT_METHOD_SECRET_BASIC] = &client_method_secret_basic,
	[CLIENT_METHOD_SECRET_POST] = &client_method_secret_post,
	[CLIENT_METHOD_SECRET_JWT] = &client_method_secret_jwt,
	[CLIENT_METHOD_PRIVATE_KEY_JWT] = &client_method_private_key_jwt,
	[CLIENT_METHOD_TLS] = &client_method_tls,
	[CLIENT_METHOD_SELF_SIGNED_TLS] = &client_method_self_signed_tls,
};
static_assert(ARRAY_LEN(methods) == CLIENT_METHOD_COUNT, "a record for each method");

void trial_fini(struct trial *trial)
{
	certificate_free(&trial->certificate);
}

/* RFC7523#3: who the client is stands in the assertion; a client_id beside it must be the same
 * (RFC7521#4.2). Nothing is believed yet. */
static void read_assertion(const struct call *call, struct trial *trial)
{
	const struct client_credentials *credentials = trial->attempt.credentials;
	trial->broken = "client assertion is malformed";
	if (client_assertion_read(call->arena, credentials->assertion, &trial->assertion) != ERR_OK)
		return;
	trial->attempt.assertion = &trial->assertion;
	struct slice named = trial->assertion.claims.sub;
	bool fits = slice_is_empty(trial->client_id) || slice_equal(trial->client_id, named);
	trial->broken = fits ? NULL : "client assertion of another client_id";
	trial->client_id = named;
}

static void read_certificate(const struct call *call, struct trial *trial)
{
	const struct client_credentials *credentials = trial->attempt.credentials;
	enum err err = slice_is_empty(credentials->certificate_text)
			       ? certificate_parse(credentials->certificate, &trial->certificate)
			       : certificate_parse_header(call->arena,
							  credentials->certificate_text,
							  &trial->certificate);
	trial->attempt.certificate = trial->certificate;
	if (err != ERR_OK)
		trial->broken = "client certificate is malformed";
}

bool trial_has_certificate(const struct client_credentials *credentials)
{
	return !slice_is_empty(credentials->certificate) ||
	       !slice_is_empty(credentials->certificate_text);
}

void trial_read(const struct call *call, const struct client_credentials *credentials,
		struct trial *trial)
{
	*trial = (struct trial){ .attempt = { .credentials = credentials },
				 .client_id = credentials->client_id };
	/* RFC6749#3.1: a parameter without a value counts as omitted */
	if (!slice_is_empty(credentials->secret))
		trial->attempt.sent |= SENT_SECRET;
	if (!slice_is_empty(credentials->assertion)) {
		trial->attempt.sent |= SENT_ASSERTION;
		read_assertion(call, trial);
	}
	if (trial_has_certificate(credentials))
		read_certificate(call, trial);
}

const struct client_method_row *trial_method(const struct trial *trial)
{
	const struct client *client = trial->attempt.entry.client;
	enum client_method method = client ? client_method_of(client) : CLIENT_METHOD_COUNT;
	return method < CLIENT_METHOD_COUNT ? methods[method] : NULL;
}

void trial_count(const struct flow *flow, const struct call *call, struct trial *trial)
{
	const struct client_method_row *method = trial_method(trial);
	struct throttle_plan plan;
	bool shows = trial->attempt.certificate && method && method->waits;
	trial->is_counted = trial->attempt.sent != 0 || shows;
	if (!trial->is_counted)
		return;
	/* All names that are no client's share one budget: one for each would be a row of the
	 * database for whatever anybody makes up. */
	struct slice name = trial->attempt.entry.client ? trial->client_id : SLICE_EMPTY;
	throttle_plan_client(&plan, name, &call->address);
	budget_make(flow, &plan, &trial->budget);
}
