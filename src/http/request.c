/* SPDX-License-Identifier: Apache-2.0
 *
 * Looking things up in a request. Cookies are read here and not by the library, which knows the
 * first Cookie line only and takes commas for separators (RFC6265#5.4 has semicolons alone). */
#include "http/http.h"

struct slice http_request_header(const struct http_request *request, const char *name)
{
	struct slice wanted = slice_str(name);
	for (size_t i = 0; i < request->header_count; i++) {
		if (slice_equal_nocase(request->headers[i].name, wanted))
			return request->headers[i].value;
	}
	return (struct slice){ NULL, 0 };
}

/* How often the cookie stands in one line; the last value goes to `out`. */
static unsigned count_in_line(struct slice line, struct slice name, struct slice *out)
{
	unsigned count = 0;
	struct slice pair;
	while (slice_split(&line, ';', &pair)) {
		struct slice value = pair;
		struct slice key;
		(void)slice_split(&value, '=', &key);
		if (value.ptr == NULL || !slice_equal(slice_trim(key), name))
			continue;
		*out = slice_trim(value);
		count++;
	}
	return count;
}

struct slice http_request_cookie(const struct http_request *request, struct slice name)
{
	struct slice value = { NULL, 0 };
	unsigned count = 0;
	for (size_t i = 0; i < request->header_count; i++) {
		if (slice_equal_nocase(request->headers[i].name, SLICE("Cookie")))
			count += count_in_line(request->headers[i].value, name, &value);
	}
	return count == 1 ? value : (struct slice){ NULL, 0 };
}
