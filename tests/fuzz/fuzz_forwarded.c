/* SPDX-License-Identifier: Apache-2.0
 *
 * Forwarded headers: the lines of the input go to X-Forwarded-For, X-Forwarded-Proto and
 * X-Request-Id in turn. There is always a client, and an id of plain letters. */
#include <stdlib.h>

#include "http/forwarded.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct slice names[] = { { "X-Forwarded-For", 15 },
				      { "X-Forwarded-Proto", 17 },
				      { "X-Request-Id", 12 } };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct http_request request;
	struct network trusted;
	struct slice rest = slice_of(data, size);
	struct slice line;
	if (network_parse(SLICE("10.0.0.0/8"), &trusted) != ERR_OK ||
	    address_parse(SLICE("10.0.0.1"), &request.peer) != ERR_OK)
		abort();
	request.client = request.peer;
	request.id = SLICE("made-here");
	request.header_count = 0;
	while (request.header_count < HTTP_HEADERS_MAX && slice_split(&rest, '\n', &line)) {
		struct slice name = names[request.header_count % ARRAY_LEN(names)];
		request.headers[request.header_count++] = (struct http_header){ name,
										slice_trim(line) };
	}
	forwarded_apply(&request, &trusted, 1);
	if (request.client.family == ADDRESS_NONE || request.id.len < 8 ||
	    request.id.len > HTTP_REQUEST_ID_MAX)
		abort();
	if (slice_has_byte(request.id, '"') || slice_has_byte(request.id, ' ') ||
	    slice_has_byte(request.id, '\n'))
		abort();
	return 0;
}
