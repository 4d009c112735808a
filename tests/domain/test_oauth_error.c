/* SPDX-License-Identifier: Apache-2.0
 *
 * The table of protocol errors: names, statuses, and the characters that may stand in them. */
#include "domain/oauth_error.h"

#include "check_main.h"
#include "check_slice.h"

static const struct row {
	const char *name;
	enum oauth_error error;
	int status;
	const char *wire;
} rows[] = {
	/* RFC6749#5.2, RFC8628#3.5 */
	{ .name = "a bad request",
	  .error = OAUTH_INVALID_REQUEST,
	  .wire = "invalid_request",
	  .status = 400 },
	{ .name = "a client that did not prove itself",
	  .error = OAUTH_INVALID_CLIENT,
	  .wire = "invalid_client",
	  .status = 401 },
	{ .name = "a bad code",
	  .error = OAUTH_INVALID_GRANT,
	  .wire = "invalid_grant",
	  .status = 400 },
	{ .name = "a grant that the client may not use",
	  .error = OAUTH_UNAUTHORIZED_CLIENT,
	  .wire = "unauthorized_client",
	  .status = 400 },
	{ .name = "an unknown grant",
	  .error = OAUTH_UNSUPPORTED_GRANT_TYPE,
	  .wire = "unsupported_grant_type",
	  .status = 400 },
	{ .name = "a bad scope",
	  .error = OAUTH_INVALID_SCOPE,
	  .wire = "invalid_scope",
	  .status = 400 },
	{ .name = "nobody decided: 400, since clients give up at anything else",
	  .error = OAUTH_AUTHORIZATION_PENDING,
	  .wire = "authorization_pending",
	  .status = 400 },
	{ .name = "too fast: 400 and not 429",
	  .error = OAUTH_SLOW_DOWN,
	  .wire = "slow_down",
	  .status = 400 },
	{ .name = "denied: 400 and not 403",
	  .error = OAUTH_ACCESS_DENIED,
	  .wire = "access_denied",
	  .status = 400 },
	{ .name = "too late",
	  .error = OAUTH_EXPIRED_TOKEN,
	  .wire = "expired_token",
	  .status = 400 },
	{ .name = "a token that cannot be revoked",
	  .error = OAUTH_UNSUPPORTED_TOKEN_TYPE,
	  .wire = "unsupported_token_type",
	  .status = 400 },
	{ .name = "a response type that is not offered", /* RFC6749#4.1.2.1 */
	  .error = OAUTH_UNSUPPORTED_RESPONSE_TYPE,
	  .wire = "unsupported_response_type",
	  .status = 400 },
	{ .name = "a resource that nobody may ask for", /* RFC8707#2 */
	  .error = OAUTH_INVALID_TARGET,
	  .wire = "invalid_target",
	  .status = 400 },
	{ .name = "a request_uri that is spent", /* RFC9126#2.2 */
	  .error = OAUTH_INVALID_REQUEST_URI,
	  .wire = "invalid_request_uri",
	  .status = 400 },
	{ .name = "a request object that nobody signed", /* RFC9101#7 */
	  .error = OAUTH_INVALID_REQUEST_OBJECT,
	  .wire = "invalid_request_object",
	  .status = 400 },
	{ .name = "no request objects", /* OIDC#3.1.2.6 */
	  .error = OAUTH_REQUEST_NOT_SUPPORTED,
	  .wire = "request_not_supported",
	  .status = 400 },
	{ .name = "no request by reference", /* OIDC#3.1.2.6 */
	  .error = OAUTH_REQUEST_URI_NOT_SUPPORTED,
	  .wire = "request_uri_not_supported",
	  .status = 400 },
	{ .name = "no registration on the way", /* OIDC#3.1.2.6 */
	  .error = OAUTH_REGISTRATION_NOT_SUPPORTED,
	  .wire = "registration_not_supported",
	  .status = 400 },
	{ .name = "nobody is signed in", /* OIDC#3.1.2.6 */
	  .error = OAUTH_LOGIN_REQUIRED,
	  .wire = "login_required",
	  .status = 400 },
	{ .name = "a page would be needed", /* OIDC#3.1.2.6 */
	  .error = OAUTH_INTERACTION_REQUIRED,
	  .wire = "interaction_required",
	  .status = 400 },
	{ .name = "consent would be needed", /* OIDC#3.1.2.6 */
	  .error = OAUTH_CONSENT_REQUIRED,
	  .wire = "consent_required",
	  .status = 400 },
	{ .name = "an account would have to be chosen", /* OIDC#3.1.2.6 */
	  .error = OAUTH_ACCOUNT_SELECTION_REQUIRED,
	  .wire = "account_selection_required",
	  .status = 400 },
	{ .name = "an acr that cannot be had", /* OIDC#5.5.1.1 */
	  .error = OAUTH_UNMET_AUTHENTICATION_REQUIREMENTS,
	  .wire = "unmet_authentication_requirements",
	  .status = 400 },
	{ .name = "a bad proof", /* RFC9449#5 */
	  .error = OAUTH_INVALID_DPOP_PROOF,
	  .wire = "invalid_dpop_proof",
	  .status = 400 },
	{ .name = "a proof without nonce", /* RFC9449#8 */
	  .error = OAUTH_USE_DPOP_NONCE,
	  .wire = "use_dpop_nonce",
	  .status = 400 },
	{ .name = "a bad access token", /* RFC6750#3.1 */
	  .error = OAUTH_INVALID_TOKEN,
	  .wire = "invalid_token",
	  .status = 401 },
	{ .name = "too little scope", /* RFC6750#3.1 */
	  .error = OAUTH_INSUFFICIENT_SCOPE,
	  .wire = "insufficient_scope",
	  .status = 403 },
	{ .name = "a redirect URI that cannot be registered", /* RFC7591#3.2.2 */
	  .error = OAUTH_INVALID_REDIRECT_URI,
	  .wire = "invalid_redirect_uri",
	  .status = 400 },
	{ .name = "metadata that cannot be registered", /* RFC7591#3.2.2 */
	  .error = OAUTH_INVALID_CLIENT_METADATA,
	  .wire = "invalid_client_metadata",
	  .status = 400 },
	{ .name = "a software statement", /* RFC7591#3.2.2 */
	  .error = OAUTH_INVALID_SOFTWARE_STATEMENT,
	  .wire = "invalid_software_statement",
	  .status = 400 },
	{ .name = "overload",
	  .error = OAUTH_TEMPORARILY_UNAVAILABLE,
	  .wire = "temporarily_unavailable",
	  .status = 503 },
};

