/* SPDX-License-Identifier: Apache-2.0
 *
 * Bindings as they are stored. The thumbprint is that of RFC 7638 section 3.1. */
#include "domain/binding.h"

#include "check_main.h"
#include "check_slice.h"

#define THUMBPRINT "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs"

static const struct row {
	const char *name;
	const char *text;
	enum err err;
	enum binding_kind kind;
} rows[] = {
	{ .name = "nothing", .text = "" },
	{ .name = "a key", .text = "jkt:" THUMBPRINT, .kind = BINDING_DPOP },
	{ .name = "a certificate", .text = "x5t#S256:" THUMBPRINT, .kind = BINDING_CERTIFICATE },
	{ .name = "no kind", .text = ":" THUMBPRINT, .err = ERR_INVALID },
	{ .name = "an unknown kind", .text = "jwk:" THUMBPRINT, .err = ERR_INVALID },
	{ .name = "a kind alone", .text = "jkt", .err = ERR_INVALID },
	{ .name = "no thumbprint", .text = "jkt:", .err = ERR_INVALID },
	{ .name = "a short thumbprint", .text = "jkt:NzbLsXh8", .err = ERR_INVALID },
	{ .name = "a long thumbprint", .text = "jkt:" THUMBPRINT "AA", .err = ERR_INVALID },
	{ .name = "padding", .text = "jkt:" THUMBPRINT "=", .err = ERR_INVALID },
};

START_TEST(parse)
{
	const struct row *row = &rows[_i];
	AUTO(arena) struct arena *arena = arena_new();
	struct binding binding;
	ck_assert_msg(binding_parse(slice_str(row->text), &binding) == row->err, "%s", row->name);
	if (row->err != ERR_OK)
		return;
	ck_assert_msg(binding.kind == row->kind, "%s", row->name);
	ck_slice_row(row->name, binding_text(&binding, arena), slice_str(row->text));
	if (row->kind != BINDING_NONE)
		ck_slice_row(row->name, binding_thumbprint(&binding, arena), SLICE(THUMBPRINT));
}
END_TEST

START_TEST(another_key_or_kind_is_another_binding)
{
	struct binding key;
	ck_assert_int_eq(binding_parse(SLICE("jkt:" THUMBPRINT), &key), ERR_OK);
	struct binding other = key;
	ck_assert(binding_equal(&key, &other));
	other.kind = BINDING_CERTIFICATE;
	ck_assert(!binding_equal(&key, &other));
	other = key;
	other.thumbprint.bytes[HASH_BYTES - 1] ^= 1;
	ck_assert(!binding_equal(&key, &other));
}
END_TEST

static void add_tests(TCase *tc)
{
	tcase_add_loop_test(tc, parse, 0, ARRAY_LEN(rows));
	tcase_add_test(tc, another_key_or_kind_is_another_binding);
}

TEST_MAIN("domain/binding", add_tests)
