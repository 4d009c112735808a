/* SPDX-License-Identifier: Apache-2.0
 *
 * Check values of master keys stand among the small named values of the database, as "key_check/"
 * and the key's id. A check value tells nothing about its key; one that differs tells that the key
 * is another one under the same id. */
#include "flow/keys.h"

#include <string.h>

#include "base/encode.h"
#include "base/log.h"
#include "base/secret.h"
#include "flow/keys_move.h"
#include "flow/pairwise.h"

#define CHECK_PREFIX "key_check/"

/* Keys that a database has seen: more than this are no database of ours. */
enum { KEY_ID_BYTES = 4, KEY_ID_TEXT = 8, CHECKS_MAX = 256 };

struct check_name {
	char text[sizeof(CHECK_PREFIX) - 1 + KEY_ID_TEXT];
};

static struct slice check_name(uint32_t key_id, struct check_name *name)
{
	const uint8_t bytes[KEY_ID_BYTES] = {
		(uint8_t)(key_id >> 24),
		(uint8_t)(key_id >> 16),
		(uint8_t)(key_id >> 8),
		(uint8_t)key_id,
	};
	memcpy(name->text, CHECK_PREFIX, sizeof(CHECK_PREFIX) - 1);
	encode_hex(bytes, sizeof(bytes), name->text + sizeof(CHECK_PREFIX) - 1);
	return slice_of(name->text, sizeof(name->text));
}

/* What the database says of one key. */
struct key_check {
	uint32_t key_id;
	struct hash value;
};

struct key_checks {
	struct key_check items[CHECKS_MAX];
	size_t count;
};

static enum err read_check(const struct meta *meta, struct key_check *out)
{
	uint8_t id[KEY_ID_BYTES];
	struct slice hex = slice_sub(meta->name, sizeof(CHECK_PREFIX) - 1, meta->name.len);
	if (meta->value.len != HASH_BYTES || decode_hex(hex, id, sizeof(id)) != ERR_OK) {
		log_error("a check value of a master key has a wrong form",
			  LOG_TEXT("name", meta->name));
		return ERR_CRYPTO;
	}
	out->key_id = (uint32_t)id[0] << 24 | (uint32_t)id[1] << 16 | (uint32_t)id[2] << 8 | id[3];
	memcpy(out->value.bytes, meta->value.ptr, HASH_BYTES);
	return ERR_OK;
}

static enum err read_checks(struct store *store, struct arena *arena, struct key_checks *out)
{
	struct meta_list list = { .count = 0 };
	out->count = 0;
	enum err err = store_meta_list(store, arena, SLICE(CHECK_PREFIX), CHECKS_MAX, &list);
	for (size_t i = 0; i < list.count && err == ERR_OK; i++)
		err = read_check(&list.items[i], &out->items[out->count++]);
	return err;
}

static void log_key(const char *message, uint32_t key_id, uint64_t uses)
{
	struct check_name name;
	struct slice text = check_name(key_id, &name);
	log_error(message, LOG_TEXT("key", slice_sub(text, sizeof(CHECK_PREFIX) - 1, KEY_ID_TEXT)),
		  LOG_NUMBER("uses", uses));
}

enum err keys_uses(struct store *store, uint32_t key_id, uint64_t *count)
{
	uint64_t values = 0;
	enum err err = store_key_uses(store, key_id, count);
	if (err == ERR_OK)
		err = pairwise_uses(store, key_id, &values);
	*count += values;
	return err;
}

/* A key that rows need must be there, and be the same. */
static enum err compare(struct store *store, const struct keyring *ring,
			const struct key_check *check, bool *matches)
{
	struct hash ours;
	uint64_t uses = 0;
	*matches = false;
	if (keyring_check_value(ring, check->key_id, &ours) == FOUND) {
		*matches = hash_equal(&ours, &check->value);
		if (*matches)
			return ERR_OK;
		log_key("this master key is not the one that the database was made with",
			check->key_id, 0);
		return ERR_CRYPTO;
	}
	enum err err = keys_uses(store, check->key_id, &uses);
	if (err != ERR_OK || uses == 0)
		return err;
	log_key("a master key that rows of the database need is not in the key file", check->key_id,
		uses);
	return ERR_CRYPTO;
}

