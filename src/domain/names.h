/* SPDX-License-Identifier: Apache-2.0
 *
 * Names on the wire, each once. */
#ifndef DOMAIN_NAMES_H
#define DOMAIN_NAMES_H

/* parameters and members: RFC 6749, RFC 7009, RFC 8628 */
#define NAME_CODE "code"
#define NAME_REDIRECT_URI "redirect_uri"
#define NAME_RESPONSE_TYPE "response_type"
#define NAME_STATE "state"
#define NAME_ACCESS_TOKEN "access_token"
#define NAME_CLIENT_ID "client_id"
#define NAME_CLIENT_SECRET "client_secret"
#define NAME_DEVICE_CODE "device_code"
#define NAME_ERROR "error"
#define NAME_ERROR_DESCRIPTION "error_description"
#define NAME_EXPIRES_IN "expires_in"
#define NAME_GRANT_TYPE "grant_type"
#define NAME_INTERVAL "interval"
#define NAME_REFRESH_TOKEN "refresh_token"
#define NAME_SCOPE "scope"
#define NAME_TOKEN "token"
#define NAME_TOKEN_TYPE "token_type"
#define NAME_USER_CODE "user_code"
#define NAME_VERIFICATION_URI "verification_uri"
#define NAME_VERIFICATION_URI_COMPLETE "verification_uri_complete"

/* RFC 7636, RFC 9207, RFC 8707, RFC 9126, RFC 9101, RFC 9449 */
#define NAME_CODE_CHALLENGE "code_challenge"
#define NAME_CODE_CHALLENGE_METHOD "code_challenge_method"
#define NAME_CODE_VERIFIER "code_verifier"
#define NAME_ISS "iss"
#define NAME_RESOURCE "resource"
#define NAME_REQUEST "request"
#define NAME_REQUEST_URI "request_uri"
#define NAME_DPOP_JKT "dpop_jkt"

/* OpenID Connect Core 1.0 section 3.1.2.1, and its logouts */
#define NAME_CLAIMS "claims"
#define NAME_ID_TOKEN "id_token"
#define NAME_ID_TOKEN_HINT "id_token_hint"
#define NAME_LOGIN_HINT "login_hint"
#define NAME_LOGOUT_TOKEN "logout_token"
#define NAME_MAX_AGE "max_age"
#define NAME_NONCE "nonce"
#define NAME_POST_LOGOUT_REDIRECT_URI "post_logout_redirect_uri"
#define NAME_PROMPT "prompt"
#define NAME_REGISTRATION "registration"
#define NAME_RESPONSE_MODE "response_mode"
#define NAME_SID "sid"
#define NAME_SUB "sub"

/* RFC 7521, RFC 8693 */
#define NAME_ASSERTION "assertion"
#define NAME_AUDIENCE "audience"
#define NAME_CLIENT_ASSERTION "client_assertion"
#define NAME_CLIENT_ASSERTION_TYPE "client_assertion_type"
#define NAME_ISSUED_TOKEN_TYPE "issued_token_type"
#define NAME_REQUESTED_TOKEN_TYPE "requested_token_type"
#define NAME_SUBJECT_TOKEN "subject_token"
#define NAME_SUBJECT_TOKEN_TYPE "subject_token_type"
#define NAME_ACTOR_TOKEN "actor_token"
#define NAME_ACTOR_TOKEN_TYPE "actor_token_type"
#define NAME_ASSERTION_TYPE_JWT_BEARER "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
#define NAME_TOKEN_TYPE_ACCESS "urn:ietf:params:oauth:token-type:access_token"
#define NAME_TOKEN_TYPE_JWT "urn:ietf:params:oauth:token-type:jwt"
#define NAME_REQUEST_URI_PREFIX "urn:ietf:params:oauth:request_uri:"

/* grant types */
#define NAME_GRANT_DEVICE_CODE "urn:ietf:params:oauth:grant-type:device_code"
#define NAME_GRANT_AUTHORIZATION_CODE "authorization_code"
#define NAME_GRANT_CLIENT_CREDENTIALS "client_credentials"
#define NAME_GRANT_REFRESH_TOKEN "refresh_token"
#define NAME_GRANT_TOKEN_EXCHANGE "urn:ietf:params:oauth:grant-type:token-exchange"
#define NAME_GRANT_JWT_BEARER "urn:ietf:params:oauth:grant-type:jwt-bearer"
#define NAME_GRANT_PASSWORD "password"
#define NAME_GRANT_IMPLICIT "implicit"

#define NAME_BEARER "Bearer"
#define NAME_DPOP "DPoP"

/* fields of our own forms */
#define NAME_CSRF_TOKEN "csrf_token"
#define NAME_NEXT "next"
#define NAME_USERNAME "username"
#define NAME_PASSWORD "password"
#define NAME_ACTION "action"
#define NAME_CONSENT "consent"
#define NAME_HANDLE "handle"
#define NAME_INVITATION "invitation"
#define NAME_MODE "mode"
#define NAME_USER "user"

/* what we add to the address of an authorization request under way */
#define NAME_KEPT "doorcode_kept"
#define NAME_MARK "doorcode_mark"

#endif
