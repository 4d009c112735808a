/* SPDX-License-Identifier: Apache-2.0
 *
 * A table of fields for each kind of row, in the order in which both engines select its columns. */
#include "store/records.h"

static const struct field user_fields[] = {
	FIELD(ID, struct user, id),         FIELD(SLICE, struct user, name),
	FIELD(BOOL, struct user, admin),    FIELD(BOOL, struct user, enabled),
	FIELD(INT64, struct user, created), FIELD(INT64, struct user, last_sign_in),
};
const struct record user_record = RECORD(user_fields);

static const struct field session_fields[] = {
	FIELD(HASH, struct session, hash),
	FIELD(INT64, struct session, created),
	FIELD(INT64, struct session, seen),
	FIELD(INT64, struct session, auth_time),
	FIELD(SLICE, struct session, amr),
	FIELD(SLICE, struct session, acr),
	FIELD(ID, struct session, sid),
	FIELD(ID, struct session, user.id),
	FIELD(SLICE, struct session, user.name),
	FIELD(BOOL, struct session, user.admin),
	FIELD(BOOL, struct session, user.enabled),
	FIELD(INT64, struct session, user.created),
	FIELD(INT64, struct session, user.last_sign_in),
};
const struct record session_record = RECORD(session_fields);

static const struct field client_fields[] = {
	FIELD(ID, struct client, id),
	FIELD(SLICE, struct client, client_id),
	FIELD(SLICE, struct client, name),
	FIELD_OF_ENUM(struct client, type, CLIENT_TYPE_COUNT),
	FIELD(UINT32, struct client, grants),
	FIELD(SLICE, struct client, redirect_uris),
	FIELD(SLICE, struct client, post_logout_redirect_uris),
	FIELD(SLICE, struct client, allowed_origins),
	FIELD(SLICE, struct client, allowed_scopes),
	FIELD(SLICE, struct client, default_scopes),
	FIELD_OF_ENUM(struct client, algorithm, CLIENT_ALG_COUNT),
	FIELD(ID, struct client, owner),
	FIELD(BOOL, struct client, enabled),
	FIELD(BOOL, struct client, reviewed),
	FIELD(INT64, struct client, created),
	FIELD(INT64, struct client, updated),
	FIELD(SLICE, struct client, settings),
};
const struct record client_record = RECORD(client_fields);

static const struct field secret_fields[] = {
	FIELD(ID, struct client_secret, id),         FIELD(UINT32, struct client_secret, key_id),
	FIELD(HASH, struct client_secret, mac),      FIELD(INT64, struct client_secret, created),
	FIELD(INT64, struct client_secret, expires), FIELD(INT64, struct client_secret, last_used),
	FIELD(SLICE, struct client_secret, sealed),
};
const struct record client_secret_record = RECORD(secret_fields);

static const struct field sealed_fields[] = {
	FIELD(ID, struct sealed_secret, id),
	FIELD(ID, struct sealed_secret, client),
	FIELD(SLICE, struct sealed_secret, sealed),
};
const struct record sealed_secret_record = RECORD(sealed_fields);

static const struct field claim_fields[] = {
	FIELD(SLICE, struct claim, name),
	FIELD(SLICE, struct claim, value),
};
const struct record claim_record = RECORD(claim_fields);

static const struct field resource_fields[] = {
	FIELD(SLICE, struct resource, uri),
	FIELD(SLICE, struct resource, name),
	FIELD(SLICE, struct resource, scopes),
	FIELD(ID, struct resource, client),
	FIELD_OF_ENUM(struct resource, format, TOKEN_FORMAT_COUNT),
	FIELD(INT64, struct resource, lifetime),
	FIELD(INT64, struct resource, created),
};
const struct record resource_record = RECORD(resource_fields);

static const struct field scope_fields[] = {
	FIELD(SLICE, struct scope, name),
	FIELD(SLICE, struct scope, description),
	FIELD(BOOL, struct scope, is_default),
};
const struct record scope_record = RECORD(scope_fields);

