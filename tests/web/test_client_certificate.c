/* SPDX-License-Identifier: Apache-2.0
 *
 * Whose word counts for a client's certificate: that of our own TLS, or of a trusted proxy. */
#include "web/client_certificate.h"

#include "check_main.h"
#include "check_slice.h"
#include "support/browser.h"

static struct browser browser;
static struct network proxy;

static void setup(void)
{
	browser_init(&browser);
	ck_assert_int_eq(network_parse(SLICE("10.0.0.0/8"), &proxy), ERR_OK);
	browser.config.trusted_proxies.items = &proxy;
	browser.config.trusted_proxies.count = 1;
}

static void teardown(void)
{
	browser_fini(&browser);
}

static const struct row {
	const char *name;
	const char *peer;
	const char *option; /* client_certificate_header */
	const char *header; /* X-Client-Cert; NULL: none */
	const char *again;  /* a second line of it */
	const char *own;    /* certificate of the connection; NULL: none */
	bool refused;
	const char *der;
	const char *text;
} rows[] = {
	{ .name = "our own TLS", .peer = "192.0.2.1", .own = "DER", .der = "DER", .text = "" },
	{ .name = "no certificate", .peer = "192.0.2.1", .der = "", .text = "" },
	{ .name = "the header of a proxy",
	  .peer = "10.0.0.1",
	  .option = "X-Client-Cert",
	  .header = "PEM",
	  .der = "",
	  .text = "PEM" },
	{ .name = "the option in another case",
	  .peer = "10.0.0.1",
	  .option = "x-client-CERT",
	  .header = " PEM ",
	  .der = "",
	  .text = "PEM" },
	{ .name = "a proxy with a certificate of its own",
	  .peer = "10.0.0.1",
	  .option = "X-Client-Cert",
	  .header = "PEM",
	  .own = "DER",
	  .der = "",
	  .text = "PEM" },
	{ .name = "a proxy without a header",
	  .peer = "10.0.0.1",
	  .option = "X-Client-Cert",
	  .own = "DER",
	  .der = "",
	  .text = "" },
	{ .name = "a proxy that passes no certificates on",
	  .peer = "10.0.0.1",
	  .header = "PEM",
	  .own = "DER",
	  .der = "",
	  .text = "" },
	{ .name = "an empty header",
	  .peer = "10.0.0.1",
	  .option = "X-Client-Cert",
	  .header = "",
	  .der = "",
	  .text = "" },
	{ .name = "what Apache writes for nothing",
	  .peer = "10.0.0.1",
	  .option = "X-Client-Cert",
	  .header = "(null)",
	  .der = "",
	  .text = "" },

	{ .name = "the header of anybody",
	  .peer = "192.0.2.1",
	  .option = "X-Client-Cert",
	  .header = "PEM",
	  .der = "",
	  .text = "" },
	{ .name = "the header of anybody, beside his own certificate",
	  .peer = "192.0.2.1",
	  .option = "X-Client-Cert",
	  .header = "PEM",
	  .own = "DER",
	  .der = "DER",
	  .text = "" },
	{ .name = "two headers of anybody",
	  .peer = "192.0.2.1",
	  .option = "X-Client-Cert",
	  .header = "PEM",
	  .again = "PEM",
	  .der = "",
	  .text = "" },
	{ .name = "two headers of a proxy",
	  .peer = "10.0.0.1",
	  .option = "X-Client-Cert",
	  .header = "PEM",
	  .again = "PEM",
	  .refused = true },
	{ .name = "an empty header in front of another",
	  .peer = "10.0.0.1",
	  .option = "X-Client-Cert",
	  .header = "",
	  .again = "PEM",
	  .refused = true },
};

START_TEST(whose_word_counts)
{
	const struct row *row = &rows[_i];
	struct client_certificate certificate;
	browser.config.client_certificate_header = row->option;
	ck_assert_int_eq(address_parse(slice_str(row->peer), &browser.request.peer), ERR_OK);
	/* Where the request says it came from first has no say. */
	ck_assert_int_eq(address_parse(SLICE("10.0.0.1"), &browser.request.client), ERR_OK);
	browser.request.client_certificate = slice_str(row->own);
	if (row->header)
		browser_send(&browser, "X-Client-Cert", slice_str(row->header));
	if (row->again)
		browser_send(&browser, "X-CLIENT-CERT", slice_str(row->again));
	bool found = client_certificate_find(&browser.context, &certificate);
	ck_assert_msg(found == !row->refused, "%s", row->name);
	if (!found)
		return;
	ck_slice_row(row->name, certificate.der, slice_str(row->der));
	ck_slice_row(row->name, certificate.text, slice_str(row->text));
}
END_TEST

static void add_tests(TCase *tc)
{
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_loop_test(tc, whose_word_counts, 0, ARRAY_LEN(rows));
}

TEST_MAIN("web/client_certificate", add_tests)
