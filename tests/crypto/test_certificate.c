/* SPDX-License-Identifier: Apache-2.0
 *
 * Certificates of clients: the forms in which they come, their names, their keys, their times, and
 * who vouches for them. */
#include "crypto/certificate.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/encode.h"
#include "check_main.h"
#include "check_slice.h"
#include "support/certificates.h"

static struct pair *client(void)
{
	return pair_make(&(struct pair_new){ .subject = "C=BE/O=Example, Inc./OU=Devices+L=Ghent"
							"/CN=Client 7" });
}

/* --- forms ---- */

START_TEST(der_is_taken_whole)
{
	AUTO(arena) struct arena *arena = arena_new();
	AUTO(pair) struct pair *pair = client();
	struct slice der = pair_der(pair, arena);
	struct hash expected;
	struct hash thumbprint;
	AUTO(certificate) struct certificate *certificate = NULL;
	AUTO(certificate) struct certificate *none = NULL;
	ck_assert_int_eq(certificate_parse(der, &certificate), ERR_OK);
	hash_sha256(der, &expected);
	/* RFC8705#3.1: SHA-256 over the DER */
	certificate_thumbprint(certificate, &thumbprint);
	ck_assert(hash_equal(&expected, &thumbprint));
	for (size_t len = 0; len < der.len; len++)
		ck_assert_int_eq(certificate_parse(slice_of(der.ptr, len), &none), ERR_INVALID);
	struct slice longer = slice_of(arena_cstr(arena, der), der.len + 1);
	ck_assert_int_eq(certificate_parse(longer, &none), ERR_INVALID);
	ck_assert_int_eq(certificate_parse(pair_pem(pair, arena), &none), ERR_INVALID);
	ck_assert_ptr_null(none);
}
END_TEST

/* How a proxy writes it: `shape` of the DER and the PEM. */
static struct slice replaced(struct arena *arena, struct slice text, char from, const char *to)
{
	struct buf buf;
	buf_init_arena(&buf, arena, text.len * 4 + 8);
	for (size_t i = 0; i < text.len; i++)
		if (text.ptr[i] == from)
			buf_add_str(&buf, to);
		else
			buf_add_byte(&buf, text.ptr[i]);
	return buf_slice(&buf);
}

static struct slice percent(struct arena *arena, struct slice text)
{
	struct buf buf;
	buf_init_arena(&buf, arena, text.len * 3 + 1);
	encode_percent(&buf, text);
	return buf_slice(&buf);
}

struct forms {
	struct slice der, pem, base64;
};