static const struct field meta_fields[] = {
	FIELD(SLICE, struct meta, name),
	FIELD(SLICE, struct meta, value),
};
const struct record meta_record = RECORD(meta_fields);

static const struct field ticket_fields[] = {
	FIELD(HASH, struct ticket, hash),     FIELD_OF_ENUM(struct ticket, kind, TICKET_KIND_COUNT),
	FIELD(SLICE, struct ticket, note),    FIELD(INT64, struct ticket, created),
	FIELD(INT64, struct ticket, expires), FIELD(UINT32, struct ticket, uses),
};
const struct record ticket_record = RECORD(ticket_fields);

static const struct field kept_fields[] = {
	FIELD(HASH, struct kept_request, hash),
	FIELD_OF_ENUM(struct kept_request, kind, KEPT_KIND_COUNT),
	FIELD(ID, struct kept_request, client),
	FIELD(SLICE, struct kept_request, parameters),
	FIELD(INT64, struct kept_request, created),
	FIELD(INT64, struct kept_request, expires),
	FIELD(INT64, struct kept_request, used),
};
const struct record kept_request_record = RECORD(kept_fields);

static const struct field job_fields[] = {
	FIELD(ID, struct job_row, id),         FIELD_OF_ENUM(struct job_row, kind, JOB_KIND_COUNT),
	FIELD(ID, struct job_row, client),     FIELD(ID, struct job_row, user),
	FIELD(SLICE, struct job_row, payload), FIELD(INT64, struct job_row, created),
	FIELD(INT64, struct job_row, due),     FIELD(UINT32, struct job_row, attempts),
};
const struct record job_record = RECORD(job_fields);

static const struct field code_fields[] = {
	FIELD(HASH, struct authorization_code, hash),
	FIELD(SLICE, struct authorization_code, redirect_uri),
	FIELD(SLICE, struct authorization_code, code_challenge),
	FIELD(SLICE, struct authorization_code, nonce),
	FIELD(SLICE, struct authorization_code, binding),
	FIELD(INT64, struct authorization_code, expires),
	FIELD(INT64, struct authorization_code, redeemed),
	FIELD(SLICE, struct authorization_code, sealed_answer),
	FIELD(INT64, struct authorization_code, replay_until),
};
const struct record authorization_code_record = RECORD(code_fields);

static const struct field consent_fields[] = {
	FIELD(ID, struct consent, user),
	FIELD(ID, struct consent, client),
	FIELD(SLICE, struct consent, scope),
	FIELD(SLICE, struct consent, resource),
	FIELD(INT64, struct consent, created),
	/* lists go on */
	FIELD(SLICE, struct consent, client_name),
};
const struct record consent_record = { consent_fields, ARRAY_LEN(consent_fields) - 1 };
const struct record consent_listed_record = RECORD(consent_fields);

static const struct field grant_fields[] = {
	FIELD(ID, struct device_grant, authorization),
	FIELD(HASH, struct device_grant, code_hash),
	FIELD(ID, struct device_grant, client),
	FIELD(SLICE, struct device_grant, scope),
	FIELD(SLICE, struct device_grant, address),
	FIELD(SLICE, struct device_grant, user_agent),
	FIELD(INT64, struct device_grant, created),
	FIELD(INT64, struct device_grant, expires),
	FIELD_OF_ENUM(struct device_grant, status, DEVICE_STATUS_COUNT),
	FIELD(ID, struct device_grant, user),
	FIELD(INT64, struct device_grant, decided),
	FIELD(INT64, struct device_grant, redeemed),
	FIELD(SLICE, struct device_grant, sealed_answer),
	FIELD(INT64, struct device_grant, replay_until),
	FIELD(SLICE, struct device_grant, resource),
};
const struct record device_grant_record = RECORD(grant_fields);

