/* SPDX-License-Identifier: Apache-2.0
 *
 * Distinguished names as text (RFC 4514), most specific part first:
 *
 *	CN=client 7,OU=Devices+L=Ghent,O=Example\, Inc.,C=BE
 *
 * Stricter than what some tools print (no quotes, no slashes), except that blanks around the
 * separators are forgiven, since people type them. Two texts of one name give one X509_NAME, and
 * names are compared, never texts. */
#include <openssl/objects.h>
#include <openssl/x509.h>

#include "base/buf.h"
#include "base/encode.h"
#include "base/ensure.h"
#include "crypto/certificate_inside.h"
#include "crypto/libcrypto.h"

enum { PARTS_MAX = 32 };

/* RFC4514#3: those that must be known, and those that certificates of clients carry beside */
static const struct attribute {
	const char *name;
	const char *oid;
} attributes[] = {
	{ "CN", "2.5.4.3" },
	{ "L", "2.5.4.7" },
	{ "ST", "2.5.4.8" },
	{ "O", "2.5.4.10" },
	{ "OU", "2.5.4.11" },
	{ "C", "2.5.4.6" },
	{ "STREET", "2.5.4.9" },
	{ "DC", "0.9.2342.19200300.100.1.25" },
	{ "UID", "0.9.2342.19200300.100.1.1" },
	{ "SN", "2.5.4.4" },
	{ "surname", "2.5.4.4" },
	{ "givenName", "2.5.4.42" },
	{ "title", "2.5.4.12" },
	{ "serialNumber", "2.5.4.5" },
	{ "emailAddress", "1.2.840.113549.1.9.1" },
	{ "businessCategory", "2.5.4.15" },
	{ "organizationIdentifier", "2.5.4.97" },
	{ "jurisdictionC", "1.3.6.1.4.1.311.60.2.1.3" },
};

/* One attribute and its value. */
struct part {
	struct slice oid;
	struct slice value;
	int type;    /* V_ASN1_... */
	bool joined; /* to the part before it, by '+' */
};

struct parts {
	struct part items[PARTS_MAX];
	size_t count;
};

void x509_name_free(X509_NAME **name)
{
	X509_NAME_free(*name);
	*name = NULL;
}

static bool is_arc(struct slice arc)
{
	for (size_t i = 0; i < arc.len; i++)
		if (arc.ptr[i] < '0' || arc.ptr[i] > '9')
			return false;
	return arc.len == 1 || (arc.len > 1 && arc.ptr[0] != '0');
}

/* RFC4512#1.4, numericoid: at least two numbers, none with a zero in front */
static bool is_oid(struct slice text)
{
	struct slice arc;
	size_t count = 0;
	while (slice_split(&text, '.', &arc)) {
		if (!is_arc(arc))
			return false;
		count++;
	}
	return count >= 2;
}

static bool attribute_read(struct slice name, struct slice *oid)
{
	*oid = name;
	for (size_t i = 0; i < ARRAY_LEN(attributes); i++) {
		if (!slice_equal_nocase(name, slice_str(attributes[i].name)))
			continue;
		*oid = slice_str(attributes[i].oid);
		return true;
	}
	return is_oid(name);
}

/* RFC4514#2.4: '#' and the hexadecimal of the value's BER */
static bool encoded_value_read(struct arena *arena, struct slice hex, struct part *part)
{
	size_t len = hex.len / 2;
	uint8_t *ber = arena_alloc(arena, len);
	const unsigned char *at = ber;
	if (len == 0 || decode_hex(hex, ber, len) != ERR_OK)
		return false;
	ASN1_TYPE *value = d2i_ASN1_TYPE(NULL, &at, (long)len);
	bool is_string = value != NULL && at == ber + len && value->type != V_ASN1_BOOLEAN &&
			 value->type != V_ASN1_NULL && value->type != V_ASN1_OBJECT;
	if (is_string) {
		const ASN1_STRING *string = value->value.asn1_string;
		part->type = ASN1_STRING_type(string);
		part->value = arena_slice(arena, slice_of(ASN1_STRING_get0_data(string),
							  (size_t)ASN1_STRING_length(string)));
	}
	ASN1_TYPE_free(value);
	libcrypto_forget_errors();
	return is_string;
}

/* The character behind a backslash: itself, or two digits. Gives how many were used; 0: wrong. */
static size_t escape_read(struct slice rest, struct buf *out)
{
	uint8_t byte;
	if (rest.len >= 2 && decode_hex(slice_sub(rest, 0, 2), &byte, 1) == ERR_OK) {
		buf_add_byte(out, (char)byte);
		return 2;
	}
	/* RFC4514#3: what may be escaped by itself */
	if (rest.len == 0 || !slice_has_byte(SLICE("\\ \"#+,;<=>"), rest.ptr[0]))
		return 0;
	buf_add_byte(out, rest.ptr[0]);
	return 1;
}

