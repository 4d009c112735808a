/* SPDX-License-Identifier: Apache-2.0
 *
 * Values into statements of PostgreSQL, and rows out of them into records. */
#include "check_main.h"

#include <stddef.h>

#include "base/log.h"
#include "postgres_engine.h"
#include "store/postgres/pg_object.h"
#include "world.h"

/* --- values
 * --------------------------------------------------------------------------------------------- */

struct every {
	int64_t least;
	int64_t none;
	bool yes;
	bool no;
	struct slice text;
	struct slice empty;
	struct slice bytes;
	struct hash hash;
	struct hash no_hash;
	struct id id;
	struct id nobody;
	uint32_t most;
	enum device_status status;
};

static const struct field every_fields[] = {
	FIELD(INT64, struct every, least),
	FIELD(INT64, struct every, none),
	FIELD(BOOL, struct every, yes),
	FIELD(BOOL, struct every, no),
	FIELD(SLICE, struct every, text),
	FIELD(SLICE, struct every, empty),
	FIELD(SLICE, struct every, bytes),
	FIELD(HASH, struct every, hash),
	FIELD(HASH, struct every, no_hash),
	FIELD(ID, struct every, id),
	FIELD(ID, struct every, nobody),
	FIELD(UINT32, struct every, most),
	FIELD_OF_ENUM(struct every, status, DEVICE_STATUS_COUNT),
};
static const struct record every_record = RECORD(every_fields);

static void check_every(struct world *w)
{
	static const char sql[] = "SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13";
	static const struct id nobody;
	const struct hash hash = world_hash();
	const struct id id = world_id();
	struct value no_hash = V_HASH(&hash);
	struct value none = V_INT(7);
	no_hash.null = none.null = true;
	AUTO_FINI(pg_rows) struct pg_rows rows;
	pg_read(w->store, &rows, sql,
		VALUES(V_INT(INT64_MIN), none, V_BOOL(true), V_BOOL(false),
		       V_TEXT(SLICE("gr\xc3\xbc\xc3\x9f\n")), V_TEXT(((struct slice){ NULL, 0 })),
		       V_BLOB(SLICE("\0\xff\0")), V_HASH(&hash), no_hash, V_ID(&id),
		       V_ID_OR_NULL(&nobody), V_INT(UINT32_MAX), V_INT(DEVICE_REDEEMED)));
	ck_found(pg_rows_next(&rows));
	struct every every = { .none = 7, .no = true, .no_hash = hash, .nobody = id };
	ck_found(pg_rows_read(&rows, &every_record, w->arena, &every));
	ck_absent(pg_rows_next(&rows));
	ck_assert(every.least == INT64_MIN && every.none == 0 && every.yes && !every.no);
	ck_slice(every.text, "gr\xc3\xbc\xc3\x9f\n");
	ck_slice(every.empty, "");
	ck_slice(every.bytes, "\0\xff\0");
	ck_assert(hash_equal(&every.hash, &hash) && !hash_equal(&every.no_hash, &hash));
	ck_assert(id_equal(&every.id, &id) && id_is_zero(&every.nobody));
	ck_assert(every.most == UINT32_MAX && every.status == DEVICE_REDEEMED);
}

/* The same statement again and again, so that it is also run as one that was prepared. */
START_TEST(values_come_back_as_they_went)
{
	WORLD_EMPTY(w);
	for (int i = 0; i < 8; i++)
		check_every(&w);
}
END_TEST

/* Nothing is prepared then. */
START_TEST(values_come_back_through_a_pooler)
{
	WORLD_EMPTY(w);
	store_close(&w.store);
	ck_ok(store_open(&(struct store_options){ .database = w.database, .pooler = true },
			 &w.store));
	for (int i = 0; i < 8; i++)
		check_every(&w);
}
END_TEST

