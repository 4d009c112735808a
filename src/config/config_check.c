/* SPDX-License-Identifier: Apache-2.0
 *
 * Options compared with each other. Each rule names the option that it speaks of and the others
 * that it looks at, and is left out when one of them was refused already: no fault is reported for
 * the sake of another. */
#include <string.h>

#include "base/ascii.h"
#include "base/ensure.h"
#include "config/loaded.h"
#include "config/url.h"

enum { RULE_OPTIONS = 4, CODE_BITS_LEAST = 30 };

struct rule {
	const char *options[RULE_OPTIONS]; /* the first is the one at fault; then NULL */
	/* What is wrong and what would be right; empty when all is well. */
	struct slice (*check)(const struct config *config, struct arena *arena);
};

#define FINE SLICE_EMPTY

/* --- where
 * ----------------------------------------------------------------------------------------------------------
 */

static struct slice check_database(const struct config *config, struct arena *arena)
{
	(void)arena;
	/* A list of names for several servers is postgresql's own; anything else with a scheme is a
	 * mistake. */
	if (config_database_is_file(config) && strstr(config->database, "://") != NULL)
		return SLICE(
			"is of a kind that is not known; use a path, or postgresql://HOST/NAME");
	return FINE;
}

static struct slice check_master_key_file(const struct config *config, struct arena *arena)
{
	(void)arena;
	if (config->master_key_file == NULL)
		return SLICE(
			"is not set; with a postgresql:// database name the file that all nodes share");
	return FINE;
}

/* What URLs can be built from. */
static struct slice check_base(struct slice text, struct arena *arena)
{
	struct url url;

	if (url_parse(text, &url) != ERR_OK)
		return arena_printf(
			arena,
			"\"%.*s\" is not an address; use http://HOST, http://HOST:PORT or https://HOST/PATH",
			SLICE_ARG(text));
	if (url.has_query || url.has_fragment)
		return SLICE("holds a query or a fragment; leave out what follows ? or #");
	if (slice_has_suffix(text, SLICE("/")))
		return arena_printf(arena, "ends with a slash; write %.*s",
				    SLICE_ARG(slice_sub(text, 0, text.len - 1)));
	return FINE;
}

static struct slice check_base_url(const struct config *config, struct arena *arena)
{
	return check_base(slice_str(config->base_url), arena);
}

/* Plain http is for this machine, or for a proxy in front that speaks https. */
static struct slice check_base_url_is_safe(const struct config *config, struct arena *arena)
{
	struct url url;

	(void)arena;
	if (url_parse(slice_str(config->base_url), &url) != ERR_OK || url.https ||
	    url_host_is_loopback(url.host))
		return FINE;
	if (config->insecure_http || config->trusted_proxies.count > 0)
		return FINE;
	return SLICE("is plain http for others than this machine; use https, or set insecure_http");
}

static struct slice check_listen(const struct config *config, struct arena *arena)
{
	struct listen_address address;

	if (config->listen.count == 0)
		return SLICE("is empty; name an address such as 127.0.0.1:8000");
	for (size_t i = 0; i < config->listen.count; i++) {
		if (listen_address_parse(slice_str(config->listen.items[i]), &address) != ERR_OK)
			return arena_printf(
				arena,
				"\"%s\" is not an address to listen on; use 127.0.0.1:8000, [::1]:8000, "
				"unix:/run/doorcode/http.sock or systemd, with https:// or https+mtls:// "
				"before it for TLS",
				config->listen.items[i]);
	}
	return FINE;
}

static struct slice check_listen_is_safe(const struct config *config, struct arena *arena)
{
	struct listen_address address;

	if (config->insecure_http || config->trusted_proxies.count > 0)
		return FINE;
	for (size_t i = 0; i < config->listen.count; i++) {
		if (listen_address_parse(slice_str(config->listen.items[i]), &address) != ERR_OK ||
		    address.is_loopback || address.tls)
			continue;
		return arena_printf(
			arena,
			"\"%s\" is open to others, and what is served there is plain http; write https://%.*s, "
			"set trusted_proxies to the proxy that speaks https, or set insecure_http",
			config->listen.items[i], SLICE_ARG(address.place));
	}
	return FINE;
}

