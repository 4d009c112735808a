-- SPDX-License-Identifier: Apache-2.0
--
-- What a database that many programs share has, in the same words: leases, and what a schema asks of a program. Tokens are
-- found by their authorization and their hash, which their text carries both: one tree less for each.

ALTER TABLE migration ADD COLUMN needs INTEGER NOT NULL DEFAULT 1;

-- Work that one runner at a time may do; `fence` grows with each new holder.
CREATE TABLE lease (
	name TEXT PRIMARY KEY,
	holder BLOB NOT NULL,
	fence INTEGER NOT NULL,
	until INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE access_token_new (
	authorization BLOB NOT NULL REFERENCES authorization ON DELETE CASCADE,
	hash BLOB NOT NULL,
	scope TEXT NOT NULL,
	created INTEGER NOT NULL,
	expires INTEGER NOT NULL,
	PRIMARY KEY (authorization, hash)
) STRICT, WITHOUT ROWID;
INSERT INTO access_token_new (authorization, hash, scope, created, expires)
	SELECT authorization, hash, scope, created, expires FROM access_token;
DROP TABLE access_token;
ALTER TABLE access_token_new RENAME TO access_token;
CREATE INDEX access_token_by_expires ON access_token (expires); -- the sweep

CREATE TABLE refresh_token_new (
	authorization BLOB NOT NULL REFERENCES authorization ON DELETE CASCADE,
	hash BLOB NOT NULL,
	scope TEXT NOT NULL,
	created INTEGER NOT NULL,
	expires INTEGER NOT NULL,
	used INTEGER NOT NULL DEFAULT 0,
	sealed_answer BLOB,
	replay_until INTEGER NOT NULL DEFAULT 0,
	PRIMARY KEY (authorization, hash)
) STRICT, WITHOUT ROWID;
INSERT INTO refresh_token_new (authorization, hash, scope, created, expires, used, sealed_answer, replay_until)
	SELECT authorization, hash, scope, created, expires, used, sealed_answer, replay_until FROM refresh_token;
DROP TABLE refresh_token;
ALTER TABLE refresh_token_new RENAME TO refresh_token;
CREATE INDEX refresh_token_by_expires ON refresh_token (expires); -- the sweep

-- An event keeps its id wherever it is copied to; `number` is this file's own, and orders the events of one second.
CREATE TABLE event_new (
	number INTEGER PRIMARY KEY,
	id BLOB NOT NULL DEFAULT (randomblob(16)),
	kind TEXT NOT NULL,
	at INTEGER NOT NULL,
	user BLOB,
	client BLOB,
	authorization BLOB,
	address TEXT NOT NULL,
	request_id TEXT NOT NULL,
	detail TEXT NOT NULL
) STRICT;
INSERT INTO event_new (number, kind, at, user, client, authorization, address, request_id, detail)
	SELECT number, kind, at, user, client, authorization, address, request_id, detail FROM event;
DROP TABLE event;
ALTER TABLE event_new RENAME TO event;
CREATE INDEX event_by_at ON event (at); -- the list, newest first, and the sweep
