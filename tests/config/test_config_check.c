/* SPDX-License-Identifier: Apache-2.0
 *
 * Options that are fine each by itself, and wrong together; and those whose form is more than their
 * type says. */
#include <string.h>

#include "check_main.h"
#include "config/start.h"

static const struct row good[] = {
	{ .name = "port 0, a unix socket and systemd",
	  .flags = { "--listen=127.0.0.1:0,unix:/run/d.sock,systemd" },
	  .shown = "listen = {\"127.0.0.1:0\", \"unix:/run/d.sock\", \"systemd\"}  # --listen" },
	{ .name = "http on the name of this machine",
	  .flags = { "--base-url=http://localhost:80" } },
	{ .name = "http on a loopback address", .flags = { "--base-url=http://[::1]:8000" } },
	{ .name = "http behind a trusted proxy",
	  .flags = { "--base-url=http://a.example", "--trusted-proxies=10.0.0.1" } },
	{ .name = "http for everybody, asked for",
	  .flags = { "--base-url=http://a.example", "--insecure-http", "--listen=0.0.0.0:80" } },
	{ .name = "a database on a server",
	  .flags = { "--database=postgresql://h/d", "--master-key-file=/k" } },
	{ .name = "our own TLS for everybody",
	  .file = "listen = {\"https://0.0.0.0:443\", \"https+mtls://[::]:8443\", "
		  "\"127.0.0.1:8000\"}\ntls_certificate = \"/c\"\ntls_key = \"/k\"\n"
		  "tls_client_ca = \"/a\"\nbase_url = \"https://a.example\"\n"
		  "mtls_base_url = \"https://m.a.example:8443\"" },
	{ .name = "the PROXY header on one of two",
	  .flags = { "--listen=https+proxy://0.0.0.0:443,http://127.0.0.1:8000",
		     "--tls-certificate=/c", "--tls-key=/k", "--trusted-proxies=10.0.0.1" } },
	{ .name = "certificates that a proxy asks for",
	  .flags = { "--mtls-base-url=https://m.a.example", "--trusted-proxies=10.0.0.1" } },
	{ .name = "certificates out of a header",
	  .flags = { "--tls-client-ca=/a", "--client-certificate-header=X-Client-Cert",
		     "--trusted-proxies=10.0.0.1" } },
	{ .name = "ten digits",
	  .flags = { "--user-code-alphabet=0123456789", "--user-code-length=10" } },
	{ .name = "people of two other issuers",
	  .file = "assertion_issuers = {\"https://a.example=https://a.example/keys?v=1\", "
		  "\"https://b.example/o=https://keys.b.example/\"}" },
	{ .name = "an issuer that calls people by the names of their accounts",
	  .flags = { "--assertion-issuers=https://a.example=https://a.example/k",
		     "--assertion-name-issuers=https://a.example" } },
	{ .name = "an issuer that knows ids, while strangers make accounts",
	  .flags = { "--assertion-issuers=https://a.example=https://a.example/k",
		     "--sign-up=open" } },
	{ .name = "keys by plain http of one's own network",
	  .flags = { "--fetch-http",
		     "--assertion-issuers=https://a.example=http://10.1.2.3/keys" } },
	{ .name = "sizes at their limits",
	  .flags = { "--password-memory=8192", "--device-interval=60",
		     "--device-code-lifetime=1h" } },
};

START_TEST(takes)
{
	struct start start;

	start_with(&good[_i], &start);
	ck_assert_msg(start.faults[0] == '\0', "%s: %s", good[_i].name, start.faults);
	ck_assert_int_eq(start.err, ERR_OK);
	start_end(&start);
}
END_TEST

#define ISSUER_FAULT(text) \
	"--assertion-issuers: \"" text \
	"\" is not an issuer and the https address of its keys; write " \
	"https://idp.example.com=https://idp.example.com/jwks.json\n"

#define NAMES_FAULT \
	"--assertion-name-issuers: needs sign_up = off: whoever makes an account may take the " \
	"name of somebody that an issuer knows\n"