static struct slice check_listen_proxy(const struct config *config, struct arena *arena)
{
	struct listen_address address;

	if (config->trusted_proxies.count > 0)
		return FINE;
	for (size_t i = 0; i < config->listen.count; i++) {
		if (listen_address_parse(slice_str(config->listen.items[i]), &address) == ERR_OK &&
		    address.proxy)
			return arena_printf(
				arena,
				"\"%s\" waits for the PROXY header and nobody is trusted to send it; "
				"set trusted_proxies",
				config->listen.items[i]);
	}
	return FINE;
}

static struct slice check_proxy_protocol(const struct config *config, struct arena *arena)
{
	(void)arena;
	if (config->proxy_protocol && config->trusted_proxies.count == 0)
		return SLICE("is on and nobody is trusted to send the header; set trusted_proxies");
	return FINE;
}

static struct slice check_verification_uri(const struct config *config, struct arena *arena)
{
	struct url url;

	if (config->verification_uri == NULL)
		return FINE;
	if (url_parse(slice_str(config->verification_uri), &url) != ERR_OK)
		return arena_printf(
			arena,
			"\"%s\" is not an address; use one such as https://example.org/device",
			config->verification_uri);
	if (url.has_query || url.has_fragment)
		return SLICE(
			"holds a query or a fragment; people type it, leave out what follows ? or #");
	if (!url.https && config_is_https(config))
		return SLICE("is plain http while base_url is https; use https");
	return FINE;
}

/* --- how long
 * -------------------------------------------------------------------------------------------------------
 */

static struct slice check_session(const struct config *config, struct arena *arena)
{
	(void)arena;
	if (config->session_idle >= config->session_absolute)
		return SLICE(
			"is not less than session_absolute; use a shorter one, or raise session_absolute");
	return FINE;
}

static struct slice check_replay(const struct config *config, struct arena *arena)
{
	(void)arena;
	if (config->replay_public > config->replay_window)
		return SLICE(
			"is more than replay_window; an answer is not kept for longer than that");
	return FINE;
}

/* --- user codes
 * -----------------------------------------------------------------------------------------------------
 */

