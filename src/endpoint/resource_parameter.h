/* SPDX-License-Identifier: Apache-2.0
 *
 * The resource parameter, which may come several times: RFC8707#2. Routes that take it have
 * resource_multiple among their fields. */
#ifndef ENDPOINT_RESOURCE_PARAMETER_H
#define ENDPOINT_RESOURCE_PARAMETER_H

#include "domain/resource.h"
#include "web/web.h"

extern const char *const resource_multiple[];

/* All values that are not empty; one more than may be, when there are too many: then
 * resource_grant() and resource_narrow() refuse. */
struct resource_parameter {
	struct slice values[RESOURCES_MAX + 1];
	size_t count;
};
void resource_parameter_read(const struct form *form, struct resource_parameter *out);
/* The same of a parameter by another name. */
void resource_parameter_read_as(const struct form *form, const char *name,
				struct resource_parameter *out);

#endif
