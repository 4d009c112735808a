/* SPDX-License-Identifier: Apache-2.0
 *
 * What the application pages share: who may see what, reading the form, and showing it (again). */
#ifndef ENDPOINT_APPLICATION_PAGES_H
#define ENDPOINT_APPLICATION_PAGES_H

#include "domain/client.h"
#include "web/web.h"

/* By option: everyone who is signed in, or administrators alone. */
bool application_pages_may_register(const struct web_context *context);
/* 404 unless it is the person's own, or the person is an administrator. False when it has answered.
 */
bool application_pages_load(struct web_context *context, struct client **out);
struct application_row application_pages_row(struct web_context *context,
					     const struct client *client);

void application_pages_read_form(struct web_context *context, struct client_form *out);
/* The form as it stands in a client. */
struct application_form_values application_pages_of_client(struct web_context *context,
							   const struct client *client);
/* The form as it was posted, with its faults. */
struct application_form_values application_pages_of_post(struct web_context *context,
							 const struct client_form *form,
							 const struct client_faults *faults);
void application_pages_show_form(struct web_context *context, int status,
				 struct application_form_values *values);
/* The application with a secret that was just made ("" for none). */
void application_pages_show(struct web_context *context, int status, const struct client *client,
			    struct slice secret);
/* 303 to the application's page. */
void application_pages_go_to(struct web_context *context, const struct client *client);

#endif