static struct slice as_pem(struct arena *arena UNUSED, const struct forms *forms)
{
	return forms->pem;
}
static struct slice as_escaped_pem(struct arena *arena, const struct forms *forms)
{
	return percent(arena, forms->pem);
}
static struct slice as_half_escaped_pem(struct arena *arena, const struct forms *forms)
{
	return replaced(arena, replaced(arena, forms->pem, '\n', "%0A"), ' ', "%20");
}
static struct slice as_blank_pem(struct arena *arena, const struct forms *forms)
{
	return replaced(arena, forms->pem, '\n', " ");
}
static struct slice as_tabbed_pem(struct arena *arena, const struct forms *forms)
{
	return replaced(arena, forms->pem, '\n', "\n\t");
}
static struct slice as_base64(struct arena *arena UNUSED, const struct forms *forms)
{
	return forms->base64;
}
static struct slice as_escaped_base64(struct arena *arena, const struct forms *forms)
{
	return percent(arena, forms->base64);
}
static struct slice as_field(struct arena *arena, const struct forms *forms)
{
	return arena_printf(arena, " :%.*s: ", SLICE_ARG(forms->base64));
}
static struct slice twice(struct arena *arena, const struct forms *forms)
{
	return arena_printf(arena, "%.*s%.*s", SLICE_ARG(forms->pem), SLICE_ARG(forms->pem));
}
static struct slice fields(struct arena *arena, const struct forms *forms)
{
	return arena_printf(arena, ":%.*s:, :%.*s:", SLICE_ARG(forms->base64),
			    SLICE_ARG(forms->base64));
}
static struct slice plus_for_blank(struct arena *arena, const struct forms *forms)
{
	return replaced(arena, replaced(arena, forms->pem, '\n', "%0A"), ' ', "+");
}
static struct slice base64url(struct arena *arena, const struct forms *forms)
{
	return replaced(arena, replaced(arena, forms->base64, '+', "-"), '/', "_");
}
static struct slice one_colon(struct arena *arena, const struct forms *forms)
{
	return arena_printf(arena, ":%.*s", SLICE_ARG(forms->base64));
}
static struct slice bad_escape(struct arena *arena, const struct forms *forms)
{
	return arena_printf(arena, "%.*s%%4", SLICE_ARG(forms->base64));
}
static struct slice without_end(struct arena *arena UNUSED, const struct forms *forms)
{
	return slice_sub(forms->pem, 0, forms->pem.len - 10);
}
static struct slice with_text_in_front(struct arena *arena, const struct forms *forms)
{
	return arena_printf(arena, "subject=x\n%.*s", SLICE_ARG(forms->pem));
}
static struct slice nothing(struct arena *arena UNUSED, const struct forms *forms UNUSED)
{
	return SLICE_EMPTY;
}
static struct slice marks_alone(struct arena *arena UNUSED, const struct forms *forms UNUSED)
{
	return SLICE("-----BEGIN CERTIFICATE-----");
}
static struct slice too_long(struct arena *arena, const struct forms *forms UNUSED)
{
	return slice_of(arena_alloc(arena, 1 << 20), 1 << 20);
}

static const struct form_row {
	const char *name;
	struct slice (*write)(struct arena *arena, const struct forms *forms);
	bool taken;
} form_rows[] = {
	{ "PEM", as_pem, true },
	{ "PEM, percent-encoded whole", as_escaped_pem, true },
	{ "PEM, percent-encoded but for plus, equals and slash", as_half_escaped_pem, true },
	{ "PEM with blanks for line ends", as_blank_pem, true },
	{ "PEM with folded lines", as_tabbed_pem, true },
	{ "base64 of the DER", as_base64, true },
	{ "base64 of the DER, percent-encoded", as_escaped_base64, true },
	{ "RFC 9440", as_field, true },
	{ "two certificates in PEM", twice, false },
	{ "two certificates in a field of RFC 9440", fields, false },
	{ "plus is not a blank", plus_for_blank, false },
	{ "the alphabet for URLs", base64url, false },
	{ "one colon", one_colon, false },
	{ "a broken escape", bad_escape, false },
	{ "PEM without its end", without_end, false },
	{ "PEM with text in front", with_text_in_front, false },
	{ "nothing", nothing, false },
	{ "the first line alone", marks_alone, false },
	{ "too long", too_long, false },
};

START_TEST(header_forms)
{
	const struct form_row *row = &form_rows[_i];
	AUTO(arena) struct arena *arena = arena_new();
	AUTO(certificate) struct certificate *certificate = NULL;
	struct forms forms;
	struct hash expected;
	struct hash thumbprint;
	/* One whose base64 holds what the forms differ in. */
	do {
		AUTO(pair) struct pair *pair = client();
		forms.der = pair_der(pair, arena);
		forms.pem = pair_pem(pair, arena);
		forms.base64 = encode_base64(arena, forms.der);
	} while (!slice_has_byte(forms.base64, '+') || !slice_has_byte(forms.base64, '/'));
	enum err err = certificate_parse_header(arena, row->write(arena, &forms), &certificate);
	ck_assert_msg(err == (row->taken ? ERR_OK : ERR_INVALID), "%s", row->name);
	if (!row->taken)
		return;
	hash_sha256(forms.der, &expected);
	certificate_thumbprint(certificate, &thumbprint);
	ck_assert_msg(hash_equal(&expected, &thumbprint), "%s", row->name);
}
END_TEST

/* --- times and keys ---- */

