/* SPDX-License-Identifier: Apache-2.0
 *
 * iddawc: a client library in C for all of it. It reads answers strictly: integers are integers,
 * and metadata has all that OpenID Connect wants in it. It has no way to name an authority, so the
 * test's certificate is not verified; and it takes a registration for failed unless the status is
 * 200, where RFC 7591 section 3.2.1 has 201. */
#include <iddawc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void check(int right, const char *what)
{
	if (right)
		return;
	fprintf(stderr, "failed: %s\n", what);
	exit(1);
}

static void ok(struct _i_session *s, int result, const char *what)
{
	if (result == I_OK)
		return;
	const char *error = i_get_str_parameter(s, I_OPT_ERROR);
	const char *words = i_get_str_parameter(s, I_OPT_ERROR_DESCRIPTION);
	fprintf(stderr, "failed: %s: %d %s %s\n", what, result, error ? error : "",
		words ? words : "");
	exit(1);
}

static void done(const char *step)
{
	printf("done %s\n", step);
	fflush(stdout);
}

/* A person opens this: where the browser ended, until the next call. */
static const char *open_in_browser(const char *address)
{
	static char line[16384];
	printf("open %s\n", address);
	fflush(stdout);
	while (fgets(line, sizeof(line), stdin) != NULL) {
		line[strcspn(line, "\n")] = '\0';
		if (strncmp(line, "opened ", 7) != 0)
			continue;
		check(strncmp(line + 7, "error ", 6) != 0, line);
		return line + 7;
	}
	check(0, "nobody opens anything");
	return NULL;
}

static void start(struct _i_session *s, const char *id, const char *secret)
{
	char config[512];
	snprintf(config, sizeof(config), "%s/.well-known/openid-configuration", getenv("ISSUER"));
	i_init_session(s);
	ok(s,
	   i_set_parameter_list(s, I_OPT_OPENID_CONFIG_ENDPOINT, config, I_OPT_CLIENT_ID, id,
				I_OPT_SCOPE, "openid email offline_access", I_OPT_REMOTE_CERT_FLAG,
				I_REMOTE_VERIFY_NONE, I_OPT_OPENID_CONFIG_STRICT, I_STRICT_YES,
				I_OPT_NONE),
	   "set parameters");
	if (secret)
		ok(s,
		   i_set_parameter_list(s, I_OPT_CLIENT_SECRET, secret, I_OPT_TOKEN_METHOD,
					I_TOKEN_AUTH_METHOD_SECRET_BASIC, I_OPT_NONE),
		   "set the secret");
	else
		ok(s, i_set_int_parameter(s, I_OPT_TOKEN_METHOD, I_TOKEN_AUTH_METHOD_NONE),
		   "set no method");
	ok(s, i_get_openid_config(s), "discovery");
}

static void device(void)
{
	struct _i_session s;
	start(&s, getenv("CLIENT_ID_TV"), NULL);
	done("discovery");
	i_set_response_type(&s, I_RESPONSE_TYPE_DEVICE_CODE);
	ok(&s, i_run_device_auth_request(&s), "device authorization");
	check(i_run_token_request(&s) != I_OK, "a token before anybody approved");
	check(strcmp(i_get_str_parameter(&s, I_OPT_ERROR), "authorization_pending") == 0,
	      "authorization_pending");
	open_in_browser(i_get_str_parameter(&s, I_OPT_DEVICE_AUTH_VERIFICATION_URI_COMPLETE));
	ok(&s, i_run_token_request(&s), "device token");
	check(i_get_str_parameter(&s, I_OPT_ACCESS_TOKEN) != NULL, "an access token");
	done("device");
	i_clean_session(&s);
}

