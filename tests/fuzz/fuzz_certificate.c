/* SPDX-License-Identifier: Apache-2.0
 *
 * Certificates as proxies pass them on: whatever is taken can be asked for all that we ask of one.
 */
#include <stdlib.h>

#include "crypto/certificate.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void ask(const struct certificate *certificate)
{
	static const struct slice values[] = { SLICE("a.example"), SLICE("192.0.2.7"),
					       SLICE("joe@a.example"), SLICE("2001:db8::7") };
	struct hash thumbprint;
	certificate_thumbprint(certificate, &thumbprint);
	(void)certificate_is_current(certificate, 1700000000);
	(void)certificate_has_subject(certificate, SLICE("CN=a,O=b"));
	for (size_t i = 0; i < ARRAY_LEN(values); i++)
		for (unsigned kind = CERTIFICATE_DNS; kind <= CERTIFICATE_EMAIL; kind++)
			(void)certificate_has_name(certificate, (enum certificate_name)kind,
						   values[i]);
}

static void ask_for_key(const struct certificate *certificate)
{
	static struct jwk *key;
	if (key == NULL)
		key = jwk_generate(ALG_ES256);
	if (certificate_has_key(certificate, key))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	AUTO(arena) struct arena *arena = arena_new();
	AUTO(certificate) struct certificate *certificate = NULL;
	AUTO(certificate) struct certificate *again = NULL;
	if (certificate_parse_header(arena, slice_of(data, size), &certificate) == ERR_OK) {
		ask(certificate);
		ask_for_key(certificate);
	}
	if (certificate_parse(slice_of(data, size), &again) == ERR_OK)
		ask(again);
	return 0;
}
