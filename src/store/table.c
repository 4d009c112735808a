/* SPDX-License-Identifier: Apache-2.0
 *
 * One list of columns per table. */
#include "store/table.h"

#include "base/attr.h"

#define TEXT(column) \
	{ \
		.name = (column), .type = VALUE_TEXT \
	}
#define INT(column) \
	{ \
		.name = (column), .type = VALUE_INT \
	}
#define BOOL(column) \
	{ \
		.name = (column), .type = VALUE_BOOL \
	}
#define BLOB(column) \
	{ \
		.name = (column), .type = VALUE_BLOB \
	}
#define BLOB_OR_NULL(column) \
	{ \
		.name = (column), .type = VALUE_BLOB, .nullable = true \
	}
#define ID(column) \
	{ \
		.name = (column), .type = VALUE_ID \
	}
#define ID_OR_NULL(column) \
	{ \
		.name = (column), .type = VALUE_ID, .nullable = true \
	}
#define INT_LOCAL(column) \
	{ \
		.name = (column), .type = VALUE_INT, .local = true \
	}

static const struct column meta_columns[] = {
	TEXT("name"),
	BLOB("value"),
};
static const struct column user_columns[] = {
	ID("id"),        TEXT("name"),   TEXT("folded_name"), BOOL("admin"),
	BOOL("enabled"), INT("created"), INT("last_sign_in"),
};
static const struct column credential_columns[] = {
	ID("user"),
	TEXT("kind"),
	INT("number"),
	TEXT("value"),
};
static const struct column claim_columns[] = {
	ID("user"),
	TEXT("name"),
	TEXT("value"),
	INT("changed"),
};
static const struct column session_columns[] = {
	BLOB("hash"),
	INT("created"),
	INT("seen"),
};
static const struct column session_user_columns[] = {
	BLOB("session"), ID("user"), INT("auth_time"), TEXT("amr"),
	TEXT("acr"),     ID("sid"),  INT("chosen"),
};
static const struct column client_columns[] = {
	ID("id"),
	TEXT("client_id"),
	TEXT("name"),
	INT("type"),
	INT("grants"),
	TEXT("redirect_uris"),
	TEXT("post_logout_redirect_uris"),
	TEXT("allowed_origins"),
	TEXT("allowed_scopes"),
	TEXT("default_scopes"),
	INT("algorithm"),
	ID_OR_NULL("owner"),
	BOOL("enabled"),
	BOOL("reviewed"),
	INT("created"),
	INT("updated"),
	TEXT("settings"),
};
static const struct column client_secret_columns[] = {
	ID("id"),       ID("client"),   INT("key_id"),    BLOB("mac"),
	INT("created"), INT("expires"), INT("last_used"), BLOB_OR_NULL("sealed"),
};
static const struct column scope_columns[] = {
	INT("position"),
	TEXT("name"),
	TEXT("description"),
	BOOL("is_default"),
};
static const struct column resource_columns[] = {
	TEXT("uri"),   TEXT("name"),    TEXT("scopes"), ID_OR_NULL("client"),
	INT("format"), INT("lifetime"), INT("created"),
};
static const struct column signing_key_columns[] = {
	TEXT("kid"), TEXT("alg"), BLOB("sealed"), INT("created"), INT("signs_from"), INT("expires"),
};
static const struct column seen_columns[] = {
	BLOB("hash"),
	INT("expires"),
};
static const struct column ticket_columns[] = {
	BLOB("hash"), INT("kind"), TEXT("note"), INT("created"), INT("expires"), INT("uses"),
};
static const struct column kept_request_columns[] = {
	BLOB("hash"),   INT("kind"),    ID_OR_NULL("client"), TEXT("parameters"),
	INT("created"), INT("expires"), INT("used"),
};
static const struct column job_columns[] = {
	ID("id"),       INT("kind"), ID("client"),    ID("user"),     TEXT("payload"),
	INT("created"), INT("due"),  INT("attempts"), INT("claimed"),
};
static const struct column device_grant_columns[] = {
	ID("authorization"), BLOB("code_hash"),
	BLOB("user_code"),   ID("client"),
	TEXT("scope"),       TEXT("address"),
	TEXT("user_agent"),  INT("created"),
	INT("expires"),      INT("status"),
	ID_OR_NULL("user"),  INT("decided"),
	INT("redeemed"),     BLOB_OR_NULL("sealed_answer"),
	INT("replay_until"), TEXT("resource"),
};
static const struct column user_code_columns[] = {
	BLOB("hash"),
	INT("key_id"),
	ID("authorization"),
	INT("expires"),
};
static const struct column device_handle_columns[] = {
	BLOB("hash"),        BLOB("session"), ID("authorization"),
	BLOB("sealed_code"), INT("created"),  INT("expires"),
};
static const struct column authorization_columns[] = {
	ID("id"),       ID_OR_NULL("user"),   ID("client"),     INT("grant_type"), TEXT("scope"),
	TEXT("origin"), INT("auth_time"),     TEXT("amr"),      TEXT("acr"),       ID("sid"),
	INT("created"), INT("revoked"),       INT("last_used"), INT("ends"),       TEXT("resource"),
	TEXT("claims"), ID_OR_NULL("parent"),
};
static const struct column access_token_columns[] = {
	ID("authorization"), BLOB("hash"),     TEXT("scope"),   INT("created"),
	INT("expires"),      TEXT("resource"), TEXT("binding"),
};
static const struct column refresh_token_columns[] = {
	ID("authorization"),
	BLOB("hash"),
	TEXT("scope"),
	INT("created"),
	INT("expires"),
	INT("used"),
	BLOB_OR_NULL("sealed_answer"),
	INT("replay_until"),
	TEXT("binding"),
};
static const struct column code_columns[] = {
	ID("authorization"),    BLOB("hash"),    TEXT("redirect_uri"),
	TEXT("code_challenge"), TEXT("nonce"),   TEXT("binding"),
	INT("expires"),         INT("redeemed"), BLOB_OR_NULL("sealed_answer"),
	INT("replay_until"),
};
static const struct column consent_columns[] = {
	ID("user"), ID("client"), TEXT("scope"), TEXT("resource"), INT("created"),
};
static const struct column failure_columns[] = {
	BLOB("key"),
	INT("count"),
	INT("opens"),
};
static const struct column event_columns[] = {
	INT_LOCAL("number"),
	ID("id"),
	TEXT("kind"),
	INT("at"),
	ID_OR_NULL("user"),
	ID_OR_NULL("client"),
	ID_OR_NULL("authorization"),
	TEXT("address"),
	TEXT("request_id"),
	TEXT("detail"),
};

