-- SPDX-License-Identifier: Apache-2.0
--
-- What an authorization server has beside the device grant: what is known about people, several people in one session,
-- resources, signing keys, codes, consents, and what may come once. Rows of programs that do not know the new columns are
-- whole without them. As in the first schema the word behind "shard:" is the distribution column.

-- People ------------------------------------------------------------------------------------------------------------------

-- A claim that was taken away stays with an empty value: when that was is told to applications. shard: user
CREATE TABLE claim (
	"user" uuid NOT NULL REFERENCES "user" ON DELETE CASCADE,
	name text COLLATE "C" NOT NULL,
	value text NOT NULL,
	changed bigint NOT NULL,
	PRIMARY KEY ("user", name)
);

-- Of the people in a session the one with the greatest number acts.
ALTER TABLE "session_user" ADD COLUMN chosen bigint NOT NULL DEFAULT 0;

-- Applications ------------------------------------------------------------------------------------------------------------

ALTER TABLE client ADD COLUMN settings text NOT NULL DEFAULT '';
CREATE INDEX client_of_document ON client (updated) -- the sweep
	WHERE position(chr(10) || 'source=metadata_document' || chr(10) IN chr(10) || settings || chr(10)) > 0;

-- The secret itself, where a method needs it.
ALTER TABLE client_secret ADD COLUMN sealed bytea;

-- `client` is the one that may introspect. shard: everywhere
CREATE TABLE resource (
	uri text COLLATE "C" PRIMARY KEY,
	name text NOT NULL,
	scopes text NOT NULL,
	client uuid REFERENCES client ON DELETE SET NULL,
	format smallint NOT NULL,
	lifetime bigint NOT NULL,
	created bigint NOT NULL
);
CREATE INDEX resource_by_client ON resource (client); -- the removal of one

-- Keys, and what is used once ---------------------------------------------------------------------------------------------

-- A handful of rows. shard: everywhere
CREATE TABLE signing_key (
	kid text COLLATE "C" PRIMARY KEY,
	alg text NOT NULL,
	sealed bytea NOT NULL,
	created bigint NOT NULL,
	signs_from bigint NOT NULL,
	expires bigint NOT NULL
);

-- shard: hash
CREATE TABLE seen (
	hash bytea PRIMARY KEY,
	expires bigint NOT NULL
);
CREATE INDEX seen_by_expires ON seen (expires); -- the sweep

-- shard: hash
CREATE TABLE ticket (
	hash bytea PRIMARY KEY,
	kind smallint NOT NULL,
	note text NOT NULL,
	created bigint NOT NULL,
	expires bigint NOT NULL,
	uses bigint NOT NULL
);
CREATE INDEX ticket_by_expires ON ticket (expires); -- the sweep

-- shard: hash
CREATE TABLE kept_request (
	hash bytea PRIMARY KEY,
	kind smallint NOT NULL,
	client uuid,
	parameters text NOT NULL,
	created bigint NOT NULL,
	expires bigint NOT NULL,
	used bigint NOT NULL
);
CREATE INDEX kept_request_by_expires ON kept_request (expires); -- the sweep

-- `claimed` is until when somebody has it in hand. shard: id
CREATE TABLE job (
	id uuid PRIMARY KEY,
	kind smallint NOT NULL,
	client uuid NOT NULL,
	"user" uuid NOT NULL,
	payload text NOT NULL,
	created bigint NOT NULL,
	due bigint NOT NULL,
	attempts bigint NOT NULL,
	claimed bigint NOT NULL
);
CREATE INDEX job_by_due ON job (due); -- the next ones

-- What was given ----------------------------------------------------------------------------------------------------------

ALTER TABLE device_grant ADD COLUMN resource text NOT NULL DEFAULT '';

-- `parent` is another authorization, of another shard, and may be gone.
ALTER TABLE "authorization"
	ADD COLUMN resource text NOT NULL DEFAULT '',
	ADD COLUMN claims text NOT NULL DEFAULT '',
	ADD COLUMN parent uuid;

ALTER TABLE access_token
	ADD COLUMN resource text NOT NULL DEFAULT '',
	ADD COLUMN binding text NOT NULL DEFAULT '';

ALTER TABLE refresh_token ADD COLUMN binding text NOT NULL DEFAULT '';

-- shard: authorization
CREATE TABLE code (
	"authorization" uuid PRIMARY KEY REFERENCES "authorization" ON DELETE CASCADE,
	hash bytea NOT NULL,
	redirect_uri text NOT NULL,
	code_challenge text NOT NULL,
	nonce text NOT NULL,
	binding text NOT NULL,
	expires bigint NOT NULL,
	redeemed bigint NOT NULL,
	sealed_answer bytea,
	replay_until bigint NOT NULL
);
CREATE INDEX code_by_expires ON code (expires); -- the sweep

-- shard: user
CREATE TABLE consent (
	"user" uuid NOT NULL,
	client uuid NOT NULL,
	scope text NOT NULL,
	resource text NOT NULL,
	created bigint NOT NULL,
	PRIMARY KEY ("user", client)
);
CREATE INDEX consent_by_client ON consent (client); -- the removal of one, the sweep of clients of documents
