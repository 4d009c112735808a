/* SPDX-License-Identifier: Apache-2.0
 *
 * Names on the wire, each once. */
#ifndef DOMAIN_NAMES_H
#define DOMAIN_NAMES_H

/* parameters and members: RFC 6749, RFC 7009, RFC 8628 */
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
#define NAME_TOKEN_TYPE_HINT "token_type_hint"
#define NAME_USER_CODE "user_code"
#define NAME_VERIFICATION_URI "verification_uri"
#define NAME_VERIFICATION_URI_COMPLETE "verification_uri_complete"

/* grant types */
#define NAME_GRANT_DEVICE_CODE "urn:ietf:params:oauth:grant-type:device_code"
#define NAME_GRANT_AUTHORIZATION_CODE "authorization_code"
#define NAME_GRANT_CLIENT_CREDENTIALS "client_credentials"
#define NAME_GRANT_REFRESH_TOKEN "refresh_token"
#define NAME_GRANT_PASSWORD "password"
#define NAME_GRANT_IMPLICIT "implicit"

#define NAME_BEARER "Bearer"

/* fields of our own forms */
#define NAME_CSRF_TOKEN "csrf_token"
#define NAME_NEXT "next"
#define NAME_USERNAME "username"
#define NAME_PASSWORD "password"
#define NAME_ACTION "action"

#endif
