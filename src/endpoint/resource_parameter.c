/* SPDX-License-Identifier: Apache-2.0
 *
 * A value that is empty counts as not sent: RFC6749#3.2 */
#include "endpoint/resource_parameter.h"

#include "domain/names.h"

const char *const resource_multiple[] = { NAME_RESOURCE, NULL };

void resource_parameter_read_as(const struct form *form, const char *name,
				struct resource_parameter *out)
{
	struct slice all[FORM_FIELDS_MAX];
	size_t count = form_values(form, name, all, FORM_FIELDS_MAX);
	out->count = 0;
	for (size_t i = 0; i < count && out->count <= RESOURCES_MAX; i++)
		if (!slice_is_empty(all[i]))
			out->values[out->count++] = all[i];
}

void resource_parameter_read(const struct form *form, struct resource_parameter *out)
{
	resource_parameter_read_as(form, NAME_RESOURCE, out);
}
