/* SPDX-License-Identifier: Apache-2.0
 *
 * What was once allowed covers what is asked for when each scope and each resource of it is there.
 */
#include "domain/consent.h"

#include "domain/resource.h"
#include "domain/scope.h"

bool consent_covers(const struct consent *consent, struct slice scope, struct slice resource)
{
	struct scope_set all;
	struct scope_set part;
	if (!consent || scope_set_parse(consent->scope, &all) != ERR_OK ||
	    scope_set_parse(scope, &part) != ERR_OK)
		return false;
	return scope_set_covers(&all, &part) && resource_set_covers(consent->resource, resource);
}
