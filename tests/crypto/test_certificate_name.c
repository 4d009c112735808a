/* SPDX-License-Identifier: Apache-2.0
 *
 * The names of a certificate: subjects as RFC 4514 writes them, and alternative names. */
#include "check_main.h"
#include "crypto/certificate.h"
#include "support/certificates.h"

#define SUBJECT "C=BE/O=Example, Inc./OU=Devices+L=Ghent/CN=Client 7"
#define DN "CN=Client 7,OU=Devices+L=Ghent,O=Example\\, Inc.,C=BE"

static const struct subject_row {
	const char *name;
	const char *subject; /* in the order of the sequence */
	const char *dn;
	bool is;
} subject_rows[] = {
	{ "the name", SUBJECT, DN, true },
	{ "names of attributes in lower case", SUBJECT,
	  "cn=Client 7,ou=Devices+l=Ghent,o=Example\\, Inc.,c=BE", true },
	{ "attributes by number", SUBJECT,
	  "2.5.4.3=Client 7,2.5.4.11=Devices+2.5.4.7=Ghent,2.5.4.10=Example\\, Inc.,2.5.4.6=BE",
	  true },
	{ "values in another case", SUBJECT,
	  "CN=CLIENT 7,OU=devices+L=ghent,O=EXAMPLE\\, inc.,C=be", true },
	{ "blanks around the separators", SUBJECT,
	  " CN = Client 7 , OU=Devices + L=Ghent , O=Example\\, Inc. , C=BE ", true },
	{ "blanks inside that repeat", SUBJECT,
	  "CN=Client   7,OU=Devices+L=Ghent,O=Example\\, Inc.,C=BE", true },
	{ "the comma in hexadecimal", SUBJECT,
	  "CN=Client 7,OU=Devices+L=Ghent,O=Example\\2C Inc.,C=BE", true },
	{ "a value as BER of a UTF8String", "CN=ab", "CN=#0C026162", true },
	{ "a value as BER of a PrintableString", "CN=ab", "CN=#13026162", true },
	{ "joined parts in another order", SUBJECT,
	  "CN=Client 7,L=Ghent+OU=Devices,O=Example\\, Inc.,C=BE", true },
	{ "letters beyond ASCII", "CN=Zo\xc3\xab", "CN=Zo\xc3\xab", true },
	{ "letters beyond ASCII, escaped", "CN=Zo\xc3\xab", "CN=Zo\\C3\\AB", true },
	{ "an escaped blank at the end is a blank at the end", "CN=a", "CN=a\\ ", true },
	{ "domain components", "DC=example/DC=com/CN=x", "CN=x,DC=com,DC=example", true },
	{ "an identifier of an organisation", "organizationIdentifier=PSDBE-1/CN=x",
	  "CN=x,organizationIdentifier=PSDBE-1", true },

	{ "in the order of the sequence", SUBJECT,
	  "C=BE,O=Example\\, Inc.,OU=Devices+L=Ghent,CN=Client 7", false },
	{ "in the form with slashes", SUBJECT, "/C=BE/O=Example, Inc./CN=Client 7", false },
	{ "one part missing", SUBJECT, "CN=Client 7,OU=Devices+L=Ghent,O=Example\\, Inc.", false },
	{ "a part more", SUBJECT, DN ",DC=x", false },
	{ "joined parts asunder", SUBJECT, "CN=Client 7,OU=Devices,L=Ghent,O=Example\\, Inc.,C=BE",
	  false },
	{ "parts joined that are not", "O=a/CN=b", "CN=b+O=a", false },
	{ "another attribute", "CN=a", "O=a", false },
	{ "another value", "CN=a", "CN=b", false },
	{ "a value that begins alike", "CN=ab", "CN=a", false },
	{ "a value that goes on", "CN=a", "CN=ab", false },
	{ "nothing", "CN=a", "", false },
	{ "nothing, for a certificate without subject", "", "", false },
	{ "a comma at the end", "CN=a", "CN=a,", false },
	{ "a comma in front", "CN=a", ",CN=a", false },
	{ "no value", "CN=a", "CN=", false },
	{ "no attribute", "CN=a", "=a", false },
	{ "no equals sign", "CN=a", "CN", false },
	{ "an unknown attribute", "CN=a", "XYZ=a", false },
	{ "a number that is none", "CN=a", "2..5=a", false },
	{ "a number of one arc", "CN=a", "2=a", false },
	{ "a number with an empty arc further on", "CN=a", "2.5.4..3=a", false },
	{ "a number with a zero in front", "CN=a", "2.5.4.03=a", false },
	{ "a number with a dot at its end", "CN=a", "2.5.4.3.=a", false },
	{ "quotes", "CN=a", "CN=\"a\"", false },
	{ "a semicolon", "CN=a", "CN=a;O=b", false },
	{ "an escape of nothing", "CN=a", "CN=a\\", false },
	{ "an escape of a letter", "CN=ag", "CN=a\\g", false },
	{ "a control character", "CN=a", "CN=a\\00", false },
	{ "not UTF-8", "CN=a", "CN=a\\FF", false },
	{ "BER of nothing", "CN=a", "CN=#", false },
	{ "BER that is cut off", "CN=ab", "CN=#0C0261", false },
	{ "BER with more behind it", "CN=ab", "CN=#0C02616263", false },
	{ "BER of text that is not UTF-8", "CN=a", "CN=#0C02A162", false },
	{ "BER of a number is no text", "CN=1", "CN=#020101", false },
	{ "BER of no string", "CN=a", "CN=#0101FF", false },
	{ "BER that is no hexadecimal", "CN=a", "CN=#0C0g", false },
	{ "too many parts", "CN=a",
	  "CN=a,CN=a,CN=a,CN=a,CN=a,CN=a,CN=a,CN=a,CN=a,CN=a,CN=a,CN=a,CN=a,CN=a,CN=a,CN=a,CN=a,"
	  "CN=a,CN=a,CN=a,CN=a,CN=a,CN=a,CN=a,CN=a,CN=a,CN=a,CN=a,CN=a,CN=a,CN=a,CN=a,CN=a,CN=a",
	  false },
};