#define TABLE(title, order, by) \
	{ \
#title, title##_columns, ARRAY_LEN(title##_columns), (order), (by) \
	}

/* Name, order of copying, key. */
const struct table table_list[] = {
	TABLE(meta, "name", "name"),
	TABLE(user, "id", "id"),
	TABLE(credential, "\"user\", kind, number", "\"user\", kind, number"),
	TABLE(claim, "\"user\", name", "\"user\", name"),
	TABLE(session, "hash", "hash"),
	TABLE(session_user, "session, \"user\"", "session, \"user\""),
	TABLE(client, "id", "id"),
	TABLE(client_secret, "id", "id"),
	TABLE(scope, "position, name", "position, name"),
	TABLE(resource, "uri", "uri"),
	TABLE(signing_key, "kid", "kid"),
	TABLE(seen, "hash", "hash"),
	TABLE(ticket, "hash", "hash"),
	TABLE(kept_request, "hash", "hash"),
	TABLE(job, "id", "id"),
	TABLE(device_grant, "\"authorization\"", "\"authorization\""),
	TABLE(user_code, "hash", "hash"),
	TABLE(device_handle, "hash", "hash"),
	TABLE(authorization, "id", "id"),
	TABLE(access_token, "\"authorization\", hash", "\"authorization\", hash"),
	TABLE(refresh_token, "\"authorization\", hash", "\"authorization\", hash"),
	TABLE(code, "\"authorization\"", "\"authorization\""),
	TABLE(consent, "\"user\", client", "\"user\", client"),
	TABLE(failure, "key", "key"),
	TABLE(event, "at, number, id", "id"),
};
const size_t table_count = ARRAY_LEN(table_list);