/* RFC4514#2.4: takes escapes off; what must be escaped and is not makes it no name. */
static bool text_value_read(struct arena *arena, struct slice text, struct part *part)
{
	struct buf out;
	buf_init_arena(&out, arena, text.len);
	for (size_t i = 0; i < text.len; i++) {
		if (text.ptr[i] != '\\') {
			if (slice_has_byte(SLICE("\";<>"), text.ptr[i]))
				return false;
			buf_add_byte(&out, text.ptr[i]);
			continue;
		}
		size_t used = escape_read(slice_sub(text, i + 1, text.len), &out);
		if (used == 0)
			return false;
		i += used;
	}
	part->type = V_ASN1_UTF8STRING;
	part->value = buf_slice(&out);
	return part->value.len > 0 && slice_is_text(part->value, false);
}

/* Blanks at both ends, but not one that is escaped. */
static struct slice trim_value(struct slice text)
{
	struct slice trimmed = slice_trim(text);
	size_t end = (size_t)(trimmed.ptr - text.ptr) + trimmed.len;
	size_t slashes = 0;
	while (slashes < trimmed.len && trimmed.ptr[trimmed.len - 1 - slashes] == '\\')
		slashes++;
	if (slashes % 2 == 1 && end < text.len)
		trimmed.len++;
	return trimmed;
}

static bool part_read(struct arena *arena, struct slice text, struct part *part)
{
	struct slice name;
	if (!slice_split(&text, '=', &name) || text.ptr == NULL ||
	    !attribute_read(slice_trim(name), &part->oid))
		return false;
	struct slice value = trim_value(text);
	if (value.len > 0 && value.ptr[0] == '#')
		return encoded_value_read(arena, slice_sub(value, 1, value.len), part);
	return text_value_read(arena, value, part);
}

/* The length up to the next separator that is not escaped. */
static size_t part_length(struct slice text)
{
	size_t len = 0;
	while (len < text.len && text.ptr[len] != ',' && text.ptr[len] != '+')
		len += text.ptr[len] == '\\' ? 2 : 1;
	return len < text.len ? len : text.len;
}

static bool parts_read(struct arena *arena, struct slice text, struct parts *parts)
{
	bool joined = false;
	bool more = true;
	parts->count = 0;
	while (more) {
		struct part *part = &parts->items[parts->count];
		size_t len = part_length(text);
		if (parts->count++ == PARTS_MAX || !part_read(arena, slice_sub(text, 0, len), part))
			return false;
		part->joined = joined;
		more = len < text.len;
		joined = more && text.ptr[len] == '+';
		text = slice_sub(text, len + 1, text.len);
	}
	return true;
}

static bool part_add(struct arena *arena, X509_NAME *name, const struct part *part, bool joined)
{
	ASN1_OBJECT *attribute = OBJ_txt2obj(arena_cstr(arena, part->oid), 1);
	bool added = attribute != NULL &&
		     X509_NAME_add_entry_by_OBJ(name, attribute, part->type,
						(const unsigned char *)part->value.ptr,
						(int)part->value.len, -1, joined ? -1 : 0) == 1;
	ASN1_OBJECT_free(attribute);
	return added;
}

/* RFC4514#2.1: the text begins at the end of the sequence; parts that are joined stay together. */
static bool name_fill(struct arena *arena, X509_NAME *name, const struct parts *parts)
{
	size_t end = parts->count;
	while (end > 0) {
		size_t first = end - 1;
		while (parts->items[first].joined)
			first--;
		for (size_t i = first; i < end; i++)
			if (!part_add(arena, name, &parts->items[i], i > first))
				return false;
		end = first;
	}
	return true;
}

X509_NAME *distinguished_name_parse(struct slice text)
{
	AUTO(arena) struct arena *arena = arena_new();
	AUTO(x509_name) X509_NAME *name = X509_NAME_new();
	struct parts parts;
	ensure(name != NULL);
	if (text.len > DISTINGUISHED_NAME_MAX || !parts_read(arena, text, &parts))
		return NULL;
	/* libcrypto cannot compare a value that is not of the type it claims to be. */
	bool is_whole = name_fill(arena, name, &parts) && i2d_X509_NAME(name, NULL) > 0;
	libcrypto_forget_errors();
	if (!is_whole)
		return NULL;
	X509_NAME *made = name;
	name = NULL;
	return made;
}
