/* SPDX-License-Identifier: Apache-2.0
 *
 * tls_client_auth: a certificate of an authority that we trust, with the one name that the client
 * registered. RFC8705#2.1 */
#include "flow/client_ca.h"
#include "flow/client_method.h"

static bool has_dns(const struct certificate *certificate, struct slice name)
{
	return certificate_has_name(certificate, CERTIFICATE_DNS, name);
}

static bool has_uri(const struct certificate *certificate, struct slice name)
{
	return certificate_has_name(certificate, CERTIFICATE_URI, name);
}

static bool has_ip(const struct certificate *certificate, struct slice name)
{
	return certificate_has_name(certificate, CERTIFICATE_IP, name);
}

static bool has_email(const struct certificate *certificate, struct slice name)
{
	return certificate_has_name(certificate, CERTIFICATE_EMAIL, name);
}

/* RFC8705#2.1.2 */
static const struct name_row {
	enum client_setting setting;
	bool (*has)(const struct certificate *certificate, struct slice name);
} names[] = {
	{ SETTING_TLS_SUBJECT_DN, certificate_has_subject },
	{ SETTING_TLS_SAN_DNS, has_dns },
	{ SETTING_TLS_SAN_URI, has_uri },
	{ SETTING_TLS_SAN_IP, has_ip },
	{ SETTING_TLS_SAN_EMAIL, has_email },
};

/* RFC8705#2.1: the registered name is in the certificate. All that are registered (the settings
 * allow one), and at least one. */
static bool is_named(const struct client *client, const struct certificate *certificate)
{
	bool named = false;
	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		struct slice name = client_setting_get(client->settings, names[i].setting);
		if (slice_is_empty(name))
			continue;
		if (!names[i].has(certificate, name))
			return false;
		named = true;
	}
	return named;
}

static enum err judge(const struct flow *flow, const struct call *call,
		      const struct attempt *attempt, struct judgement *judgement)
{
	judgement->why = "no client certificate";
	if (!attempt->certificate)
		return ERR_INVALID;
	/* RFC8705#2.1: the chain is validated */
	judgement->why = "client certificate of no authority of ours";
	if (!client_ca_vouches(flow->client_ca, attempt->certificate, call->now))
		return ERR_INVALID;
	judgement->why = "client certificate with another name";
	if (!is_named(attempt->entry.client, attempt->certificate))
		return ERR_INVALID;
	judgement->out->proved = true;
	return ERR_OK;
}

const struct client_method_row client_method_tls = { .waits = true, .judge = judge };