static const struct field handle_fields[] = {
	FIELD(HASH, struct device_handle, hash),
	FIELD(HASH, struct device_handle, session),
	FIELD(ID, struct device_handle, authorization),
	FIELD(SLICE, struct device_handle, sealed_code),
	FIELD(INT64, struct device_handle, created),
	FIELD(INT64, struct device_handle, expires),
};
const struct record device_handle_record = RECORD(handle_fields);

static const struct field token_fields[] = {
	FIELD(HASH, struct token_row, hash),      FIELD(SLICE, struct token_row, scope),
	FIELD(INT64, struct token_row, created),  FIELD(INT64, struct token_row, expires),
	FIELD(SLICE, struct token_row, resource), FIELD(SLICE, struct token_row, binding),
};
const struct record token_record = RECORD(token_fields);

static const struct field refresh_fields[] = {
	FIELD(HASH, struct refresh_token, hash),
	FIELD(SLICE, struct refresh_token, scope),
	FIELD(INT64, struct refresh_token, created),
	FIELD(INT64, struct refresh_token, expires),
	FIELD(INT64, struct refresh_token, used),
	FIELD(SLICE, struct refresh_token, sealed_answer),
	FIELD(INT64, struct refresh_token, replay_until),
	FIELD(SLICE, struct refresh_token, binding),
};
const struct record refresh_token_record = RECORD(refresh_fields);

static const struct field authorization_fields[] = {
	FIELD(ID, struct authorization, id),
	FIELD(ID, struct authorization, user),
	FIELD(ID, struct authorization, client),
	FIELD_OF_ENUM(struct authorization, grant, GRANT_COUNT),
	FIELD(SLICE, struct authorization, scope),
	FIELD(SLICE, struct authorization, origin),
	FIELD(INT64, struct authorization, auth_time),
	FIELD(SLICE, struct authorization, amr),
	FIELD(SLICE, struct authorization, acr),
	FIELD(ID, struct authorization, sid),
	FIELD(INT64, struct authorization, created),
	FIELD(INT64, struct authorization, revoked),
	FIELD(INT64, struct authorization, last_used),
	FIELD(SLICE, struct authorization, resource),
	FIELD(SLICE, struct authorization, claims),
	FIELD(ID, struct authorization, parent),
	/* lists go on */
	FIELD(SLICE, struct authorization, client_name),
	FIELD(SLICE, struct authorization, client_id),
	FIELD(SLICE, struct authorization, user_name),
};
enum { NAME_FIELDS = 3 };
const struct record authorization_record = { authorization_fields,
					     ARRAY_LEN(authorization_fields) - NAME_FIELDS };
const struct record authorization_listed_record = RECORD(authorization_fields);

/* --- events
 * ---------------------------------------------------------------------------------------------
 */

static const struct field stored_fields[] = {
	FIELD(SLICE, struct event_stored, kind),
	FIELD(INT64, struct event_stored, event.at),
	FIELD(ID, struct event_stored, event.user),
	FIELD(ID, struct event_stored, event.client),
	FIELD(ID, struct event_stored, event.authorization),
	FIELD(SLICE, struct event_stored, event.address),
	FIELD(SLICE, struct event_stored, event.request_id),
	FIELD(SLICE, struct event_stored, event.detail),
};
const struct record event_stored_record = RECORD(stored_fields);

static enum event_kind kind_from_name(struct slice name)
{
	for (unsigned kind = 0; kind < EVENT_KIND_COUNT; kind++) {
		if (slice_equal(name, slice_str(event_kind_name((enum event_kind)kind))))
			return (enum event_kind)kind;
	}
	return EVENT_KIND_COUNT;
}

void event_list_read(struct event_list *list, struct arena *arena, const struct rows_array *array)
{
	const struct event_stored *stored = array->items;
	*list = (struct event_list){ .items = arena_calloc(arena, array->count,
							   sizeof(*list->items)) };
	for (size_t i = 0; i < array->count; i++) {
		struct event *event = &list->items[list->count];
		*event = stored[i].event;
		event->kind = kind_from_name(stored[i].kind);
		list->count += event->kind != EVENT_KIND_COUNT;
	}
}