START_TEST(numbers_of_all_sizes_are_read)
{
	static const char sql[] = "SELECT (-2)::smallint, (-70000)::integer, (1 << 40)::bigint,"
				  " 5000000000, true, NULL::integer";
	static const int64_t expected[] = { -2, -70000, 256, 5000000000, 1, 0 };
	WORLD_EMPTY(w);
	AUTO_FINI(pg_rows) struct pg_rows rows;
	pg_read(w.store, &rows, sql, NO_VALUES);
	ck_found(pg_rows_next(&rows));
	for (size_t i = 0; i < ARRAY_LEN(expected); i++)
		ck_assert_int_eq(pg_rows_int64(&rows), expected[i]);
}
END_TEST

struct strict {
	struct id id;
	struct hash hash;
	uint32_t number;
	enum device_status status;
	bool flag;
	int64_t whole;
};

#define ONE(member, type) \
	{ \
		FIELD_##type, offsetof(struct strict, member), 0 \
	}
static const struct {
	const char *name;
	const char *sql;
	struct field field;
} misfits[] = {
	{ "an id of 15 bytes", "SELECT decode(repeat('00', 15), 'hex')", ONE(id, ID) },
	{ "a hash of 33 bytes", "SELECT decode(repeat('00', 33), 'hex')", ONE(hash, HASH) },
	{ "a negative count", "SELECT (-1)::bigint", ONE(number, UINT32) },
	{ "a count of 33 bits", "SELECT 4294967296", ONE(number, UINT32) },
	{ "a text in the place of a number", "SELECT 'abcd'", ONE(whole, INT64) },
	{ "a decimal in the place of a number", "SELECT 1.5", ONE(whole, INT64) },
	{ "a text in the place of a flag", "SELECT 't'", ONE(flag, BOOL) },
	{ "a state that is none",
	  "SELECT 4::smallint",
	  { FIELD_ENUM, offsetof(struct strict, status), DEVICE_STATUS_COUNT } },
};

START_TEST(a_value_of_the_wrong_form_is_refused)
{
	WORLD_EMPTY(w);
	log_configure(LOG_LEVEL_COUNT, LOG_LOGFMT);
	for (size_t i = 0; i < ARRAY_LEN(misfits); i++) {
		const struct record record = { &misfits[i].field, 1 };
		struct strict strict;
		AUTO_FINI(pg_rows) struct pg_rows rows;
		pg_read(w.store, &rows, misfits[i].sql, NO_VALUES);
		ck_found(pg_rows_next(&rows));
		ck_assert_msg(pg_rows_read(&rows, &record, NULL, &strict) == FIND_FAILED, "%s",
			      misfits[i].name);
	}
}
END_TEST

static const struct {
	struct slice given;
	struct slice kept;
} texts[] = {
	{ { "a\xff", 2 }, { "a\xef\xbf\xbd", 4 } },
	{ { "\0b", 2 },
	  { "\xef\xbf\xbd"
	    "b",
	    4 } },
	{ { "\xc3", 1 }, { "\xef\xbf\xbd", 3 } },
	{ { "\xed\xa0\x80", 3 }, { "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd", 9 } },
	{ { "\xc0\xaf/", 3 }, { "\xef\xbf\xbd\xef\xbf\xbd/", 7 } },
};

/* The server takes none of them, and no input may make a statement fail. */
START_TEST(text_that_is_none_fails_no_statement)
{
	WORLD_EMPTY(w);
	for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
		AUTO_FINI(pg_rows) struct pg_rows rows;
		pg_read(w.store, &rows, "SELECT $1", VALUES(V_TEXT(texts[i].given)));
		ck_found(pg_rows_next(&rows));
		ck_assert(slice_equal(pg_rows_slice(&rows, NULL), texts[i].kept));
	}
}
END_TEST

static void add_tests(TCase *tc)
{
	world_set_engine(&postgres_for_tests);
	tcase_add_test(tc, values_come_back_as_they_went);
	tcase_add_test(tc, values_come_back_through_a_pooler);
	tcase_add_test(tc, numbers_of_all_sizes_are_read);
	tcase_add_test(tc, a_value_of_the_wrong_form_is_refused);
	tcase_add_test(tc, text_that_is_none_fails_no_statement);
}

TEST_MAIN("store/postgres values", add_tests)