/* RFC4514#2, #3; RFC8705#2.1.2 */
START_TEST(subjects)
{
	const struct subject_row *row = &subject_rows[_i];
	AUTO(pair) struct pair *pair = pair_make(&(struct pair_new){ .subject = row->subject });
	AUTO(certificate) struct certificate *certificate = pair_certificate(pair);
	ck_assert_msg(certificate_has_subject(certificate, slice_str(row->dn)) == row->is, "%s",
		      row->name);
}
END_TEST

#define NAMES \
	"DNS:a.example,DNS:*.b.example,URI:https://a.example/X,IP:192.0.2.7,IP:2001:db8::7," \
	"email:Joe@a.example"

static const struct name_row {
	const char *name;
	enum certificate_name kind;
	const char *value;
	bool has;
} name_rows[] = {
	{ "a name of a host", CERTIFICATE_DNS, "a.example", true },
	{ "a name of a host in another case", CERTIFICATE_DNS, "A.Example", true },
	{ "a wildcard, letter by letter", CERTIFICATE_DNS, "*.b.example", true },
	{ "a wildcard stands for nothing", CERTIFICATE_DNS, "x.b.example", false },
	{ "a dot at the end", CERTIFICATE_DNS, "a.example.", false },
	{ "a part of a name", CERTIFICATE_DNS, "example", false },
	{ "no name", CERTIFICATE_DNS, "", false },
	{ "a name of another kind", CERTIFICATE_DNS, "192.0.2.7", false },
	{ "a URI", CERTIFICATE_URI, "https://a.example/X", true },
	{ "a URI in another case", CERTIFICATE_URI, "https://a.example/x", false },
	{ "an address", CERTIFICATE_IP, "192.0.2.7", true },
	{ "another address", CERTIFICATE_IP, "192.0.2.8", false },
	{ "an address with leading zeros", CERTIFICATE_IP, "192.0.2.007", false },
	{ "an address of IPv6", CERTIFICATE_IP, "2001:db8::7", true },
	{ "an address of IPv6 in full", CERTIFICATE_IP, "2001:0DB8:0:0:0:0:0:7", true },
	{ "another address of IPv6", CERTIFICATE_IP, "2001:db8::8", false },
	{ "an address that is none", CERTIFICATE_IP, "a.example", false },
	{ "an address that is too long", CERTIFICATE_IP,
	  "0000000000000000000000000000000000000000000000000000000000000000192.0.2.7", false },
	{ "a mail address", CERTIFICATE_EMAIL, "Joe@a.example", true },
	{ "a mail address, its host in another case", CERTIFICATE_EMAIL, "Joe@A.EXAMPLE", true },
	{ "a mail address, its user in another case", CERTIFICATE_EMAIL, "joe@a.example", false },
	{ "a user alone", CERTIFICATE_EMAIL, "Joe", false },
};

/* RFC8705#2.1.2 */
START_TEST(alternative_names)
{
	const struct name_row *row = &name_rows[_i];
	AUTO(pair)
	struct pair *pair = pair_make(&(struct pair_new){ .subject = "CN=a", .names = NAMES });
	AUTO(pair) struct pair *bare = pair_make(&(struct pair_new){ .subject = "CN=a.example" });
	AUTO(certificate) struct certificate *certificate = pair_certificate(pair);
	AUTO(certificate) struct certificate *without = pair_certificate(bare);
	ck_assert_msg(certificate_has_name(certificate, row->kind, slice_str(row->value)) ==
			      row->has,
		      "%s", row->name);
	ck_assert_msg(!certificate_has_name(without, row->kind, slice_str(row->value)), "%s",
		      row->name);
}
END_TEST

static void add_tests(TCase *tc)
{
	tcase_add_loop_test(tc, subjects, 0, ARRAY_LEN(subject_rows));
	tcase_add_loop_test(tc, alternative_names, 0, ARRAY_LEN(name_rows));
}

TEST_MAIN("crypto/certificate_name", add_tests)
