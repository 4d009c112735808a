/* SPDX-License-Identifier: Apache-2.0
 *
 * The handlers that the route table (routes.c) names, by file. */
#ifndef ENDPOINT_ENDPOINTS_H
#define ENDPOINT_ENDPOINTS_H

#include "web/web.h"

void home_get(struct web_context *context);

void login_get(struct web_context *context);
void login_post(struct web_context *context);
void logout_post(struct web_context *context);
void end_session_get(struct web_context *context);
void end_session_post(struct web_context *context);
void end_session_decide_post(struct web_context *context);
void account_select_get(struct web_context *context);
void account_select_post(struct web_context *context);
void sign_up_get(struct web_context *context);
void sign_up_post(struct web_context *context);

void applications_get(struct web_context *context);
void application_register_get(struct web_context *context);
void application_register_post(struct web_context *context);
void application_show_get(struct web_context *context);
void application_update_get(struct web_context *context);
void application_update_post(struct web_context *context);
void application_delete_get(struct web_context *context);
void application_delete_post(struct web_context *context);

void authorized_tokens_get(struct web_context *context);
void authorized_tokens_post(struct web_context *context);

void authorize_get(struct web_context *context);
void authorize_post(struct web_context *context);
void authorize_decide_post(struct web_context *context);
void par_post(struct web_context *context);

void device_authorization_post(struct web_context *context);
void device_get(struct web_context *context);
void device_post(struct web_context *context);
void device_confirm_get(struct web_context *context);
void device_confirm_post(struct web_context *context);
void device_status_get(struct web_context *context);

bool token_quick(struct web_context *context);
void token_post(struct web_context *context);
void token_overload(struct web_context *context);
void revoke_token_post(struct web_context *context);
bool introspect_quick(struct web_context *context);
void introspect_post(struct web_context *context);

bool jwks_quick(struct web_context *context);
void jwks_get(struct web_context *context);

void register_post(struct web_context *context);
void register_client_get(struct web_context *context);
void register_client_put(struct web_context *context);
void register_client_delete(struct web_context *context);

bool metadata_quick(struct web_context *context);
void metadata_get(struct web_context *context);
bool resource_metadata_quick(struct web_context *context);
void resource_metadata_get(struct web_context *context);
void userinfo_get(struct web_context *context); /* and POST */

void healthz_get(struct web_context *context);
void readyz_get(struct web_context *context);
void static_get(struct web_context *context);

#endif
