/* SPDX-License-Identifier: Apache-2.0
 *
 * Distinguished names as text: a name that is taken has parts, is equal to itself, and, where the
 * text is plain, to what OpenSSL prints of it. */
#include <stdlib.h>

#include "crypto/certificate_inside.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Printed as RFC 2253, which RFC 4514 takes back. */
static void check_printed(X509_NAME *name)
{
	char *text;
	BIO *bio = BIO_new(BIO_s_mem());
	if (bio == NULL)
		abort();
	if (X509_NAME_print_ex(bio, name, 0, XN_FLAG_RFC2253) < 0)
		abort();
	long len = BIO_get_mem_data(bio, &text);
	AUTO(x509_name) X509_NAME *again = distinguished_name_parse(slice_of(text, (size_t)len));
	if (again != NULL && X509_NAME_cmp(again, name) != 0)
		abort();
	BIO_free(bio);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct slice text = slice_of(data, size);
	AUTO(x509_name) X509_NAME *name = distinguished_name_parse(text);
	if (name == NULL)
		return 0;
	AUTO(x509_name) X509_NAME *again = distinguished_name_parse(text);
	if (X509_NAME_entry_count(name) < 1 || again == NULL || size > DISTINGUISHED_NAME_MAX)
		abort();
	if (X509_NAME_cmp(name, again) != 0)
		abort();
	/* It cuts the number of an attribute after 80 characters. */
	if (!slice_has_byte(text, '#') && text.len < 80)
		check_printed(name);
	return 0;
}