_Static_assert(ARRAY_LEN(rows) == OAUTH_ERROR_COUNT - 1, "a row for each error");

START_TEST(name_and_status)
{
	const struct row *row = &rows[_i];
	const struct oauth_error_row *got = oauth_error_row(row->error);

	ck_slice_row(row->name, slice_str(got->name), slice_str(row->wire));
	ck_assert_msg(got->status == row->status, "%s: %d", row->name, got->status);
}
END_TEST

static bool is_permitted(char c)
{
	return (c >= 0x20 && c <= 0x21) || (c >= 0x23 && c <= 0x5b) || (c >= 0x5d && c <= 0x7e);
}

static void check_characters(const char *text)
{
	for (const char *c = text; *c != '\0'; c++)
		ck_assert_msg(is_permitted(*c), "\"%s\" holds a character that is not permitted",
			      text);
}

/* RFC6749#5.2: error and error_description keep to %x20-21 / %x23-5B / %x5D-7E */
START_TEST(characters)
{
	const struct oauth_error_row *row = oauth_error_row((enum oauth_error)_i);

	ck_assert_ptr_nonnull(row->name);
	ck_assert_ptr_nonnull(row->description);
	ck_assert(_i == OAUTH_OK || row->description[0] != '\0');
	ck_assert(slice_has_prefix(slice_str(row->section), SLICE("RFC")) ||
		  slice_has_prefix(slice_str(row->section), SLICE("OIDC#")));
	check_characters(row->name);
	check_characters(row->description);
}
END_TEST

START_TEST(names_are_unique)
{
	for (int i = 0; i < _i; i++) {
		struct slice other = slice_str(oauth_error_row((enum oauth_error)i)->name);

		ck_assert(!slice_equal(other,
				       slice_str(oauth_error_row((enum oauth_error)_i)->name)));
	}
}
END_TEST

static void add_tests(TCase *tc)
{
	tcase_add_loop_test(tc, name_and_status, 0, ARRAY_LEN(rows));
	tcase_add_loop_test(tc, characters, 0, OAUTH_ERROR_COUNT);
	tcase_add_loop_test(tc, names_are_unique, 0, OAUTH_ERROR_COUNT);
}

TEST_MAIN("domain/oauth_error", add_tests)
