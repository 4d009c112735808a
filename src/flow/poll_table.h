/* SPDX-License-Identifier: Apache-2.0
 *
 * The table that answers pending polls without the database: device codes by their hash, with
 * client, status, expiry and the timing of polls. A bounded cache and a rate meter, never the
 * truth: an entry that is missing costs a read, and only the store redeems. Safe for all threads.
 */
#ifndef FLOW_POLL_TABLE_H
#define FLOW_POLL_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "crypto/hash.h"
#include "domain/device_grant.h"
#include "domain/id.h"
#include "domain/oauth_error.h"

struct poll_table;

/* At most `max` entries; grows as needed. `released` is told the source of each pending entry that
 * ceases to be pending (decided, expired or removed): the caller's count of live codes per address.
 */
struct poll_table_options {
	size_t max;
	uint16_t interval_s; /* that a new entry starts with */
	void (*released)(void *arg, uint64_t source);
	/* Told when a client's live codes reach `client_alarm` (0: never). They are counted in a
	 * small sketch: two clients may share a counter, so it may speak too early, never too late.
	 */
	void (*alarmed)(void *arg, const struct id *client, uint32_t live);
	uint32_t client_alarm;
	void *arg;
};
struct poll_table *poll_table_new(const struct poll_table_options *options);
void poll_table_free(struct poll_table **table);

struct poll_entry {
	const struct hash *code_hash;
	const struct id *client;
	int64_t expires;
	uint64_t source; /* key of the address it came from: issue_meter_source() */
};
/* A pending grant. False when it was there already, or the table is full (both harmless). */
bool poll_table_add(struct poll_table *table, const struct poll_entry *entry);
/* Changes the status of a known entry; unknown ones are left unknown. A status never goes back. */
void poll_table_set_status(struct poll_table *table, const struct hash *code_hash,
			   enum device_status status);

enum poll_answer { POLL_KNOWN = 0, POLL_FOREIGN, POLL_UNKNOWN };
struct poll_result {
	enum device_status status;
	int64_t expires;
	enum oauth_error timing; /* pending alone: authorization_pending or slow_down */
	uint16_t interval_s;     /* in force now */
};
/* Counts a poll by this client at `now_ms`. POLL_FOREIGN when the code is another client's: nothing
 * is counted. */
enum poll_answer poll_table_poll(struct poll_table *table, const struct hash *code_hash,
				 const struct id *client, int64_t now_ms, struct poll_result *out);

/* Pending entries now. */
size_t poll_table_live(const struct poll_table *table);
/* No room for more of them. */
bool poll_table_is_full(const struct poll_table *table);
/* Drops what expired more than `keep` seconds before `now` and lets go of sources at expiry; a part
 * of the table at each call, all of it after POLL_TABLE_SHARDS calls. */
enum { POLL_TABLE_SHARDS = 64 };
void poll_table_sweep(struct poll_table *table, int64_t now, int64_t keep);

#endif