START_TEST(times)
{
	AUTO(pair) struct pair *pair = client();
	AUTO(certificate) struct certificate *certificate = pair_certificate(pair);
	ck_assert(!certificate_is_current(certificate, 0));
	ck_assert(!certificate_is_current(certificate, 999));
	ck_assert(certificate_is_current(certificate, 1000));
	ck_assert(certificate_is_current(certificate, 2000));
	ck_assert(!certificate_is_current(certificate, 2001));
}
END_TEST

/* RFC8705#2.2: it is the key that counts, whoever signed the certificate */
START_TEST(keys)
{
	AUTO(pair) struct pair *ec = client();
	AUTO(pair)
	struct pair *rsa = pair_make(&(struct pair_new){ .subject = "CN=r", .rsa_bits = 2048 });
	AUTO(certificate) struct certificate *ec_certificate = pair_certificate(ec);
	AUTO(certificate) struct certificate *rsa_certificate = pair_certificate(rsa);
	AUTO(jwk) struct jwk *ec_key = pair_jwk(ec);
	AUTO(jwk) struct jwk *rsa_key = pair_jwk(rsa);
	AUTO(jwk) struct jwk *other = jwk_generate(ALG_ES256);
	AUTO(jwk)
	struct jwk *secret = jwk_from_secret(SLICE("a secret is no key of a certificate"));
	ck_assert(certificate_has_key(ec_certificate, ec_key));
	ck_assert(certificate_has_key(rsa_certificate, rsa_key));
	ck_assert(!certificate_has_key(ec_certificate, rsa_key));
	ck_assert(!certificate_has_key(rsa_certificate, ec_key));
	ck_assert(!certificate_has_key(ec_certificate, other));
	ck_assert(!certificate_has_key(ec_certificate, secret));
}
END_TEST

/* --- who vouches ---- */

/* The CAs of these pairs, loaded out of a file. */
static struct certificate_authorities *authorities(const struct pair *a, const struct pair *b)
{
	AUTO(arena) struct arena *arena = arena_new();
	struct certificate_authorities *loaded;
	char path[] = "/tmp/doorcode-ca-XXXXXX";
	int fd = mkstemp(path);
	ck_assert_int_ge(fd, 0);
	struct slice pem = pair_pem(a, arena);
	if (b != NULL) {
		struct slice more = pair_pem(b, arena);
		pem = arena_printf(arena, "%.*s%.*s", SLICE_ARG(pem), SLICE_ARG(more));
	}
	ck_assert(write(fd, pem.ptr, pem.len) == (ssize_t)pem.len);
	close(fd);
	ck_assert_int_eq(certificate_authorities_load(path, &loaded), ERR_OK);
	unlink(path);
	return loaded;
}

static const struct chain_row {
	const char *name;
	struct pair_new leaf;
	bool by_other;  /* signed by a CA that is not in the file */
	bool by_client; /* signed by a certificate that is no CA */
	bool is_deep;   /* signed by an intermediate CA that is not in the file */
	int64_t now;    /* 1500 unless set */
	bool leads;
} chain_rows[] = {
	{ .name = "signed by a CA of the file", .leaf = { .subject = "CN=a" }, .leads = true },
	{ .name = "for client authentication",
	  .leaf = { .subject = "CN=a", .usage = "clientAuth" },
	  .leads = true },
	{ .name = "for servers alone", .leaf = { .subject = "CN=a", .usage = "serverAuth" } },
	{ .name = "for both",
	  .leaf = { .subject = "CN=a", .usage = "serverAuth,clientAuth" },
	  .leads = true },
	{ .name = "signed by another CA of the same name",
	  .leaf = { .subject = "CN=a" },
	  .by_other = true },
	{ .name = "signed by a client of the CA",
	  .leaf = { .subject = "CN=a" },
	  .by_client = true },
	{ .name = "signed by a CA below it that was not sent",
	  .leaf = { .subject = "CN=a" },
	  .is_deep = true },
	{ .name = "not yet", .leaf = { .subject = "CN=a", .from = 1600 } },
	{ .name = "no longer", .leaf = { .subject = "CN=a", .until = 1400 } },
	{ .name = "after the CA's own end",
	  .leaf = { .subject = "CN=a", .until = 9000 },
	  .now = 5000 },
	{ .name = "signed with SHA-1", .leaf = { .subject = "CN=a", .hash = "SHA1" } },
	{ .name = "a key of 1024 bits", .leaf = { .subject = "CN=a", .rsa_bits = 1024 } },
	{ .name = "a key of 2048 bits",
	  .leaf = { .subject = "CN=a", .rsa_bits = 2048 },
	  .leads = true },
};

