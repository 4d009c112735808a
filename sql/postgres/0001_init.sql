-- SPDX-License-Identifier: Apache-2.0
--
-- The first schema. The tables and columns are those of sql/sqlite, so that one vocabulary serves both; ids are uuid, hashes
-- bytea, times whole seconds since 1970, where 0 stands for "never" and "not yet", and NULL for "nobody".
--
-- It keeps to what distributed PostgreSQL takes: every key is random or a hash, and there is no sequence on a table that
-- grows; what hangs on an authorization has its id in front of its key, so that a flow stays on one shard; what must be
-- unique has the shard key in it; references go only to rows of the same shard. The word behind "shard:" is the
-- distribution column, or says that every node holds all of the table. docs/guide/scale.md explains.

-- The table `migration` is there already: version (its key), name, applied, and `needs`, the oldest schema whose programs may
-- still work on this one. See src/store/postgres/pg_migrate.c. shard: everywhere

-- Small named values: check values of master keys. shard: everywhere
CREATE TABLE meta (
	name text COLLATE "C" PRIMARY KEY,
	value bytea NOT NULL
);

-- Work that one node at a time may do, by the database's clock; `fence` grows with each new holder. shard: everywhere
CREATE TABLE lease (
	name text PRIMARY KEY,
	holder uuid NOT NULL,
	fence bigint NOT NULL,
	until timestamptz NOT NULL
);

-- The programs that serve this database: `schema` is the newest that they know, `live` the pending codes in their memory.
-- shard: everywhere
CREATE TABLE node (
	id uuid PRIMARY KEY,
	name text NOT NULL,
	schema integer NOT NULL,
	live bigint NOT NULL,
	seen timestamptz NOT NULL
);

-- People ------------------------------------------------------------------------------------------------------------------

-- shard: id
CREATE TABLE "user" (
	id uuid PRIMARY KEY,
	name text NOT NULL,
	folded_name text COLLATE "C" NOT NULL,
	admin boolean NOT NULL,
	enabled boolean NOT NULL,
	created bigint NOT NULL,
	last_sign_in bigint NOT NULL
);

-- What makes names unique, and finds people by them. shard: folded_name
CREATE TABLE user_name (
	folded_name text COLLATE "C" PRIMARY KEY,
	"user" uuid NOT NULL
);

-- shard: user
CREATE TABLE credential (
	"user" uuid NOT NULL REFERENCES "user" ON DELETE CASCADE,
	kind text COLLATE "C" NOT NULL,
	number integer NOT NULL,
	value text NOT NULL,
	PRIMARY KEY ("user", kind, number)
);

-- shard: hash
CREATE TABLE session (
	hash bytea PRIMARY KEY,
	created bigint NOT NULL,
	seen bigint NOT NULL
);
CREATE INDEX session_by_seen ON session (seen); -- the sweep

-- shard: session
CREATE TABLE "session_user" (
	session bytea NOT NULL REFERENCES session ON DELETE CASCADE,
	"user" uuid NOT NULL,
	auth_time bigint NOT NULL,
	amr text NOT NULL,
	acr text NOT NULL,
	sid uuid NOT NULL,
	PRIMARY KEY (session, "user")
);
CREATE INDEX session_user_by_user ON "session_user" ("user"); -- ending the sessions of a person

-- Applications ------------------------------------------------------------------------------------------------------------

-- shard: everywhere
CREATE TABLE client (
	id uuid PRIMARY KEY,
	client_id text NOT NULL UNIQUE,
	name text NOT NULL,
	type smallint NOT NULL,
	grants bigint NOT NULL,
	redirect_uris text NOT NULL,
	post_logout_redirect_uris text NOT NULL,
	allowed_origins text NOT NULL,
	allowed_scopes text NOT NULL,
	default_scopes text NOT NULL,
	algorithm smallint NOT NULL,
	owner uuid,
	enabled boolean NOT NULL,
	reviewed boolean NOT NULL,
	created bigint NOT NULL,
	updated bigint NOT NULL
);
CREATE INDEX client_by_owner ON client (owner, created); -- the list of one person
CREATE INDEX client_by_created ON client (created);      -- the list of all

-- shard: everywhere
CREATE TABLE client_secret (
	id uuid PRIMARY KEY,
	client uuid NOT NULL REFERENCES client ON DELETE CASCADE,
	key_id bigint NOT NULL,
	mac bytea NOT NULL,
	created bigint NOT NULL,
	expires bigint NOT NULL,
	last_used bigint NOT NULL
);
CREATE INDEX client_secret_by_client ON client_secret (client);

-- `position` is the next one when a scope is added: a handful of rows, changed by administrators alone. shard: everywhere
CREATE TABLE scope (
	name text PRIMARY KEY,
	position integer NOT NULL,
	description text NOT NULL,
	is_default boolean NOT NULL
);

-- The device grant --------------------------------------------------------------------------------------------------------

