/* SPDX-License-Identifier: Apache-2.0
 *
 * Cookies: the lines of the input are Cookie headers. A cookie that is found holds no separator and
 * no outer blank. */
#include <stdlib.h>

#include "http/http.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct http_request request;
	struct slice rest = slice_of(data, size);
	struct slice line;
	request.header_count = 0;
	while (request.header_count < HTTP_HEADERS_MAX && slice_split(&rest, '\n', &line))
		request.headers[request.header_count++] = (struct http_header){ SLICE("Cookie"),
										slice_trim(line) };
	struct slice value = http_request_cookie(&request, SLICE("sid"));
	if (value.ptr == NULL)
		return 0;
	if (slice_has_byte(value, ';') || slice_has_byte(value, '\n') ||
	    slice_trim(value).len != value.len)
		abort();
	return 0;
}
