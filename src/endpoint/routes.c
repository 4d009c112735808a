/* SPDX-License-Identifier: Apache-2.0
 *
 * Methods, path, handlers, where they run, who may, Content-Security-Policy, form token, a row
 * each. Fixed paths stand before those with a {}. Every path answers with and without its trailing
 * slash. */
#include "endpoint/routes.h"

#include "domain/names.h"
#include "endpoint/endpoints.h"
#include "endpoint/oauth_reply.h"
#include "endpoint/resource_parameter.h"
#include "web/reply.h"

#define PAGE .face = &face_page, .csp = CSP_BASE
/* On the way to an application, or back from one. */
#define PASSING_PAGE PAGE, .access = MAY_SIGN_IN, .keeps_opener = true
#define PERSONAL_PAGE PAGE, .access = SIGNED_IN, .has_own_form = true
#define CLIENT_ENDPOINT .face = &face_oauth, .cors = CORS_CLIENT
#define PUBLIC_DOCUMENT .face = &face_oauth, .cors = CORS_PUBLIC
#define METADATA PUBLIC_DOCUMENT, .get = metadata_get, .quick = metadata_quick

/* RFC8707#2, RFC8693#2.1 */
static const char *const token_multiple[] = { NAME_RESOURCE, NAME_AUDIENCE, NULL };
static const char *const application_multiple[] = { "authorization_grant_type", NULL };

static const struct route rows[] = {
	{ .pattern = "/o/token",
	  CLIENT_ENDPOINT,
	  .post = token_post,
	  .quick = token_quick,
	  .multiple = token_multiple,
	  .overload = token_overload },
	{ .pattern = "/o/authorize",
	  PASSING_PAGE,
	  .get = authorize_get,
	  .post = authorize_post, /* from anywhere: OIDC#3.1.2.1 */
	  .multiple = resource_multiple },
	{ .pattern = "/o/authorize/decide",
	  PASSING_PAGE,
	  .has_own_form = true,
	  .post = authorize_decide_post },
	{ .pattern = "/o/par", CLIENT_ENDPOINT, .post = par_post, .multiple = resource_multiple },
	{ .pattern = "/o/device-authorization",
	  CLIENT_ENDPOINT,
	  .post = device_authorization_post,
	  .multiple = resource_multiple },
	{ .pattern = "/o/revoke_token", CLIENT_ENDPOINT, .post = revoke_token_post },
	{ .pattern = "/o/userinfo",
	  CLIENT_ENDPOINT,
	  .get = userinfo_get,
	  .post = userinfo_get,
	  .body = BODY_IF_FORM },
	{ .pattern = "/o/introspect",
	  CLIENT_ENDPOINT,
	  .post = introspect_post,
	  .quick = introspect_quick },
	{ .pattern = "/o/.well-known/jwks.json",
	  PUBLIC_DOCUMENT,
	  .get = jwks_get,
	  .quick = jwks_quick },
	{ .pattern = "/o/register", CLIENT_ENDPOINT, .post = register_post, .body = BODY_JSON },
	{ .pattern = "/o/register/{}",
	  CLIENT_ENDPOINT,
	  .get = register_client_get,
	  .put = register_client_put,
	  .delete = register_client_delete,
	  .body = BODY_JSON },
	{ .pattern = "/o/.well-known/openid-configuration", METADATA },
	{ .pattern = "/o/.well-known/oauth-authorization-server", METADATA },
	{ .pattern = "/.well-known/openid-configuration/o", METADATA },
	{ .pattern = "/.well-known/oauth-authorization-server/o", METADATA },
	{ .pattern = "/.well-known/oauth-protected-resource/o/userinfo",
	  PUBLIC_DOCUMENT,
	  .get = resource_metadata_get,
	  .quick = resource_metadata_quick },
	{ .pattern = "/healthz", PAGE, .get = healthz_get, .place = ON_LOOP },
	{ .pattern = "/readyz", PAGE, .get = readyz_get },
	{ .pattern = "/", PAGE, .access = MAY_SIGN_IN, .get = home_get },
	{ .pattern = "/accounts/login",
	  PASSING_PAGE,
	  .has_own_form = true,
	  .get = login_get,
	  .post = login_post },
	{ .pattern = "/accounts/select",
	  PASSING_PAGE,
	  .has_own_form = true,
	  .get = account_select_get,
	  .post = account_select_post },
	{ .pattern = "/accounts/sign-up",
	  PASSING_PAGE,
	  .has_own_form = true,
	  .get = sign_up_get,
	  .post = sign_up_post },
	{ .pattern = "/accounts/logout",
	  PAGE,
	  .access = MAY_SIGN_IN,
	  .has_own_form = true,
	  .post = logout_post },
	{ .pattern = "/o/logout", PASSING_PAGE, .get = end_session_get, .post = end_session_post },
	{ .pattern = "/o/logout/decide",
	  PASSING_PAGE,
	  .has_own_form = true,
	  .post = end_session_decide_post },
	{ .pattern = "/device", PERSONAL_PAGE, .get = device_get, .post = device_post },
	{ .pattern = "/o/device", PERSONAL_PAGE, .get = device_get, .post = device_post },
	{ .pattern = "/o/device-confirm/{}",
	  PERSONAL_PAGE,
	  .get = device_confirm_get,
	  .post = device_confirm_post },
	{ .pattern = "/o/device-grant-status/{}", PERSONAL_PAGE, .get = device_status_get },
	{ .pattern = "/o/applications", PERSONAL_PAGE, .get = applications_get },
	{ .pattern = "/o/applications/register",
	  PERSONAL_PAGE,
	  .get = application_register_get,
	  .post = application_register_post,
	  .multiple = application_multiple },
	{ .pattern = "/o/applications/{}", PERSONAL_PAGE, .get = application_show_get },
	{ .pattern = "/o/applications/{}/update",
	  PERSONAL_PAGE,
	  .get = application_update_get,
	  .post = application_update_post,
	  .multiple = application_multiple },
	{ .pattern = "/o/applications/{}/delete",
	  PERSONAL_PAGE,
	  .get = application_delete_get,
	  .post = application_delete_post },
	{ .pattern = "/o/authorized_tokens",
	  PERSONAL_PAGE,
	  .get = authorized_tokens_get,
	  .post = authorized_tokens_post },
	{ .pattern = "/static/{}", PAGE, .get = static_get, .place = ON_LOOP },
};

const struct route_table routes = { rows, ARRAY_LEN(rows) };