/* The code flow until there are tokens. */
static void authorize(struct _i_session *s, int pushed)
{
	ok(s,
	   i_set_parameter_list(s, I_OPT_RESPONSE_TYPE, I_RESPONSE_TYPE_CODE, I_OPT_REDIRECT_URI,
				"https://web.example/cb", I_OPT_STATE_GENERATE, 16,
				I_OPT_NONCE_GENERATE, 32, I_OPT_PKCE_CODE_VERIFIER_GENERATE, 43,
				I_OPT_PKCE_METHOD, I_PKCE_METHOD_S256, I_OPT_ADDITIONAL_PARAMETER,
				"prompt", "consent", I_OPT_NONE),
	   "set the request");
	/* It pushes no code_challenge, and sends a code_verifier all the same, which RFC 9700
	 * section 2.1.1 forbids to take. */
	if (pushed)
		ok(s,
		   i_set_parameter_list(s, I_OPT_PKCE_CODE_VERIFIER, NULL, I_OPT_PKCE_METHOD,
					I_PKCE_NONE, I_OPT_NONE),
		   "set no challenge");
	if (pushed)
		ok(s, i_run_par_request(s), "pushed request");
	ok(s, i_build_auth_url_get(s), "authorization URL");
	i_set_str_parameter(s, I_OPT_REDIRECT_TO,
			    open_in_browser(i_get_str_parameter(s, I_OPT_REDIRECT_TO)));
	ok(s, i_parse_redirect_to(s), "redirect");
	ok(s, i_run_token_request(s), "token request");
	ok(s, i_verify_id_token(s), "ID token");
}

static void code(void)
{
	struct _i_session s;
	json_t *found = NULL;
	start(&s, getenv("CLIENT_ID_WEB"), getenv("CLIENT_SECRET_WEB"));
	authorize(&s, 0);
	done("code");
	ok(&s, i_get_userinfo(&s, 0), "UserInfo");
	check(strstr(i_get_str_parameter(&s, I_OPT_USERINFO), "ada@example.org") != NULL,
	      "the address");
	done("userinfo");
	check(i_get_str_parameter(&s, I_OPT_REFRESH_TOKEN) != NULL, "a refresh token");
	/* the ID token of a refresh has no nonce, which the library would ask for (OIDC Core
	 * section 12.2) */
	i_set_str_parameter(&s, I_OPT_NONCE, NULL);
	i_set_response_type(&s, I_RESPONSE_TYPE_REFRESH_TOKEN);
	ok(&s, i_run_token_request(&s), "refresh");
	done("refresh");
	i_set_str_parameter(&s, I_OPT_TOKEN_TARGET, i_get_str_parameter(&s, I_OPT_ACCESS_TOKEN));
	ok(&s, i_get_token_introspection(&s, &found, I_INTROSPECT_REVOKE_AUTH_CLIENT_TARGET, 0),
	   "introspection");
	check(json_is_true(json_object_get(found, "active")), "active");
	json_decref(found);
	done("introspection");
	ok(&s, i_revoke_token(&s, I_INTROSPECT_REVOKE_AUTH_CLIENT_TARGET), "revocation");
	ok(&s, i_get_token_introspection(&s, &found, I_INTROSPECT_REVOKE_AUTH_CLIENT_TARGET, 0),
	   "introspection");
	check(json_is_false(json_object_get(found, "active")), "no longer active");
	json_decref(found);
	done("revocation");
	i_clean_session(&s);
}

static void pushed(void)
{
	struct _i_session s;
	start(&s, getenv("CLIENT_ID_WEB"), getenv("CLIENT_SECRET_WEB"));
	authorize(&s, 1);
	done("pushed");
	i_clean_session(&s);
}

static void dpop(void)
{
	struct _i_session s;
	jwk_t *private_key;
	jwk_t *public_key;
	start(&s, getenv("CLIENT_ID_WEB"), getenv("CLIENT_SECRET_WEB"));
	r_jwk_init(&private_key);
	r_jwk_init(&public_key);
	check(r_jwk_generate_key_pair(private_key, public_key, R_KEY_TYPE_EC, 256, "one") == RHN_OK,
	      "a key");
	r_jwks_append_jwk(s.client_jwks, private_key);
	ok(&s,
	   i_set_parameter_list(&s, I_OPT_USE_DPOP, 1, I_OPT_TOKEN_JTI_GENERATE, 16, I_OPT_DPOP_KID,
				"one", I_OPT_DPOP_SIGN_ALG, "ES256", I_OPT_NONE),
	   "set the key");
	authorize(&s, 0);
	check(strcasecmp(i_get_str_parameter(&s, I_OPT_TOKEN_TYPE), "DPoP") == 0, "token_type");
	i_set_int_parameter(&s, I_OPT_TOKEN_JTI_GENERATE, 16);
	ok(&s, i_get_userinfo(&s, 0), "UserInfo with a proof");
	done("dpop");
	r_jwk_free(private_key);
	r_jwk_free(public_key);
	i_clean_session(&s);
}

int main(void)
{
	printf("version %s\n", IDDAWC_VERSION_STR);
	i_global_init();
	device();
	code();
	pushed();
	dpop();
	i_global_close();
	return 0;
}