static const struct row bad[] = {
	{ .name = "an issuer without its keys",
	  .flags = { "--assertion-issuers=https://a.example" },
	  .faults = ISSUER_FAULT("https://a.example") },
	{ .name = "keys by plain http",
	  .flags = { "--assertion-issuers=https://a.example=http://a.example/k" },
	  .faults = ISSUER_FAULT("https://a.example=http://a.example/k") },
	{ .name = "an issuer that is no address",
	  .flags = { "--assertion-issuers=a.example=https://a.example/k" },
	  .faults = ISSUER_FAULT("a.example=https://a.example/k") },
	{ .name = "an issuer with a query",
	  .flags = { "--assertion-issuers=https://a.example?x=https://a.example/k" },
	  .faults = ISSUER_FAULT("https://a.example?x=https://a.example/k") },
	{ .name = "names of an issuer that is not trusted",
	  .flags = { "--assertion-issuers=https://a.example=https://a.example/k",
		     "--assertion-name-issuers=https://a.example/" },
	  .faults =
		  "--assertion-name-issuers: \"https://a.example/\" is none of assertion_issuers\n" },
	{ .name = "names of an issuer, while strangers choose theirs here",
	  .flags = { "--assertion-issuers=https://a.example=https://a.example/k",
		     "--assertion-name-issuers=https://a.example", "--sign-up=open" },
	  .faults = NAMES_FAULT },
	{ .name = "names of an issuer, while guests choose theirs here",
	  .flags = { "--assertion-issuers=https://a.example=https://a.example/k",
		     "--assertion-name-issuers=https://a.example", "--sign-up=invite" },
	  .faults = NAMES_FAULT },
	{ .name = "the base URL ends with a slash",
	  .file = "base_url = \"https://a.example/\"",
	  .faults = "F:1: base_url: ends with a slash; write https://a.example\n" },
	{ .name = "a base URL with a query",
	  .flags = { "--base-url=https://a.example?x=1" },
	  .faults = "--base-url: holds a query or a fragment; leave out what follows ? or #\n" },
	{ .name = "a base URL without a scheme",
	  .env = { "DOORCODE_BASE_URL=a.example" },
	  .faults =
		  "DOORCODE_BASE_URL: \"a.example\" is not an address; use http://HOST, http://HOST:PORT or https://HOST/PATH\n" },
	{ .name = "a base URL with a user",
	  .flags = { "--base-url=https://me@a.example" },
	  .faults =
		  "--base-url: \"https://me@a.example\" is not an address; use http://HOST, http://HOST:PORT or https://HOST/PATH\n" },
	{ .name = "plain http for others",
	  .flags = { "--base-url=http://a.example" },
	  .faults =
		  "--base-url: is plain http for others than this machine; use https, or set insecure_http\n" },
	{ .name = "plain http for a name that only starts like this machine",
	  .flags = { "--base-url=http://localhost.example" },
	  .faults =
		  "--base-url: is plain http for others than this machine; use https, or set insecure_http\n" },
	{ .name = "an open socket of plain http",
	  .file = "listen = {\"127.0.0.1:1\", \"0.0.0.0:8000\"}",
	  .faults =
		  "F:1: listen: \"0.0.0.0:8000\" is open to others, and what is served there is plain http; write "
		  "https://0.0.0.0:8000, set trusted_proxies to the proxy that speaks https, or set insecure_http\n" },
	{ .name = "a port alone",
	  .flags = { "--listen=8000" },
	  .faults =
		  "--listen: \"8000\" is not an address to listen on; use 127.0.0.1:8000, [::1]:8000, unix:/run/doorcode/http.sock or "
		  "systemd, with https:// or https+mtls:// before it for TLS\n" },
	{ .name = "nowhere to listen",
	  .env = { "DOORCODE_LISTEN=" },
	  .faults = "DOORCODE_LISTEN: is empty; name an address such as 127.0.0.1:8000\n" },
	{ .name = "an empty list in the file",
	  .file = "listen = {}",
	  .faults = "F: listen: is empty; name an address such as 127.0.0.1:8000\n" },
	{ .name = "the PROXY header from nobody",
	  .file = "proxy_protocol = yes",
	  .faults =
		  "F:1: proxy_protocol: is on and nobody is trusted to send the header; set trusted_proxies\n" },
	{ .name = "the PROXY header from nobody, on one listener",
	  .flags = { "--listen=http+proxy://127.0.0.1:8000" },
	  .faults =
		  "--listen: \"http+proxy://127.0.0.1:8000\" waits for the PROXY header and nobody is trusted to send it; set "
		  "trusted_proxies\n" },
	{ .name = "TLS without a certificate",
	  .flags = { "--listen=https://127.0.0.1:8443" },
	  .faults =
		  "tls_certificate: is not set; name the PEM file with the certificate of \"https://127.0.0.1:8443\"\n" },
	{ .name = "a certificate without a key",
	  .flags = { "--listen=https://127.0.0.1:8443", "--tls-certificate=/c" },
	  .faults = "tls_key: is not set; name the PEM file with the key of tls_certificate\n" },
	{ .name = "a key without a certificate",
	  .flags = { "--tls-key=/k" },
	  .faults = "tls_certificate: is not set, but tls_key is; set both\n" },
	{ .name = "names for clients that nobody asks",
	  .flags = { "--listen=https://127.0.0.1:8443", "--tls-certificate=/c", "--tls-key=/k",
		     "--tls-client-ca=/a" },
	  .faults =
		  "--tls-client-ca: is set and nobody asks for certificates; write https+mtls:// in listen, set "
		  "client_certificate_header, or leave it out\n" },
	{ .name = "a header of certificates without a proxy",
	  .flags = { "--client-certificate-header=X-Client-Cert" },
	  .faults =
		  "--client-certificate-header: is set and trusted_proxies is not: nobody would be believed\n" },
	{ .name = "a header of certificates that is none",
	  .flags = { "--client-certificate-header=X Client", "--trusted-proxies=10.0.0.1" },
	  .faults = "--client-certificate-header: is not the name of a header\n" },
	{ .name = "an address for certificates that leads nowhere",
	  .flags = { "--listen=https://127.0.0.1:8443", "--tls-certificate=/c", "--tls-key=/k",
		     "--mtls-base-url=https://m.a.example" },
	  .faults =
		  "--mtls-base-url: leads to no listener that asks for certificates; write https+mtls:// in listen, or set "
		  "trusted_proxies to the proxy that asks\n" },
	{ .name = "an address for certificates without https",
	  .flags = { "--mtls-base-url=http://m.a.example", "--trusted-proxies=10.0.0.1" },
	  .faults =
		  "--mtls-base-url: is plain http, where no client has a certificate; use https\n" },
	{ .name = "an address for certificates with a slash",
	  .flags = { "--mtls-base-url=https://m.a.example/", "--trusted-proxies=10.0.0.1" },
	  .faults = "--mtls-base-url: ends with a slash; write https://m.a.example\n" },
	{ .name = "an address for certificates that is none",
	  .flags = { "--mtls-base-url=m.a.example", "--trusted-proxies=10.0.0.1" },
	  .faults =
		  "--mtls-base-url: \"m.a.example\" is not an address; use http://HOST, http://HOST:PORT or https://HOST/PATH\n" },
	{ .name = "a verification URI that is a path",
	  .flags = { "--verification-uri=/device" },
	  .faults =
		  "--verification-uri: \"/device\" is not an address; use one such as https://example.org/device\n" },
	{ .name = "a verification URI that is less safe than the server",
	  .flags = { "--base-url=https://a.example", "--verification-uri=http://a.example/device" },
	  .faults = "--verification-uri: is plain http while base_url is https; use https\n" },
	{ .name = "a database on a server without a key file",
	  .flags = { "--database=postgresql://h/d" },
	  .faults =
		  "master_key_file: is not set; with a postgresql:// database name the file that all nodes share\n" },
	{ .name = "a database of another kind",
	  .flags = { "--database=mysql://h/d" },
	  .faults =
		  "--database: is of a kind that is not known; use a path, or postgresql://HOST/NAME\n" },
	{ .name = "idle for longer than a session lasts",
	  .file = "session_idle = 12h",
	  .faults =
		  "F:1: session_idle: is not less than session_absolute; use a shorter one, or raise session_absolute\n" },
	{ .name = "an answer kept for longer than it is kept",
	  .flags = { "--replay-public=11" },
	  .faults =
		  "--replay-public: is more than replay_window; an answer is not kept for longer than that\n" },
	{ .name = "a letter twice in the alphabet of codes",
	  .flags = { "--user-code-alphabet=ABCDEFGHIJA" },
	  .faults =
		  "--user-code-alphabet: \"ABCDEFGHIJA\" is not an alphabet for codes; use 10 to 36 different upper-case letters and "
		  "digits\n" },
	{ .name = "an alphabet in lower case",
	  .flags = { "--user-code-alphabet=abcdefghijk" },
	  .faults =
		  "--user-code-alphabet: \"abcdefghijk\" is not an alphabet for codes; use 10 to 36 different upper-case letters and "
		  "digits\n" },
	/* RFC8628#5.1 */
	{ .name = "codes that are guessed too soon",
	  .file = "user_code_alphabet = 0123456789\nuser_code_length = 8",
	  .faults =
		  "F:2: user_code_length: is too short for an alphabet of 10, codes could be guessed; use 10 or more\n" },
	{ .name = "a code that is too short for any alphabet",
	  .flags = { "--user-code-length=5" },
	  .faults =
		  "--user-code-length: \"5\" is not right; use a number from 6 to 16 characters\n" },
};

START_TEST(refuses)
{
	const struct row *row = &bad[_i];
	struct start start;

	start_with(row, &start);
	ck_assert_msg(strcmp(start.faults, row->faults) == 0, "%s:\n%s", row->name, start.faults);
	ck_assert_int_eq(start.err, ERR_INVALID);
	start_end(&start);
}
END_TEST

static void add_tests(TCase *tc)
{
	tcase_add_loop_test(tc, takes, 0, ARRAY_LEN(good));
	tcase_add_loop_test(tc, refuses, 0, ARRAY_LEN(bad));
}

TEST_MAIN("config/config_check", add_tests)
