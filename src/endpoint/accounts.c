/* SPDX-License-Identifier: Apache-2.0
 *
 * Who of the people that are signed in in this browser acts from now on. */
#include "flow/accounts.h"

#include "domain/names.h"
#include "endpoint/endpoints.h"
#include "web/reply.h"
#include "web/sign_in_page.h"

void account_select_get(struct web_context *context)
{
	struct form query = { 0 };
	struct slice next = SLICE("/");
	if (form_parse(context->arena, context->request->query, NULL, &query) == FORM_FINE)
		next = sign_in_next(form_value(&query, NAME_NEXT));
	if (context->session)
		choose_page(context, next, SLICE_EMPTY);
	else
		sign_in_go(context, LOGIN_PLAIN, next);
}

void account_select_post(struct web_context *context)
{
	struct id user;
	struct slice next = sign_in_next(form_value(&context->form, NAME_NEXT));
	if (id_parse(form_value(&context->form, NAME_USER), &user) != ERR_OK) {
		reply_error_page(context, 400);
		return;
	}
	if (!context->session) {
		sign_in_go(context, LOGIN_PLAIN, next);
		return;
	}
	enum err err = account_choose(context->web->flow, &context->call, context->session, &user);
	if (err == ERR_OK)
		reply_redirect(context, next);
	else if (err == ERR_ABSENT) /* he was, when the page was made */
		sign_in_go(context, LOGIN_ADD, next);
	else
		reply_error_page(context, 503);
}
