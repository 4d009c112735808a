/* SPDX-License-Identifier: Apache-2.0
 *
 * The options of `app add` and `app set`, and the application form made of them. */
#ifndef CLI_APP_FORM_H
#define CLI_APP_FORM_H

#include "cli/cli.h"
#include "domain/client.h"

#define APP_FORM_OPTIONS \
	{ "name", "WORDS", "what people are shown" }, \
		{ "type", "public|confidential", "confidential clients get a secret" }, \
		{ "grant", "GRANT", \
		  "device-code, authorization-code, client-credentials, token-exchange, jwt-bearer; may " \
		  "come several times" }, \
		{ "redirect-uri", "URI", "for authorization-code; may come several times" }, \
		{ "post-logout-redirect-uri", "URI", \
		  "where a sign-out may lead; may come several times" }, \
		{ "allowed-origin", "ORIGIN", \
		  "web origin that may call; may come several times" }, \
		{ "scope", "SCOPE", \
		  "may be asked for; may come several times; none: all scopes" }, \
		{ "default-scope", "SCOPE", \
		  "given when none is asked for; may come several times; none: the server's" }, \
	{ \
		"algorithm", "ALGORITHM", "of ID tokens: RS256, ES256, PS256" \
	}

/* What was given, over what `client` holds (NULL: nothing); an option that comes several times
 * replaces the list, and is emptied by one empty value. */
void app_form_fill(struct cli *cli, const struct client *client, struct client_form *form);
bool app_form_is_given(const struct cli *cli);
/* Each fault on standard error, with the option's name. Returns CLI_REFUSED. */
int app_form_refuse(struct cli *cli, const struct client_faults *faults);

#endif