static bool is_distinct_alphabet(const char *letters)
{
	static const char allowed[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

	for (size_t i = 0; letters[i] != '\0'; i++) {
		if (strchr(allowed, letters[i]) == NULL ||
		    strchr(letters + i + 1, letters[i]) != NULL)
			return false;
	}
	return true;
}

static struct slice check_alphabet(const struct config *config, struct arena *arena)
{
	size_t len = strlen(config->user_code_alphabet);

	if (len >= 10 && len <= 36 && is_distinct_alphabet(config->user_code_alphabet))
		return FINE;
	return arena_printf(
		arena,
		"\"%.60s\" is not an alphabet for codes; use 10 to 36 different upper-case letters and digits",
		config->user_code_alphabet);
}

/* RFC8628#5.1: with the limits on attempts, 2^30 codes and more keep a guess hopeless; the table of
 * live codes grows them */
static struct slice check_code_entropy(const struct config *config, struct arena *arena)
{
	uint64_t letters = strlen(config->user_code_alphabet);
	uint64_t codes = 1;
	int64_t least = 0;

	while (codes < (UINT64_C(1) << CODE_BITS_LEAST)) {
		codes *= letters;
		least++;
	}
	if (config->user_code_length >= least)
		return FINE;
	return arena_printf(
		arena,
		"is too short for an alphabet of %llu, codes could be guessed; use %lld or more",
		(unsigned long long)letters, (long long)least);
}

/* --- TLS
 * ------------------------------------------------------------------------------------------------------------
 */

/* A listener with TLS, or one that asks for certificates as well; NULL when there is none. */
static const char *find_tls(const struct config *config, bool asks_certificate)
{
	struct listen_address address;

	for (size_t i = 0; i < config->listen.count; i++) {
		if (listen_address_parse(slice_str(config->listen.items[i]), &address) == ERR_OK &&
		    address.tls && (address.asks_certificate || !asks_certificate))
			return config->listen.items[i];
	}
	return NULL;
}

static struct slice check_tls_certificate(const struct config *config, struct arena *arena)
{
	const char *listener = find_tls(config, false);

	if (config->tls_certificate != NULL)
		return FINE;
	if (listener != NULL)
		return arena_printf(arena,
				    "is not set; name the PEM file with the certificate of \"%s\"",
				    listener);
	return config->tls_key == NULL ? FINE : SLICE("is not set, but tls_key is; set both");
}

static struct slice check_tls_key(const struct config *config, struct arena *arena)
{
	(void)arena;
	if (config->tls_certificate != NULL && config->tls_key == NULL)
		return SLICE("is not set; name the PEM file with the key of tls_certificate");
	return FINE;
}

static struct slice check_tls_client_ca(const struct config *config, struct arena *arena)
{
	(void)arena;
	if (config->tls_client_ca != NULL && find_tls(config, true) == NULL &&
	    config->client_certificate_header == NULL)
		return SLICE("is set and nobody asks for certificates; write https+mtls:// in "
			     "listen, set client_certificate_header, or leave it out");
	return FINE;
}

/* RFC9110#5.1: a header's name is a token */
static bool is_header_name(const char *name)
{
	for (size_t i = 0; name[i] != '\0'; i++) {
		char c = name[i];
		if (!ascii_is_alnum(c) && c != '-' && c != '_')
			return false;
	}
	return name[0] != '\0';
}

static struct slice check_certificate_header(const struct config *config, struct arena *arena)
{
	(void)arena;
	if (config->client_certificate_header == NULL)
		return FINE;
	if (!is_header_name(config->client_certificate_header))
		return SLICE("is not the name of a header");
	return config->trusted_proxies.count > 0
		       ? FINE
		       : SLICE("is set and trusted_proxies is not: nobody would be believed");
}

static struct slice check_mtls_base_url(const struct config *config, struct arena *arena)
{
	struct slice text = slice_str(config->mtls_base_url);

	if (config->mtls_base_url == NULL)
		return FINE;
	struct slice wrong = check_base(text, arena);

	if (!slice_is_empty(wrong))
		return wrong;
	if (!slice_has_prefix(text, SLICE("https://")))
		return SLICE("is plain http, where no client has a certificate; use https");
	if (find_tls(config, true) == NULL && config->trusted_proxies.count == 0)
		return SLICE(
			"leads to no listener that asks for certificates; write https+mtls:// in "
			"listen, or set trusted_proxies to the proxy that asks");
	return FINE;
}

/* "ISSUER=JWKS_URI". Keys that came by plain http would be anybody's. */
static bool issuer_is_fine(struct slice text, bool may_http)
{
	struct slice issuer;
	struct url first;
	struct url second;

	if (!slice_split(&text, '=', &issuer) || url_parse(issuer, &first) != ERR_OK ||
	    url_parse(text, &second) != ERR_OK)
		return false;
	return !first.has_query && !first.has_fragment && !second.has_fragment &&
	       (second.https || may_http);
}

static struct slice check_assertion_issuers(const struct config *config, struct arena *arena)
{
	for (size_t i = 0; i < config->assertion_issuers.count; i++) {
		const char *text = config->assertion_issuers.items[i];

		if (!issuer_is_fine(slice_str(text), config->fetch_http))
			return arena_printf(
				arena,
				"\"%s\" is not an issuer and the https address of its keys; write https://idp.example.com=https://idp.example.com/jwks.json",
				text);
	}
	return FINE;
}

static bool is_assertion_issuer(const struct config *config, struct slice issuer)
{
	for (size_t i = 0; i < config->assertion_issuers.count; i++) {
		struct slice text = slice_str(config->assertion_issuers.items[i]);
		struct slice first;

		if (slice_split(&text, '=', &first) && slice_equal(first, issuer))
			return true;
	}
	return false;
}

/* Who makes his own account chooses its name, and would be taken for whom the issuer calls so. D77
 */
static struct slice check_assertion_names(const struct config *config, struct arena *arena)
{
	const struct text_list *list = &config->assertion_name_issuers;

	for (size_t i = 0; i < list->count; i++)
		if (!is_assertion_issuer(config, slice_str(list->items[i])))
			return arena_printf(arena, "\"%s\" is none of assertion_issuers",
					    list->items[i]);
	if (list->count > 0 && config->sign_up != SIGN_UP_CHOICE_OFF)
		return SLICE(
			"needs sign_up = off: whoever makes an account may take the name of somebody that an issuer knows");
	return FINE;
}

static const struct rule rules[] = {
	{ { "database" }, check_database },
	{ { "master_key_file", "database" }, check_master_key_file },
	{ { "base_url" }, check_base_url },
	{ { "base_url", "insecure_http", "trusted_proxies" }, check_base_url_is_safe },
	{ { "listen" }, check_listen },
	{ { "listen", "insecure_http", "trusted_proxies" }, check_listen_is_safe },
	{ { "listen", "trusted_proxies" }, check_listen_proxy },
	{ { "proxy_protocol", "trusted_proxies" }, check_proxy_protocol },
	{ { "tls_certificate", "tls_key", "listen" }, check_tls_certificate },
	{ { "tls_key", "tls_certificate" }, check_tls_key },
	{ { "tls_client_ca", "listen" }, check_tls_client_ca },
	{ { "client_certificate_header", "trusted_proxies" }, check_certificate_header },
	{ { "mtls_base_url", "listen", "trusted_proxies" }, check_mtls_base_url },
	{ { "verification_uri", "base_url" }, check_verification_uri },
	{ { "assertion_issuers", "fetch_http" }, check_assertion_issuers },
	{ { "assertion_name_issuers", "assertion_issuers", "sign_up" }, check_assertion_names },
	{ { "session_idle", "session_absolute" }, check_session },
	{ { "replay_public", "replay_window" }, check_replay },
	{ { "user_code_alphabet" }, check_alphabet },
	{ { "user_code_length", "user_code_alphabet" }, check_code_entropy },
};

static bool is_ready(const struct loaded *loaded, const struct rule *rule)
{
	for (size_t i = 0; i < RULE_OPTIONS && rule->options[i] != NULL; i++) {
		const struct option *option = option_find(slice_str(rule->options[i]));

		ensure(option != NULL);
		if (loaded_origin(loaded, option)->bad)
			return false;
	}
	return true;
}

void loaded_check(struct loaded *loaded)
{
	for (size_t i = 0; i < ARRAY_LEN(rules); i++) {
		if (!is_ready(loaded, &rules[i]))
			continue;
		struct slice wrong = rules[i].check(&loaded->config, loaded->arena);

		if (slice_is_empty(wrong))
			continue;
		const struct option *option = option_find(slice_str(rules[i].options[0]));
		struct origin *origin = loaded_origin(loaded, option);

		/* Later rules about the same option would say the same. */
		origin->bad = true;
		loaded_fault(loaded, loaded_place(loaded, option, origin), "%.*s",
			     SLICE_ARG(wrong));
	}
}

/* --- defaults that follow from others
 * ----------------------------------------------------------------------------------- */

bool config_database_is_file(const struct config *config)
{
	struct slice database = slice_str(config->database);

	return !slice_has_prefix(database, SLICE("postgresql://")) &&
	       !slice_has_prefix(database, SLICE("postgres://"));
}

bool config_is_https(const struct config *config)
{
	return slice_has_prefix(slice_str(config->base_url), SLICE("https://"));
}

void loaded_derive(struct loaded *loaded)
{
	struct config *config = &loaded->config;
	struct arena *arena = loaded->arena;

	if (config->master_key_file == NULL && config_database_is_file(config))
		config->master_key_file = arena_cstr(
			arena, arena_printf(arena, "%s.key", config->database));
	if (config->verification_uri == NULL)
		config->verification_uri = arena_cstr(
			arena, arena_printf(arena, "%s/o/device", config->base_url));
}
