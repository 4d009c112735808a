/* SPDX-License-Identifier: Apache-2.0
 *
 * A pairwise subject is a MAC over the sector and the person's id, of the length of a public one.
 * The sector is a host; a client that has neither an address of its own nor a
 * sector_identifier_uri, such as a device, is a sector by itself. OIDC#8.1 */
#include "flow/subject.h"

#include "base/encode.h"
#include "base/ensure.h"
#include "base/uri.h"
#include "crypto/mac.h"
#include "domain/client_setting.h"

struct slice subject_sector(const struct client *client)
{
	struct slice uri = client_setting_get(client->settings, SETTING_SECTOR_IDENTIFIER_URI);
	struct slice uris = client->redirect_uris;
	if (slice_is_empty(uri) && !slice_is_empty(uris))
		(void)slice_split(&uris, '\n', &uri);
	struct slice host = uri_host(uri);
	return slice_is_empty(host) ? client->client_id : host;
}

static bool is_pairwise(const struct client *client)
{
	return client_setting_equals(client->settings, SETTING_SUBJECT_TYPE, "pairwise");
}

/* OIDC#8.1, OIDC#12.2: a person has one name with a client, also in what comes of old tokens */
bool subject_moves(const struct client *before, const struct client *after)
{
	if (!is_pairwise(after))
		return false;
	return !is_pairwise(before) || !slice_equal(subject_sector(before), subject_sector(after));
}

static struct slice pairwise(const struct flow *flow, struct arena *arena,
			     const struct client *client, const struct id *user)
{
	struct hash mac;
	char *text = arena_alloc(arena, ID_TEXT_LEN);
	ensure(flow->pairwise);
	mac_compute(flow->pairwise, MAC_PARTS(subject_sector(client), id_slice(user)), &mac);
	encode_base62(mac.bytes, ID_BYTES, text);
	return slice_of(text, ID_TEXT_LEN);
}

struct slice subject_of(const struct flow *flow, struct arena *arena, const struct client *client,
			const struct id *user)
{
	char text[ID_TEXT_LEN + 1];
	/* RFC9700#4.15: no name that a client chooses can look like a person's */
	if (!user || id_is_zero(user))
		return arena_printf(arena, "client:%.*s", SLICE_ARG(client->client_id));
	/* OIDC#8 */
	if (is_pairwise(client))
		return pairwise(flow, arena, client, user);
	return arena_slice(arena, id_text(user, text));
}
