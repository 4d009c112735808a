-- SPDX-License-Identifier: Apache-2.0
--
-- What was given in one session, for its end. A step of its own, since it reads a table that may be large while nobody may
-- write it: who cannot have that makes the index beforehand, under this name, with CREATE INDEX CONCURRENTLY.

CREATE INDEX IF NOT EXISTS authorization_by_sid ON "authorization" (sid);
