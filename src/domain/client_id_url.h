/* SPDX-License-Identifier: Apache-2.0
 *
 * A client_id that is the URL of a document about the client: what such a URL looks like
 * (draft-ietf-oauth-client-id-metadata-document section 3). */
#ifndef DOMAIN_CLIENT_ID_URL_H
#define DOMAIN_CLIENT_ID_URL_H

#include <stdbool.h>

#include "base/slice.h"

/* https, with a path, without fragment, user, query and dot segments, and short enough to be a
 * client_id here. */
bool client_id_is_url(struct slice client_id);
/* "app.example:8443": for people. "" where there is none. */
struct slice client_id_url_host(struct slice client_id);

#endif
