/* SPDX-License-Identifier: Apache-2.0
 *
 * The alternative names of a certificate (RFC 5280 section 4.2.1.6), compared with what a client
 * registered (RFC 8705 section 2.1.2). Wildcards mean nothing here: a name is equal or it is not.
 */
#include <arpa/inet.h>
#include <openssl/x509v3.h>
#include <string.h>

#include "crypto/certificate.h"
#include "crypto/certificate_inside.h"
#include "crypto/libcrypto.h"

enum { ADDRESS_TEXT_MAX = 64, ADDRESS_BYTES_MAX = 16 };

static struct slice octets_of(const ASN1_STRING *string)
{
	return slice_of(ASN1_STRING_get0_data(string), (size_t)ASN1_STRING_length(string));
}

static bool is_dns(const GENERAL_NAME *name, struct slice value)
{
	return slice_equal_nocase(octets_of(name->d.dNSName), value);
}

static bool is_uri(const GENERAL_NAME *name, struct slice value)
{
	return slice_equal(octets_of(name->d.uniformResourceIdentifier), value);
}

/* RFC8705#2.1.2: dotted decimal or colons, compared as addresses, so that no spelling matters */
static bool is_address(const GENERAL_NAME *name, struct slice value)
{
	char text[ADDRESS_TEXT_MAX];
	uint8_t bytes[ADDRESS_BYTES_MAX];
	if (value.len >= sizeof(text) || slice_has_byte(value, '\0'))
		return false;
	memcpy(text, value.ptr, value.len);
	text[value.len] = '\0';
	struct slice theirs = octets_of(name->d.iPAddress);
	if (theirs.len == 4 && inet_pton(AF_INET, text, bytes) == 1)
		return slice_equal(theirs, slice_of(bytes, 4));
	return theirs.len == ADDRESS_BYTES_MAX && inet_pton(AF_INET6, text, bytes) == 1 &&
	       slice_equal(theirs, slice_of(bytes, ADDRESS_BYTES_MAX));
}

/* The part behind the '@' is a name of a host and knows no case; the other part may. */
static bool is_email(const GENERAL_NAME *name, struct slice value)
{
	struct slice theirs = octets_of(name->d.rfc822Name);
	struct slice their_user;
	struct slice user;
	if (!slice_split(&theirs, '@', &their_user) || !slice_split(&value, '@', &user))
		return false;
	return theirs.ptr != NULL && value.ptr != NULL && slice_equal(their_user, user) &&
	       slice_equal_nocase(theirs, value);
}

static const struct {
	int type;
	bool (*is)(const GENERAL_NAME *name, struct slice value);
} kinds[] = {
	[CERTIFICATE_DNS] = { GEN_DNS, is_dns },
	[CERTIFICATE_URI] = { GEN_URI, is_uri },
	[CERTIFICATE_IP] = { GEN_IPADD, is_address },
	[CERTIFICATE_EMAIL] = { GEN_EMAIL, is_email },
};

bool certificate_has_name(const struct certificate *certificate, enum certificate_name kind,
			  struct slice value)
{
	bool found = false;
	GENERAL_NAMES *names = X509_get_ext_d2i(certificate->x509, NID_subject_alt_name, NULL,
						NULL);
	for (int i = 0; names != NULL && !found && i < sk_GENERAL_NAME_num(names); i++) {
		const GENERAL_NAME *name = sk_GENERAL_NAME_value(names, i);
		found = name->type == kinds[kind].type && kinds[kind].is(name, value);
	}
	GENERAL_NAMES_free(names);
	libcrypto_forget_errors();
	return found;
}