START_TEST(chains)
{
	const struct chain_row *row = &chain_rows[_i];
	struct pair_new new = row->leaf;
	AUTO(pair)
	struct pair *ca = pair_make(&(struct pair_new){ .subject = "CN=CA", .is_ca = true });
	AUTO(pair)
	struct pair *other = pair_make(&(struct pair_new){ .subject = "CN=CA", .is_ca = true });
	AUTO(pair)
	struct pair *client = pair_make(&(struct pair_new){ .subject = "CN=client", .issuer = ca });
	AUTO(pair)
	struct pair *below = pair_make(
		&(struct pair_new){ .subject = "CN=below", .issuer = ca, .is_ca = true });
	new.issuer = row->by_other ? other : row->by_client ? client : row->is_deep ? below : ca;
	AUTO(pair) struct pair *pair = pair_make(&new);
	AUTO(certificate) struct certificate *certificate = pair_certificate(pair);
	AUTO(certificate_authorities)
	struct certificate_authorities *trusted = authorities(ca, NULL);
	bool leads = certificate_leads_to(certificate, trusted, row->now ? row->now : 1500);
	ck_assert_msg(leads == row->leads, "%s", row->name);
}
END_TEST

START_TEST(several_authorities)
{
	AUTO(pair)
	struct pair *root = pair_make(&(struct pair_new){ .subject = "CN=root", .is_ca = true });
	AUTO(pair)
	struct pair *below = pair_make(
		&(struct pair_new){ .subject = "CN=below", .issuer = root, .is_ca = true });
	AUTO(pair)
	struct pair *leaf = pair_make(&(struct pair_new){ .subject = "CN=leaf", .issuer = below });
	AUTO(pair) struct pair *own = pair_make(&(struct pair_new){ .subject = "CN=own" });
	AUTO(certificate) struct certificate *certificate = pair_certificate(leaf);
	AUTO(certificate) struct certificate *own_certificate = pair_certificate(own);
	AUTO(certificate_authorities)
	struct certificate_authorities *both = authorities(root, below);
	AUTO(certificate_authorities)
	struct certificate_authorities *low = authorities(below, NULL);
	ck_assert(certificate_leads_to(certificate, both, 1500));
	ck_assert(certificate_leads_to(certificate, low, 1500));
	ck_assert(!certificate_leads_to(own_certificate, both, 1500));
}
END_TEST

START_TEST(files_without_authorities)
{
	struct certificate_authorities *none;
	char path[] = "/tmp/doorcode-ca-XXXXXX";
	int fd = mkstemp(path);
	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(certificate_authorities_load(path, &none), ERR_INVALID);
	ck_assert_int_eq(write(fd, "no PEM\n", 7), 7);
	close(fd);
	ck_assert_int_eq(certificate_authorities_load(path, &none), ERR_INVALID);
	unlink(path);
	ck_assert_int_eq(certificate_authorities_load(path, &none), ERR_INVALID);
	ck_assert_ptr_null(none);
}
END_TEST

static void add_tests(TCase *tc)
{
	tcase_add_test(tc, der_is_taken_whole);
	tcase_add_loop_test(tc, header_forms, 0, ARRAY_LEN(form_rows));
	tcase_add_test(tc, times);
	tcase_add_test(tc, keys);
	tcase_add_loop_test(tc, chains, 0, ARRAY_LEN(chain_rows));
	tcase_add_test(tc, several_authorities);
	tcase_add_test(tc, files_without_authorities);
}

TEST_MAIN("crypto/certificate", add_tests)
