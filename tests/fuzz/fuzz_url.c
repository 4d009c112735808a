/* SPDX-License-Identifier: Apache-2.0
 *
 * Addresses: of options, of redirects, of what is fetched, of DPoP proofs. What is taken is
 * printable ASCII, names a host, and is equal to itself. */
#include <stdlib.h>

#include "config/url.h"
#include "domain/dpop.h"
#include "domain/redirect_uri.h"
#include "fetch/fetch_url.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_printable(struct slice text)
{
	for (size_t i = 0; i < text.len; i++)
		if (text.ptr[i] <= 0x20 || text.ptr[i] >= 0x7f)
			abort();
}

static void check_option(struct slice text)
{
	struct url url;
	struct listen_address listen;
	if (url_parse(text, &url) == ERR_OK) {
		check_printable(text);
		(void)url_host_is_loopback(url.host);
		if (url.host.len == 0 || slice_has_byte(url.host, '@') ||
		    (url.path.len > 0 && url.path.ptr[0] != '/'))
			abort();
	}
	if (listen_address_parse(text, &listen) == ERR_OK && !slice_has_suffix(text, listen.place))
		abort();
}

static void check_redirect(struct slice text)
{
	if (redirect_uri_check(text) == REDIRECT_URI_FINE) {
		check_printable(text);
		if (slice_has_byte(text, '#') || text.len > REDIRECT_URI_MAX ||
		    !redirect_uri_matches(text, text))
			abort();
	}
	if (redirect_uri_check_origin(text) == REDIRECT_URI_FINE &&
	    (slice_has_byte(text, '?') || slice_has_byte(text, '@')))
		abort();
	(void)redirect_uri_is_assured(text);
}

static void check_fetch(struct slice text)
{
	bool https;
	if (!fetch_url_is_fine(text, &https))
		return;
	check_printable(text);
	if (https != slice_equal_nocase(slice_sub(text, 0, 8), SLICE("https://")) ||
	    slice_has_byte(text, '\\') || slice_has_byte(text, '#') ||
	    slice_has_byte(fetch_url_shown(text), '?'))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct slice text = slice_of(data, size);
	struct slice first;
	struct slice rest = text;
	check_option(text);
	check_redirect(text);
	check_fetch(text);
	/* Two lines: one against the other. */
	if (slice_split(&rest, '\n', &first) && rest.ptr != NULL) {
		(void)redirect_uri_matches(first, rest);
		(void)dpop_url_equal(first, rest);
	}
	return 0;
}
