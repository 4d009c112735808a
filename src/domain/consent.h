/* SPDX-License-Identifier: Apache-2.0
 *
 * What a person has allowed an application, remembered so that he is not asked twice. */
#ifndef DOMAIN_CONSENT_H
#define DOMAIN_CONSENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/slice.h"
#include "domain/id.h"

struct consent {
	struct id user;
	struct id client;
	struct slice scope;       /* all that was ever allowed and not taken back */
	struct slice resource;    /* likewise */
	int64_t created;          /* of the last word */
	struct slice client_name; /* filled by lists */
};
struct consent_list {
	struct consent *items;
	size_t count;
};

/* Whether it covers a request; `consent` may be NULL. */
bool consent_covers(const struct consent *consent, struct slice scope, struct slice resource);

#endif