-- One row per device code. `user_code` is the key of the row in that table, unless another grant has taken it over.
-- shard: authorization
CREATE TABLE device_grant (
	"authorization" uuid PRIMARY KEY,
	code_hash bytea NOT NULL,
	user_code bytea NOT NULL,
	client uuid NOT NULL,
	scope text NOT NULL,
	address text NOT NULL,
	user_agent text NOT NULL,
	created bigint NOT NULL,
	expires bigint NOT NULL,
	status smallint NOT NULL DEFAULT 0,
	"user" uuid,
	decided bigint NOT NULL DEFAULT 0,
	redeemed bigint NOT NULL DEFAULT 0,
	sealed_answer bytea,
	replay_until bigint NOT NULL DEFAULT 0
);
CREATE INDEX device_grant_by_expires ON device_grant (expires);                   -- the sweep
CREATE INDEX device_grant_by_decided ON device_grant (decided) WHERE decided > 0; -- the re-read of poll tables

-- shard: hash
CREATE TABLE user_code (
	hash bytea PRIMARY KEY,
	key_id bigint NOT NULL,
	"authorization" uuid NOT NULL,
	expires bigint NOT NULL
);

-- shard: hash
CREATE TABLE device_handle (
	hash bytea PRIMARY KEY,
	session bytea NOT NULL,
	"authorization" uuid NOT NULL,
	sealed_code bytea NOT NULL,
	created bigint NOT NULL,
	expires bigint NOT NULL
);
CREATE INDEX device_handle_by_expires ON device_handle (expires); -- the sweep

-- What was given ----------------------------------------------------------------------------------------------------------

-- `ends` is when the last that was issued under it expires, or when it was revoked. shard: id
CREATE TABLE "authorization" (
	id uuid PRIMARY KEY,
	"user" uuid,
	client uuid NOT NULL,
	grant_type smallint NOT NULL,
	scope text NOT NULL,
	origin text NOT NULL,
	auth_time bigint NOT NULL,
	amr text NOT NULL,
	acr text NOT NULL,
	sid uuid NOT NULL,
	created bigint NOT NULL,
	revoked bigint NOT NULL DEFAULT 0,
	last_used bigint NOT NULL DEFAULT 0,
	ends bigint NOT NULL
);
CREATE INDEX authorization_by_user ON "authorization" ("user", created);   -- the list of one person
CREATE INDEX authorization_by_client ON "authorization" (client, created); -- the list of one application
CREATE INDEX authorization_by_ends ON "authorization" (ends);              -- the sweep

-- shard: authorization
CREATE TABLE access_token (
	"authorization" uuid NOT NULL REFERENCES "authorization" ON DELETE CASCADE,
	hash bytea NOT NULL,
	scope text NOT NULL,
	created bigint NOT NULL,
	expires bigint NOT NULL,
	PRIMARY KEY ("authorization", hash)
);
CREATE INDEX access_token_by_expires ON access_token (expires); -- the sweep

-- shard: authorization
CREATE TABLE refresh_token (
	"authorization" uuid NOT NULL REFERENCES "authorization" ON DELETE CASCADE,
	hash bytea NOT NULL,
	scope text NOT NULL,
	created bigint NOT NULL,
	expires bigint NOT NULL,
	used bigint NOT NULL DEFAULT 0,
	sealed_answer bytea,
	replay_until bigint NOT NULL DEFAULT 0,
	PRIMARY KEY ("authorization", hash)
);
CREATE INDEX refresh_token_by_expires ON refresh_token (expires); -- the sweep

-- Failures and events -----------------------------------------------------------------------------------------------------

-- `opens` is when the window that began with the first failure is over. shard: key
CREATE TABLE failure (
	key bytea PRIMARY KEY,
	count bigint NOT NULL,
	opens bigint NOT NULL
);
CREATE INDEX failure_by_opens ON failure (opens); -- the sweep

-- `id` is made by the node before it writes: a node that lost its connection asks by it whether its write was committed.
-- `shard` is the authorization of the event, or its own id. `number` orders the events of one second: microseconds.
-- shard: shard
CREATE TABLE event (
	shard uuid NOT NULL,
	id uuid NOT NULL,
	number bigint NOT NULL DEFAULT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint,
	kind text NOT NULL,
	at bigint NOT NULL,
	"user" uuid,
	client uuid,
	"authorization" uuid,
	address text NOT NULL,
	request_id text NOT NULL,
	detail text NOT NULL,
	PRIMARY KEY (shard, id)
);
CREATE INDEX event_by_at ON event (at, number); -- the list, newest first, and the sweep

INSERT INTO scope (position, name, description, is_default) VALUES
	(1, 'openid', 'Know who you are', true),
	(2, 'profile', 'See your name and profile', false),
	(3, 'email', 'See your email address', false),
	(4, 'address', 'See your postal address', false),
	(5, 'phone', 'See your phone number', false),
	(6, 'offline_access', 'Stay connected while you are away', false);
