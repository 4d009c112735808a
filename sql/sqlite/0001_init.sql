-- SPDX-License-Identifier: Apache-2.0
--
-- The first schema. Ids are 16 random bytes, hashes 32 bytes, times whole seconds since 1970; 0 stands for "never" and "not
-- yet", NULL for "nobody". Rows found by a random key live in the tree of that key (WITHOUT ROWID), so that an insert
-- touches one page of it. Every further index pays for itself in one statement that is named beside it.

CREATE TABLE migration (
	version INTEGER PRIMARY KEY,
	name TEXT NOT NULL,
	applied INTEGER NOT NULL
) STRICT;

-- Small named values: check values of master keys.
CREATE TABLE meta (
	name TEXT PRIMARY KEY,
	value BLOB NOT NULL
) STRICT, WITHOUT ROWID;

-- People ------------------------------------------------------------------------------------------------------------------

CREATE TABLE user (
	id BLOB PRIMARY KEY,
	name TEXT NOT NULL,
	folded_name TEXT NOT NULL UNIQUE,
	admin INTEGER NOT NULL,
	enabled INTEGER NOT NULL,
	created INTEGER NOT NULL,
	last_sign_in INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- What a person proves to be that person. One password; `number` tells several of another kind apart.
CREATE TABLE credential (
	user BLOB NOT NULL REFERENCES user ON DELETE CASCADE,
	kind TEXT NOT NULL,
	number INTEGER NOT NULL,
	value TEXT NOT NULL,
	PRIMARY KEY (user, kind, number)
) STRICT, WITHOUT ROWID;

CREATE TABLE session (
	hash BLOB PRIMARY KEY,
	created INTEGER NOT NULL,
	seen INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX session_by_seen ON session (seen); -- the sweep

CREATE TABLE session_user (
	session BLOB NOT NULL REFERENCES session ON DELETE CASCADE,
	user BLOB NOT NULL REFERENCES user ON DELETE CASCADE,
	auth_time INTEGER NOT NULL,
	amr TEXT NOT NULL,
	acr TEXT NOT NULL,
	sid BLOB NOT NULL,
	PRIMARY KEY (session, user)
) STRICT, WITHOUT ROWID;
CREATE INDEX session_user_by_user ON session_user (user); -- ending the sessions of a person

-- Applications ------------------------------------------------------------------------------------------------------------

CREATE TABLE client (
	id BLOB PRIMARY KEY,
	client_id TEXT NOT NULL UNIQUE,
	name TEXT NOT NULL,
	type INTEGER NOT NULL,
	grants INTEGER NOT NULL,
	redirect_uris TEXT NOT NULL,
	post_logout_redirect_uris TEXT NOT NULL,
	allowed_origins TEXT NOT NULL,
	allowed_scopes TEXT NOT NULL,
	default_scopes TEXT NOT NULL,
	algorithm INTEGER NOT NULL,
	owner BLOB REFERENCES user ON DELETE SET NULL,
	enabled INTEGER NOT NULL,
	reviewed INTEGER NOT NULL,
	created INTEGER NOT NULL,
	updated INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX client_by_owner ON client (owner, created); -- the list of one person
CREATE INDEX client_by_created ON client (created);      -- the list of all

CREATE TABLE client_secret (
	id BLOB PRIMARY KEY,
	client BLOB NOT NULL REFERENCES client ON DELETE CASCADE,
	key_id INTEGER NOT NULL,
	mac BLOB NOT NULL,
	created INTEGER NOT NULL,
	expires INTEGER NOT NULL,
	last_used INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX client_secret_by_client ON client_secret (client);

CREATE TABLE scope (
	position INTEGER PRIMARY KEY,
	name TEXT NOT NULL UNIQUE,
	description TEXT NOT NULL,
	is_default INTEGER NOT NULL
) STRICT;

-- The device grant --------------------------------------------------------------------------------------------------------

-- One row per device code. The client is checked by the statement that inserts: a foreign key would need one more tree, and
-- so would one from user_code. `user_code` is the key of the row in that table, unless another grant has taken it over.
CREATE TABLE device_grant (
	authorization BLOB PRIMARY KEY,
	code_hash BLOB NOT NULL,
	user_code BLOB NOT NULL,
	client BLOB NOT NULL,
	scope TEXT NOT NULL,
	address TEXT NOT NULL,
	user_agent TEXT NOT NULL,
	created INTEGER NOT NULL,
	expires INTEGER NOT NULL,
	status INTEGER NOT NULL DEFAULT 0,
	user BLOB,
	decided INTEGER NOT NULL DEFAULT 0,
	redeemed INTEGER NOT NULL DEFAULT 0,
	sealed_answer BLOB,
	replay_until INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;
CREATE INDEX device_grant_by_expires ON device_grant (expires);                   -- the sweep
CREATE INDEX device_grant_by_decided ON device_grant (decided) WHERE decided > 0; -- the re-read of poll tables

CREATE TABLE user_code (
	hash BLOB PRIMARY KEY,
	key_id INTEGER NOT NULL,
	authorization BLOB NOT NULL,
	expires INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE device_handle (
	hash BLOB PRIMARY KEY,
	session BLOB NOT NULL,
	authorization BLOB NOT NULL,
	sealed_code BLOB NOT NULL,
	created INTEGER NOT NULL,
	expires INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX device_handle_by_expires ON device_handle (expires); -- the sweep

-- What was given ----------------------------------------------------------------------------------------------------------

-- `ends` is when the last that was issued under it expires, or when it was revoked.
CREATE TABLE authorization (
	id BLOB PRIMARY KEY,
	user BLOB REFERENCES user ON DELETE CASCADE,
	client BLOB NOT NULL REFERENCES client ON DELETE CASCADE,
	grant_type INTEGER NOT NULL,
	scope TEXT NOT NULL,
	origin TEXT NOT NULL,
	auth_time INTEGER NOT NULL,
	amr TEXT NOT NULL,
	acr TEXT NOT NULL,
	sid BLOB NOT NULL,
	created INTEGER NOT NULL,
	revoked INTEGER NOT NULL DEFAULT 0,
	last_used INTEGER NOT NULL DEFAULT 0,
	ends INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX authorization_by_user ON authorization (user, created);     -- the list of one person
CREATE INDEX authorization_by_client ON authorization (client, created); -- the list of one application
CREATE INDEX authorization_by_ends ON authorization (ends);              -- the sweep

CREATE TABLE access_token (
	hash BLOB PRIMARY KEY,
	authorization BLOB NOT NULL REFERENCES authorization ON DELETE CASCADE,
	scope TEXT NOT NULL,
	created INTEGER NOT NULL,
	expires INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX access_token_by_authorization ON access_token (authorization); -- the cascade
CREATE INDEX access_token_by_expires ON access_token (expires);             -- the sweep

CREATE TABLE refresh_token (
	hash BLOB PRIMARY KEY,
	authorization BLOB NOT NULL REFERENCES authorization ON DELETE CASCADE,
	scope TEXT NOT NULL,
	created INTEGER NOT NULL,
	expires INTEGER NOT NULL,
	used INTEGER NOT NULL DEFAULT 0,
	sealed_answer BLOB,
	replay_until INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;
CREATE INDEX refresh_token_by_authorization ON refresh_token (authorization); -- the cascade
CREATE INDEX refresh_token_by_expires ON refresh_token (expires);             -- the sweep

-- Failures and events -----------------------------------------------------------------------------------------------------

-- `opens` is when the window that began with the first failure is over.
CREATE TABLE failure (
	key BLOB PRIMARY KEY,
	count INTEGER NOT NULL,
	opens INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX failure_by_opens ON failure (opens); -- the sweep

CREATE TABLE event (
	number INTEGER PRIMARY KEY,
	kind TEXT NOT NULL,
	at INTEGER NOT NULL,
	user BLOB,
	client BLOB,
	authorization BLOB,
	address TEXT NOT NULL,
	request_id TEXT NOT NULL,
	detail TEXT NOT NULL
) STRICT;
CREATE INDEX event_by_at ON event (at); -- the list, newest first, and the sweep

INSERT INTO scope (name, description, is_default) VALUES
	('openid', 'Know who you are', 1),
	('profile', 'See your name and profile', 0),
	('email', 'See your email address', 0),
	('address', 'See your postal address', 0),
	('phone', 'See your phone number', 0),
	('offline_access', 'Stay connected while you are away', 0);
