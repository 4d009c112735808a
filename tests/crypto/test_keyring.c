/* SPDX-License-Identifier: Apache-2.0
 *
 * Sub-keys, and the master key file: how it is made, read, turned away and rotated. The known
 * values were worked out by Python's hashlib; they fix the derivation, since everything sealed
 * depends on it. Each test has a folder of its own. */
#include "crypto/keyring.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/encode.h"
#include "base/fd.h"
#include "check_main.h"
#include "check_slice.h"
#include "crypto/rings.h"

#define KEY_A "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="
#define KEY_B "AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE="

static char folder[64];
static char path[96];

static void set_up(void)
{
	snprintf(folder, sizeof(folder), "/tmp/doorcode-keyring.XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(folder));
	snprintf(path, sizeof(path), "%s/master.key", folder);
}

/* Removes what is in the folder and gives how many files that were. */
static size_t empty_folder(void)
{
	DIR *dir = opendir(folder);
	const struct dirent *entry;
	size_t count = 0;
	while ((entry = readdir(dir)) != NULL) {
		if (entry->d_name[0] == '.')
			continue;
		ck_assert_int_eq(unlinkat(dirfd(dir), entry->d_name, 0), 0);
		count++;
	}
	closedir(dir);
	return count;
}

static void tear_down(void)
{
	empty_folder();
	rmdir(folder);
}

static void write_file(struct slice text, mode_t mode)
{
	AUTO_FINI(fd) int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(write(fd, text.ptr, text.len), (ssize_t)text.len);
	ck_assert_int_eq(fchmod(fd, mode), 0);
}

static void check_subkey(const struct keyring *ring, enum key_purpose purpose, const char *want)
{
	char hex[2 * SECRET_KEY_BYTES];
	encode_hex(keyring_subkey(ring, 1, purpose)->bytes, SECRET_KEY_BYTES, hex);
	ck_slice_eq(slice_of(hex, sizeof(hex)), slice_str(want));
}

START_TEST(subkeys_are_fixed)
{
	AUTO(keyring) struct keyring *ring = ring_of("1");
	char hex[2 * HASH_BYTES];
	struct hash value;
	check_subkey(ring, KEY_USER_CODE,
		     "e28e1465d3586fdfde67954d9df948d5bd7a0de3b19f43df16cd7a68eb74c8d3");
	check_subkey(ring, KEY_CHECK,
		     "ff4cde1873add4ceba6c35cf6261ad575479b0157fd78697a2b2ae4b08127df1");
	ck_assert_int_eq(keyring_check_value(ring, 1, &value), FOUND);
	encode_hex(value.bytes, HASH_BYTES, hex);
	ck_slice_str(slice_of(hex, sizeof(hex)),
		     "51e3396641e3edef84418e200be02e808d48e94b3f03d506b334f5ed77fe2b73");
}
END_TEST

START_TEST(subkeys_all_differ)
{
	AUTO(keyring) struct keyring *ring = ring_of("12");
	for (int a = 0; a < 2 * KEY_PURPOSE_COUNT; a++) {
		for (int b = 0; b < a; b++) {
			const struct secret *one = keyring_subkey(ring, (uint32_t)(1 + a % 2),
								  (enum key_purpose)(a / 2));
			const struct secret *other = keyring_subkey(ring, (uint32_t)(1 + b % 2),
								    (enum key_purpose)(b / 2));
			ck_assert(!secret_equal(one->bytes, other->bytes, SECRET_KEY_BYTES));
		}
	}
}
END_TEST

START_TEST(knows_its_ids)
{
	AUTO(keyring) struct keyring *ring = ring_of("31");
	struct hash value;
	ck_assert_uint_eq(keyring_count(ring), 2);
	ck_assert_uint_eq(keyring_current(ring), 3);
	ck_assert_uint_eq(keyring_id(ring, 1), 1);
	ck_assert_ptr_null(keyring_subkey(ring, 2, KEY_SEAL));
	ck_assert_int_eq(keyring_check_value(ring, 2, &value), ABSENT);
}
END_TEST

static const struct file_row {
	const char *name;
	struct slice text;
	enum err err;
	size_t count;
	uint32_t current;
} file_rows[] = {
	{ .name = "one key", .text = SLICE("000000ff " KEY_A "\n"), .count = 1, .current = 255 },
	{ .name = "no line feed at the end",
	  .text = SLICE("000000ff " KEY_A),
	  .count = 1,
	  .current = 255 },
	{ .name = "comments, blanks and carriage returns",
	  .text = SLICE("# keys\r\n\r\n  DEADBEEF\t" KEY_A " \r\n  # old\r\n00000001 " KEY_B
			"\r\n"),
	  .count = 2,
	  .current = 0xdeadbeef },
	{ .name = "eight keys",
	  .text = SLICE("00000008 " KEY_A "\n00000007 " KEY_A "\n00000006 " KEY_A
			"\n00000005 " KEY_A "\n00000004 " KEY_A "\n00000003 " KEY_A
			"\n00000002 " KEY_A "\n00000001 " KEY_B "\n"),
	  .count = 8,
	  .current = 8 },
	{ .name = "nothing", .text = SLICE(""), .err = ERR_INVALID },
	{ .name = "comments alone", .text = SLICE("# nothing\n\n"), .err = ERR_INVALID },
	{ .name = "a key without an id", .text = SLICE(KEY_A "\n"), .err = ERR_INVALID },
	{ .name = "an id without a key", .text = SLICE("00000001\n"), .err = ERR_INVALID },
	{ .name = "an id of seven digits",
	  .text = SLICE("0000001 " KEY_A "\n"),
	  .err = ERR_INVALID },
	{ .name = "an id that is not hexadecimal",
	  .text = SLICE("0000000g " KEY_A "\n"),
	  .err = ERR_INVALID },
	{ .name = "a key of 30 bytes",
	  .text = SLICE("00000001 AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n"),
	  .err = ERR_INVALID },
	{ .name = "a key of 33 bytes",
	  .text = SLICE("00000001 AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n"),
	  .err = ERR_INVALID },
	{ .name = "a key in hexadecimal",
	  .text = SLICE(
		  "00000001 0000000000000000000000000000000000000000000000000000000000000000\n"),
	  .err = ERR_INVALID },
	{ .name = "a third word", .text = SLICE("00000001 " KEY_A " x\n"), .err = ERR_INVALID },
	{ .name = "one id twice",
	  .text = SLICE("00000001 " KEY_A "\n00000001 " KEY_B "\n"),
	  .err = ERR_INVALID },
	{ .name = "a good line, then a bad one",
	  .text = SLICE("00000001 " KEY_A "\nx\n"),
	  .err = ERR_INVALID },
	{ .name = "nine keys",
	  .text = SLICE("00000008 " KEY_A "\n00000007 " KEY_A "\n00000006 " KEY_A
			"\n00000005 " KEY_A "\n00000004 " KEY_A "\n00000003 " KEY_A
			"\n00000002 " KEY_A "\n00000001 " KEY_B "\n00000009 " KEY_B "\n"),
	  .err = ERR_INVALID },
};

START_TEST(reads_lines)
{
	const struct file_row *row = &file_rows[_i];
	AUTO(keyring) struct keyring *ring = NULL;
	write_file(row->text, 0600);
	ck_assert_msg(keyring_load(path, &ring) == row->err, "%s", row->name);
	ck_assert((ring == NULL) == (row->err != ERR_OK));
	if (ring == NULL)
		return;
	ck_assert_msg(keyring_count(ring) == row->count, "%s", row->name);
	ck_assert_msg(keyring_current(ring) == row->current, "%s", row->name);
}
END_TEST

START_TEST(reads_the_key_itself)
{
	AUTO(keyring) struct keyring *read = NULL;
	AUTO(keyring) struct keyring *literal = ring_of("1");
	write_file(SLICE("00000001 " KEY_B "\n"), 0400);
	ck_assert_int_eq(keyring_load(path, &read), ERR_OK);
	ck_assert(secret_equal(keyring_subkey(read, 1, KEY_SEAL),
			       keyring_subkey(literal, 1, KEY_SEAL), SECRET_KEY_BYTES));
}
END_TEST

static const mode_t bad_modes[] = { 0640, 0604, 0660, 0666, 0644, 0610, 0601, 0620 };

START_TEST(refuses_a_mode_that_lets_others_in)
{
	AUTO(keyring) struct keyring *ring = NULL;
	write_file(SLICE("00000001 " KEY_A "\n"), bad_modes[_i]);
	ck_assert_int_eq(keyring_load(path, &ring), ERR_INVALID);
	ck_assert_ptr_null(ring);
}
END_TEST

START_TEST(trusts_the_folder_of_systemd_credentials)
{
	AUTO(keyring) struct keyring *ring = NULL;
	write_file(SLICE("00000001 " KEY_A "\n"), 0440);
	setenv("CREDENTIALS_DIRECTORY", folder, 1);
	ck_assert_int_eq(keyring_load(path, &ring), ERR_OK);
	unsetenv("CREDENTIALS_DIRECTORY");
}
END_TEST

static const char *const other_folders[] = { "", "/tmp/doorcode-keyring", "/nonexistent" };

START_TEST(trusts_no_other_folder)
{
	AUTO(keyring) struct keyring *ring = NULL;
	char around[160];
	snprintf(around, sizeof(around), "%s/../%s/master.key", folder,
		 folder + sizeof("/tmp/") - 1);
	write_file(SLICE("00000001 " KEY_A "\n"), 0440);
	setenv("CREDENTIALS_DIRECTORY", folder, 1);
	ck_assert_int_eq(keyring_load(around, &ring), ERR_INVALID);
	for (size_t i = 0; i < ARRAY_LEN(other_folders); i++) {
		setenv("CREDENTIALS_DIRECTORY", other_folders[i], 1);
		ck_assert_int_eq(keyring_load(path, &ring), ERR_INVALID);
	}
	unsetenv("CREDENTIALS_DIRECTORY");
}
END_TEST

START_TEST(refuses_what_is_no_file)
{
	AUTO(keyring) struct keyring *ring = NULL;
	ck_assert_int_eq(keyring_load(path, &ring), ERR_ABSENT);
	ck_assert_int_eq(keyring_load(folder, &ring), ERR_INVALID);
	ck_assert_int_eq(mkfifo(path, 0600), 0);
	ck_assert_int_eq(keyring_load(path, &ring), ERR_INVALID);
}
END_TEST

START_TEST(refuses_a_large_file)
{
	static char text[65537];
	AUTO(keyring) struct keyring *ring = NULL;
	memset(text, '\n', sizeof(text));
	memcpy(text, "00000001 " KEY_A, sizeof("00000001 " KEY_A) - 1);
	write_file(slice_of(text, sizeof(text) - 1), 0600);
	ck_assert_int_eq(keyring_load(path, &ring), ERR_OK);
	keyring_free(&ring);
	write_file(slice_of(text, sizeof(text)), 0600);
	ck_assert_int_eq(keyring_load(path, &ring), ERR_INVALID);
}
END_TEST

START_TEST(makes_a_file)
{
	AUTO(keyring) struct keyring *ring = NULL;
	struct stat st;
	umask(0);
	ck_assert_int_eq(keyring_create(path), ERR_OK);
	ck_assert_int_eq(stat(path, &st), 0);
	ck_assert_uint_eq(st.st_mode, S_IFREG | 0600);
	ck_assert_uint_eq(st.st_nlink, 1);
	ck_assert_int_eq(keyring_load(path, &ring), ERR_OK);
	ck_assert_uint_eq(keyring_count(ring), 1);
	ck_assert_uint_ne(keyring_current(ring), 0);
	ck_assert_uint_eq(empty_folder(), 1);
}
END_TEST

START_TEST(makes_no_file_over_another)
{
	AUTO(keyring) struct keyring *ring = NULL;
	write_file(SLICE("00000001 " KEY_A "\n"), 0600);
	ck_assert_int_eq(keyring_create(path), ERR_CONFLICT);
	ck_assert_int_eq(keyring_load(path, &ring), ERR_OK);
	ck_assert_uint_eq(keyring_current(ring), 1);
	ck_assert_uint_eq(empty_folder(), 1);
	snprintf(path, sizeof(path), "%s/nowhere/master.key", folder);
	ck_assert_int_eq(keyring_create(path), ERR_IO);
}
END_TEST

START_TEST(rotates_until_it_is_full)
{
	uint32_t id = 0;
	struct stat st;
	write_file(SLICE("# mine\n00000001 " KEY_B "\n"), 0400);
	for (size_t count = 2; count <= KEYRING_MAX; count++) {
		AUTO(keyring) struct keyring *ring = NULL;
		ck_assert_int_eq(keyring_rotate(path, &id), ERR_OK);
		ck_assert_int_eq(keyring_load(path, &ring), ERR_OK);
		ck_assert_uint_eq(keyring_count(ring), count);
		ck_assert_uint_eq(keyring_current(ring), id);
		ck_assert_uint_eq(keyring_id(ring, count - 1), 1);
	}
	ck_assert_int_eq(keyring_rotate(path, &id), ERR_FULL);
	ck_assert_int_eq(stat(path, &st), 0);
	ck_assert_uint_eq(st.st_mode, S_IFREG | 0600);
	ck_assert_uint_eq(empty_folder(), 1);
}
END_TEST

START_TEST(rotates_behind_a_link)
{
	char link_path[96];
	uint32_t id;
	struct stat st;
	AUTO(keyring) struct keyring *ring = NULL;
	snprintf(link_path, sizeof(link_path), "%s/link", folder);
	write_file(SLICE("00000001 " KEY_B "\n"), 0600);
	ck_assert_int_eq(symlink("master.key", link_path), 0);
	ck_assert_int_eq(keyring_rotate(link_path, &id), ERR_OK);
	ck_assert_int_eq(lstat(link_path, &st), 0);
	ck_assert(S_ISLNK(st.st_mode));
	ck_assert_int_eq(keyring_load(path, &ring), ERR_OK);
	ck_assert_uint_eq(keyring_current(ring), id);
}
END_TEST

START_TEST(rotates_nothing_that_it_cannot_read)
{
	uint32_t id;
	ck_assert_int_eq(keyring_rotate(path, &id), ERR_ABSENT);
	write_file(SLICE("x\n"), 0600);
	ck_assert_int_eq(keyring_rotate(path, &id), ERR_INVALID);
	write_file(SLICE("00000001 " KEY_B "\n"), 0644);
	ck_assert_int_eq(keyring_rotate(path, &id), ERR_INVALID);
	ck_assert_uint_eq(empty_folder(), 1);
}
END_TEST

START_TEST(free_clears_the_pointer)
{
	struct keyring *ring = ring_of("1");
	keyring_free(&ring);
	ck_assert_ptr_null(ring);
	keyring_free(&ring);
}
END_TEST

static void add_tests(TCase *tc)
{
	tcase_add_checked_fixture(tc, set_up, tear_down);
	tcase_add_test(tc, subkeys_are_fixed);
	tcase_add_test(tc, subkeys_all_differ);
	tcase_add_test(tc, knows_its_ids);
	tcase_add_loop_test(tc, reads_lines, 0, ARRAY_LEN(file_rows));
	tcase_add_test(tc, reads_the_key_itself);
	tcase_add_loop_test(tc, refuses_a_mode_that_lets_others_in, 0, ARRAY_LEN(bad_modes));
	tcase_add_test(tc, trusts_the_folder_of_systemd_credentials);
	tcase_add_test(tc, trusts_no_other_folder);
	tcase_add_test(tc, refuses_what_is_no_file);
	tcase_add_test(tc, refuses_a_large_file);
	tcase_add_test(tc, makes_a_file);
	tcase_add_test(tc, makes_no_file_over_another);
	tcase_add_test(tc, rotates_until_it_is_full);
	tcase_add_test(tc, rotates_behind_a_link);
	tcase_add_test(tc, rotates_nothing_that_it_cannot_read);
	tcase_add_test(tc, free_clears_the_pointer);
}

TEST_MAIN("crypto/keyring", add_tests)
