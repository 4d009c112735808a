/* SPDX-License-Identifier: Apache-2.0
 *
 * Counts labels from the right. */
#include "fetch/site.h"

#include "base/address.h"
#include "base/uri.h"

enum { SHORT_LABEL = 3, COUNTRY_LABEL = 2 };

/* Where the label starts that ends at `end`. */
static size_t label_start(struct slice host, size_t end)
{
	while (end > 0 && host.ptr[end - 1] != '.')
		end--;
	return end;
}

static struct slice last_labels(struct slice host)
{
	size_t top = label_start(host, host.len);
	size_t from = top > 0 ? label_start(host, top - 1) : 0;
	bool is_short = host.len - top == COUNTRY_LABEL && top > 0 && top - 1 - from <= SHORT_LABEL;
	if (is_short && from > 0)
		from = label_start(host, from - 1);
	return slice_sub(host, from, host.len);
}

struct slice site_of(struct slice url)
{
	struct address address;
	struct slice site = uri_host(url);
	/* "example.com." is the same place */
	if (slice_has_suffix(site, SLICE(".")))
		site = slice_sub(site, 0, site.len - 1);
	if (address_parse(site, &address) != ERR_OK)
		site = last_labels(site);
	return slice_sub(site, site.len > SITE_MAX ? site.len - SITE_MAX : 0, site.len);
}