/* Another process may do the same at the same moment, with the same key or with another. */
static enum err insert_check(struct store *store, struct arena *arena, const struct keyring *ring)
{
	struct hash ours;
	struct slice theirs;
	struct check_name name;
	uint32_t key_id = keyring_current(ring);
	struct slice named = check_name(key_id, &name);
	if (keyring_check_value(ring, key_id, &ours) != FOUND)
		return ERR_CRYPTO;
	enum err err = store_meta_insert(store, named, hash_slice(&ours));
	if (err != ERR_CONFLICT)
		return err;
	if (store_meta_find(store, arena, named, &theirs) != FOUND)
		return ERR_DATABASE;
	if (theirs.len == HASH_BYTES && secret_equal(theirs.ptr, ours.bytes, HASH_BYTES))
		return ERR_OK;
	log_key("this master key is not the one that the database was made with", key_id, 0);
	return ERR_CRYPTO;
}

enum err keys_check(struct store *store, const struct keyring *ring, bool may_adopt)
{
	AUTO(arena) struct arena *arena = arena_new();
	struct key_checks *checks = ARENA_NEW(arena, struct key_checks);
	bool any_matches = false;
	bool current_known = false;
	enum err err = read_checks(store, arena, checks);
	for (size_t i = 0; i < checks->count && err == ERR_OK; i++) {
		bool matches;
		err = compare(store, ring, &checks->items[i], &matches);
		any_matches = any_matches || matches;
		current_known = current_known ||
				(matches && checks->items[i].key_id == keyring_current(ring));
	}
	if (err != ERR_OK || current_known)
		return err;
	if (any_matches || (may_adopt && checks->count == 0))
		return insert_check(store, arena, ring);
	log_plain(LOG_ERROR,
		  "the database was made with other master keys than those in the key file");
	return ERR_CRYPTO;
}

/* --- reseal
 * ---------------------------------------------------------------------------------------------------------
 */

/* The ring's keys in its order, then those that the database alone knows. */
static size_t keys_of_both(const struct keyring *ring, const struct key_checks *checks,
			   uint32_t ids[KEYRING_MAX])
{
	size_t count = keyring_count(ring);
	struct hash unused;
	for (size_t i = 0; i < count; i++)
		ids[i] = keyring_id(ring, i);
	for (size_t i = 0; i < checks->count && count < KEYRING_MAX; i++)
		if (keyring_check_value(ring, checks->items[i].key_id, &unused) != FOUND)
			ids[count++] = checks->items[i].key_id;
	return count;
}

static enum err drop_if_unused(struct store *store, struct keys_report *report)
{
	struct check_name name;
	enum err err = keys_uses(store, report->key_id, &report->uses);
	if (err != ERR_OK || report->current || report->uses > 0)
		return err;
	err = store_meta_remove(store, check_name(report->key_id, &name));
	if (err != ERR_OK && err != ERR_ABSENT)
		return err;
	report->dropped = true;
	return ERR_OK;
}

enum err keys_reseal(struct store *store, const struct keyring *ring, struct keys_report *reports,
		     size_t *count)
{
	AUTO(arena) struct arena *arena = arena_new();
	struct key_checks *checks = ARENA_NEW(arena, struct key_checks);
	uint32_t ids[KEYRING_MAX];
	size_t room = *count;
	*count = 0;
	enum err err = keys_move(store, ring);
	if (err == ERR_OK)
		err = read_checks(store, arena, checks);
	size_t known = keys_of_both(ring, checks, ids);
	for (size_t i = 0; i < known && i < room && err == ERR_OK; i++) {
		struct keys_report *report = &reports[(*count)++];
		*report = (struct keys_report){ .key_id = ids[i],
						.current = ids[i] == keyring_current(ring) };
		err = drop_if_unused(store, report);
	}
	return err;
}
