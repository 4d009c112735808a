/* SPDX-License-Identifier: Apache-2.0
 *
 * What cannot be read binds nothing, and is therefore equal to no binding. */
#include "flow/held_certificate.h"

#include "crypto/certificate.h"

struct binding held_certificate(struct arena *arena, struct slice der, struct slice text)
{
	AUTO(certificate) struct certificate *certificate = NULL;
	struct binding held = { .kind = BINDING_NONE };
	enum err err = slice_is_empty(text) ? certificate_parse(der, &certificate)
					    : certificate_parse_header(arena, text, &certificate);
	if (err != ERR_OK)
		return held;
	held.kind = BINDING_CERTIFICATE;
	certificate_thumbprint(certificate, &held.thumbprint);
	return held;
}
