/* SPDX-License-Identifier: Apache-2.0
 *
 * Scopes and resources as pages show them: the confirm page, the consent page, the list of what is
 * authorised. */
#ifndef ENDPOINT_PAGE_SCOPES_H
#define ENDPOINT_PAGE_SCOPES_H

#include "domain/resource.h"
#include "domain/scope.h"
#include "view/pages.h"

/* As many as the list has, in the arena. */
struct scope_words *page_scopes(struct arena *arena, const struct scope_list *scopes);
struct scope_words *page_resources(struct arena *arena, const struct resource_list *resources);

#endif
