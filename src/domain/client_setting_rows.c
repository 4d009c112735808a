/* SPDX-License-Identifier: Apache-2.0
 *
 * The table of what may be said about a client: RFC7591#2, OpenID Connect Dynamic Client
 * Registration section 2, RFC8705#2.1.2, RFC9126#6, RFC9449#5.2, RFC9701#6, and what is our own. */
#include <assert.h>

#include "base/ensure.h"
#include "domain/client_setting.h"

enum { SHORT = 256, URL = 1024, LIST = 2048, DOCUMENT = 16384, HEX = 64 };

static const char *const flags[] = { "false", "true", NULL };
/* "client_secret": by header or by form, as the client likes; the first of a confidential client,
 * as "none" is the only one of a public client */
static const char *const methods[] = { "client_secret",
				       "client_secret_basic",
				       "client_secret_post",
				       "client_secret_jwt",
				       "private_key_jwt",
				       "tls_client_auth",
				       "self_signed_tls_client_auth",
				       "none",
				       NULL };
static const char *const assertion_algs[] = { "",      "RS256", "PS256", "ES256", "RS384",
					      "RS512", "PS384", "PS512", "ES384", "ES512",
					      "HS256", "HS384", "HS512", NULL };
static const char *const request_algs[] = { "",      "RS256", "PS256", "ES256", "RS384", "RS512",
					    "PS384", "PS512", "ES384", "ES512", NULL };
static const char *const answer_algs[] = { "", "RS256", "ES256", "PS256", NULL };
static const char *const audiences[] = { "issuer", "token_endpoint", NULL };
static const char *const response_types[] = { "code", "id_token", "code id_token", NULL };
static const char *const expiries[] = { "hour", "any", NULL };
static const char *const formats[] = { "opaque", "jwt", NULL };
static const char *const key_managements[] = { "", "RSA-OAEP-256", "ECDH-ES", NULL };
static const char *const encryptions[] = { "", "A128GCM", "A256GCM", NULL };
static const char *const subject_types[] = { "public", "pairwise", NULL };
static const char *const application_types[] = { "web", "native", NULL };
static const char *const sources[] = { "manual", "registration", "metadata_document", NULL };

#define FLAG .kind = SETTING_FLAG, .initial = "false", .choices = flags, .most = SHORT
#define CHOICE(list, first) \
	.kind = SETTING_CHOICE, .initial = (first), .choices = (list), .most = SHORT
#define PAGE .kind = SETTING_HTTPS_URL, .initial = "", .most = URL
#define TEXT .kind = SETTING_TEXT, .initial = "", .most = SHORT
#define WORDS .kind = SETTING_WORDS, .initial = "", .most = LIST

