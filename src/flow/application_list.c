/* SPDX-License-Identifier: Apache-2.0
 *
 * Reads, and who may see their results. */
#include "flow/application_list.h"

#include "base/buf.h"
#include "flow/client_cache.h"
#include "flow/scope_cache.h"

enum err application_list(const struct flow *flow, const struct call *call, const struct user *user,
			  struct client_list *out)
{
	return store_client_list(flow->store, call->arena, user->admin ? NULL : &user->id,
				 APPLICATION_LIST_MAX, out);
}

enum find application_find(const struct flow *flow, const struct call *call,
			   const struct user *user, struct slice id, struct client **out)
{
	struct id client;
	if (id_parse(id, &client) != ERR_OK)
		return ABSENT;
	enum find find = store_client_find(flow->store, call->arena, &client, out);
	if (find != FOUND)
		return find;
	return user->admin || id_equal(&(*out)->owner, &user->id) ? FOUND : ABSENT;
}

enum find application_secrets(const struct flow *flow, const struct call *call,
			      const struct client *client, struct client_secret_list *out)
{
	return store_client_secrets(flow->store, call->arena, &client->id, out);
}

enum err application_remove_secret(const struct flow *flow, const struct call *call,
				   const struct client *client, struct slice secret)
{
	struct id id;
	const struct event event = call_event(call, EVENT_CLIENT_SECRET_REMOVED, NULL, &client->id,
					      NULL);
	if (id_parse(secret, &id) != ERR_OK)
		return ERR_ABSENT;
	enum err err = store_client_secret_remove(flow->store, &client->id, &id, &event);
	if (err == ERR_OK && flow->clients)
		client_cache_drop(flow->clients, client->client_id);
	return err;
}

struct slice application_owner(const struct flow *flow, const struct call *call,
			       const struct client *client)
{
	struct user *owner = NULL;
	if (id_is_zero(&client->owner) ||
	    store_user_find(flow->store, call->arena, &client->owner, &owner) != FOUND)
		return SLICE_EMPTY;
	return owner->name;
}

struct slice application_known_scopes(const struct flow *flow, const struct call *call)
{
	struct scope_list known;
	struct buf names;
	buf_init_arena(&names, call->arena, SCOPE_TEXT_MAX);
	if (scope_cache_list(flow, call, &known) != ERR_OK)
		return SLICE_EMPTY;
	for (size_t i = 0; i < known.count; i++)
		buf_add_part(&names, ' ', known.items[i].name);
	return buf_slice(&names);
}
