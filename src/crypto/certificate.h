/* SPDX-License-Identifier: Apache-2.0
 *
 * What RFC 8705 asks of a client's certificate: its thumbprint, its names, whether it leads to a CA
 * of ours, and its key. */
#ifndef CRYPTO_CERTIFICATE_H
#define CRYPTO_CERTIFICATE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "base/slice.h"
#include "crypto/hash.h"
#include "crypto/jwk.h"

struct certificate;
/* DER. ERR_INVALID. */
MUST_USE enum err certificate_parse(struct slice der, struct certificate **out);
/* PEM, also URL-encoded, or base64 of the DER, or the form of RFC 9440: as proxies put them into
 * headers. ERR_INVALID. */
MUST_USE enum err certificate_parse_header(struct arena *arena, struct slice text,
					   struct certificate **out);
void certificate_free(struct certificate **certificate);

/* SHA-256 over the DER: the x5t#S256 of RFC8705#3.1 */
void certificate_thumbprint(const struct certificate *certificate, struct hash *out);
bool certificate_is_current(const struct certificate *certificate, int64_t now);
/* Whether its subject is this distinguished name (RFC 4514), compared as names, not as text. */
bool certificate_has_subject(const struct certificate *certificate, struct slice dn);
enum certificate_name { CERTIFICATE_DNS = 0, CERTIFICATE_URI, CERTIFICATE_IP, CERTIFICATE_EMAIL };
bool certificate_has_name(const struct certificate *certificate, enum certificate_name kind,
			  struct slice value);
/* Whether this public key is the certificate's: RFC8705#2.2 */
bool certificate_has_key(const struct certificate *certificate, const struct jwk *key);

/* The CAs of a PEM file. ERR_INVALID: it cannot be read, or holds none. */
struct certificate_authorities;
MUST_USE enum err certificate_authorities_load(const char *path,
					       struct certificate_authorities **out);
void certificate_authorities_free(struct certificate_authorities **authorities);
/* Whether it is signed by one of them, for client authentication, at that time. */
bool certificate_leads_to(const struct certificate *certificate,
			  const struct certificate_authorities *authorities, int64_t now);

#endif