static const struct client_setting_row rows[] = {
	[SETTING_AUTH_METHOD] = { "token_endpoint_auth_method", CHOICE(methods, "client_secret"),
				  .words = "how it authenticates; client_secret: basic or post" },
	[SETTING_AUTH_SIGNING_ALG] = { "token_endpoint_auth_signing_alg",
				       CHOICE(assertion_algs, ""),
				       .words = "the only algorithm of its assertions" },
	[SETTING_ASSERTION_AUDIENCE] = { "assertion_audience", CHOICE(audiences, "issuer"),
					 .words =
						 "token_endpoint: the URL of the endpoint is taken "
						 "as audience of its assertions, too" },
	[SETTING_JWKS] = { "jwks", .kind = SETTING_JSON_SET, .initial = "", .most = DOCUMENT,
			   .words = "its public keys, a JWK Set" },
	[SETTING_JWKS_URI] = { "jwks_uri", PAGE, .words = "where its public keys are" },
	[SETTING_TLS_SUBJECT_DN] = { "tls_client_auth_subject_dn", .kind = SETTING_TEXT,
				     .initial = "", .most = URL,
				     .words = "subject of its certificate, as in RFC 4514" },
	[SETTING_TLS_SAN_DNS] = { "tls_client_auth_san_dns", TEXT,
				  .words = "host name in its certificate" },
	[SETTING_TLS_SAN_URI] = { "tls_client_auth_san_uri", .kind = SETTING_TEXT, .initial = "",
				  .most = URL, .words = "URI in its certificate" },
	[SETTING_TLS_SAN_IP] = { "tls_client_auth_san_ip", .kind = SETTING_ADDRESS, .initial = "",
				 .most = SHORT, .words = "IP address in its certificate" },
	[SETTING_TLS_SAN_EMAIL] = { "tls_client_auth_san_email", TEXT,
				    .words = "mail address in its certificate" },
	[SETTING_RESPONSE_TYPES] = { "response_types", .kind = SETTING_CHOICES, .initial = "code",
				     .choices = response_types, .most = SHORT,
				     .words = "response types it may ask for, a comma between" },
	[SETTING_REQUIRE_PAR] = { "require_pushed_authorization_requests", FLAG,
				  .words = "it must push its authorization requests" },
	[SETTING_REQUIRE_SIGNED_REQUEST] = { "require_signed_request_object", FLAG,
					     .words = "it must sign its authorization requests" },
	[SETTING_REQUEST_OBJECT_ALG] = { "request_object_signing_alg", CHOICE(request_algs, ""),
					 .words = "the only algorithm of its signed requests" },
	[SETTING_REQUEST_OBJECT_EXPIRY] = { "request_object_expiry", CHOICE(expiries, "hour"),
					    .words = "any: its signed requests may live for more "
						     "than an hour, or say nothing of exp" },
	[SETTING_SKIP_AUTHORIZATION] = { "skip_authorization", FLAG,
					 .words = "people are not asked whether they agree" },
	[SETTING_TOKEN_FORMAT] = { "access_token_format", CHOICE(formats, "opaque"),
				   .words = "form of its access tokens" },
	[SETTING_RESOURCES] = { "resources", WORDS,
				.words = "resources it may name; none given: all there are" },
	[SETTING_DPOP_BOUND] = { "dpop_bound_access_tokens", FLAG,
				 .words = "it must show DPoP proofs" },
	[SETTING_CERTIFICATE_BOUND] = { "tls_client_certificate_bound_access_tokens", FLAG,
					.words = "its tokens are bound to its certificate" },
	[SETTING_ID_TOKEN_ENCRYPTION_ALG] = { "id_token_encrypted_response_alg",
					      CHOICE(key_managements, ""),
					      .words = "its ID tokens are encrypted to its key" },
	[SETTING_ID_TOKEN_ENCRYPTION_ENC] = { "id_token_encrypted_response_enc",
					      CHOICE(encryptions, ""),
					      .words =
						      "how the content of ID tokens is encrypted" },
	[SETTING_USERINFO_SIGNED_ALG] = { "userinfo_signed_response_alg", CHOICE(answer_algs, ""),
					  .words = "UserInfo answers are signed" },
	[SETTING_INTROSPECTION_SIGNED_ALG] = { "introspection_signed_response_alg",
					       CHOICE(answer_algs, ""),
					       .words = "algorithm of signed introspection" },
	[SETTING_SUBJECT_TYPE] = { "subject_type", CHOICE(subject_types, "public"),
				   .words =
					   "pairwise: people have other names here than elsewhere" },
	[SETTING_SECTOR_IDENTIFIER_URI] = { "sector_identifier_uri", PAGE,
					    .words = "by whose host pairwise names are made" },
	[SETTING_DEFAULT_MAX_AGE] = { "default_max_age", .kind = SETTING_NUMBER, .initial = "",
				      .most = SHORT,
				      .words = "seconds after which people sign in anew" },
	[SETTING_REQUIRE_AUTH_TIME] = { "require_auth_time", FLAG,
					.words = "its ID tokens always say auth_time" },
	[SETTING_DEFAULT_ACR_VALUES] = { "default_acr_values", WORDS,
					 .words = "acr values it wants when it names none" },
	[SETTING_BACKCHANNEL_LOGOUT_URI] = { "backchannel_logout_uri", PAGE,
					     .words = "where logout tokens are sent" },
	[SETTING_BACKCHANNEL_LOGOUT_SESSION] = { "backchannel_logout_session_required", FLAG,
						 .words = "logout tokens must name the session" },
	[SETTING_FRONTCHANNEL_LOGOUT_URI] = { "frontchannel_logout_uri", PAGE,
					      .words = "opened in a frame at sign-out" },
	[SETTING_FRONTCHANNEL_LOGOUT_SESSION] = { "frontchannel_logout_session_required", FLAG,
						  .words = "that page must learn the session" },
	[SETTING_APPLICATION_TYPE] = { "application_type", CHOICE(application_types, "web"),
				       .words = "what kind of application it is" },
	[SETTING_CLIENT_URI] = { "client_uri", PAGE, .words = "its home page" },
	[SETTING_LOGO_URI] = { "logo_uri", PAGE, .words = "its logo" },
	[SETTING_POLICY_URI] = { "policy_uri", PAGE, .words = "its privacy policy" },
	[SETTING_TOS_URI] = { "tos_uri", PAGE, .words = "its terms of service" },
	[SETTING_CONTACTS] = { "contacts", WORDS, .words = "mail addresses of who looks after it" },
	[SETTING_INITIATE_LOGIN_URI] = { "initiate_login_uri", PAGE,
					 .words = "where others may send people to sign in there" },
	[SETTING_SOFTWARE_ID] = { "software_id", TEXT, .words = "the software's own id" },
	[SETTING_SOFTWARE_VERSION] = { "software_version", TEXT, .words = "its version" },
	[SETTING_SOURCE] = { "source", CHOICE(sources, "manual"), .internal = true,
			     .words = "how it came to be" },
	[SETTING_SOURCE_EXPIRES] = { "source_expires", .kind = SETTING_NUMBER, .initial = "",
				     .most = SHORT, .internal = true,
				     .words = "when its document must be read again" },
	[SETTING_REGISTRATION_HASH] = { "registration_access_token_hash", .kind = SETTING_HASH,
					.initial = "", .most = HEX, .internal = true,
					.words = "of what lets it change its registration" },
};
static_assert(ARRAY_LEN(rows) == SETTING_COUNT, "a row for each setting");

const struct client_setting_row *client_setting_row(enum client_setting setting)
{
	ensure((unsigned)setting < SETTING_COUNT);
	return &rows[setting];
}
