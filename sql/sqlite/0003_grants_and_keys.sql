-- SPDX-License-Identifier: Apache-2.0
--
-- What the grants beside that of devices need: codes, consents, resources, keys that sign, and what is used once. It only
-- adds, so that a program of the second schema goes on working. Each index pays for itself in the statement named beside it.

-- People ------------------------------------------------------------------------------------------------------------------

-- What is known about a person. One that was taken away stays with an empty value: that it went is a change, too.
CREATE TABLE claim (
	user BLOB NOT NULL REFERENCES user ON DELETE CASCADE,
	name TEXT NOT NULL,
	value TEXT NOT NULL,
	changed INTEGER NOT NULL,
	PRIMARY KEY (user, name)
) STRICT, WITHOUT ROWID;

-- Who acts in a session that several people are signed in to: the one with the greatest.
ALTER TABLE session_user ADD COLUMN chosen INTEGER NOT NULL DEFAULT 0;

-- Applications ------------------------------------------------------------------------------------------------------------

ALTER TABLE client ADD COLUMN settings TEXT NOT NULL DEFAULT '';
CREATE INDEX client_of_document ON client (updated) -- the sweep
	WHERE instr(char(10) || settings || char(10), char(10) || 'source=metadata_document' || char(10)) > 0;
ALTER TABLE client_secret ADD COLUMN sealed BLOB;

-- `client` is the one that may introspect tokens for it.
CREATE TABLE resource (
	uri TEXT PRIMARY KEY,
	name TEXT NOT NULL,
	scopes TEXT NOT NULL,
	client BLOB REFERENCES client ON DELETE SET NULL,
	format INTEGER NOT NULL,
	lifetime INTEGER NOT NULL,
	created INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Keys, and what is used once ---------------------------------------------------------------------------------------------

CREATE TABLE signing_key (
	kid TEXT PRIMARY KEY,
	alg TEXT NOT NULL,
	sealed BLOB NOT NULL,
	created INTEGER NOT NULL,
	signs_from INTEGER NOT NULL,
	expires INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE seen (
	hash BLOB PRIMARY KEY,
	expires INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX seen_by_expires ON seen (expires); -- the sweep

CREATE TABLE ticket (
	hash BLOB PRIMARY KEY,
	kind INTEGER NOT NULL,
	note TEXT NOT NULL,
	created INTEGER NOT NULL,
	expires INTEGER NOT NULL,
	uses INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX ticket_by_expires ON ticket (expires); -- the sweep

-- The client is checked by the statement that inserts, as with device grants.
CREATE TABLE kept_request (
	hash BLOB PRIMARY KEY,
	kind INTEGER NOT NULL,
	client BLOB,
	parameters TEXT NOT NULL,
	created INTEGER NOT NULL,
	expires INTEGER NOT NULL,
	used INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;
CREATE INDEX kept_request_by_expires ON kept_request (expires); -- the sweep

-- `claimed` is until when a node has it.
CREATE TABLE job (
	id BLOB PRIMARY KEY,
	kind INTEGER NOT NULL,
	client BLOB NOT NULL,
	user BLOB NOT NULL,
	payload TEXT NOT NULL,
	created INTEGER NOT NULL,
	due INTEGER NOT NULL,
	attempts INTEGER NOT NULL,
	claimed INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;
CREATE INDEX job_by_due ON job (due); -- the claim

-- What was given ----------------------------------------------------------------------------------------------------------

ALTER TABLE device_grant ADD COLUMN resource TEXT NOT NULL DEFAULT '';

-- `parent` is the authorization whose token was exchanged for this one; it may be swept before.
ALTER TABLE authorization ADD COLUMN resource TEXT NOT NULL DEFAULT '';
ALTER TABLE authorization ADD COLUMN claims TEXT NOT NULL DEFAULT '';
ALTER TABLE authorization ADD COLUMN parent BLOB;

ALTER TABLE access_token ADD COLUMN resource TEXT NOT NULL DEFAULT '';
ALTER TABLE access_token ADD COLUMN binding TEXT NOT NULL DEFAULT '';
ALTER TABLE refresh_token ADD COLUMN binding TEXT NOT NULL DEFAULT '';

CREATE TABLE code (
	authorization BLOB PRIMARY KEY REFERENCES authorization ON DELETE CASCADE,
	hash BLOB NOT NULL,
	redirect_uri TEXT NOT NULL,
	code_challenge TEXT NOT NULL,
	nonce TEXT NOT NULL,
	binding TEXT NOT NULL,
	expires INTEGER NOT NULL,
	redeemed INTEGER NOT NULL DEFAULT 0,
	sealed_answer BLOB,
	replay_until INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;
CREATE INDEX code_by_expires ON code (expires); -- the sweep

CREATE TABLE consent (
	user BLOB NOT NULL REFERENCES user ON DELETE CASCADE,
	client BLOB NOT NULL REFERENCES client ON DELETE CASCADE,
	scope TEXT NOT NULL,
	resource TEXT NOT NULL,
	created INTEGER NOT NULL,
	PRIMARY KEY (user, client)
) STRICT, WITHOUT ROWID;
CREATE INDEX consent_by_client ON consent (client); -- the cascade
