/* SPDX-License-Identifier: Apache-2.0
 *
 * Files, variables and flags as people write them, right and wrong, with the very lines that are
 * printed. */
#include "config/config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "check_main.h"
#include "config/start.h"

/* A whole line of the text. */
static bool has_line(const char *text, const char *line)
{
	size_t len = strlen(line);

	for (const char *at = text; at != NULL; at = strchr(at, '\n')) {
		at += *at == '\n';
		if (strncmp(at, line, len) == 0 && (at[len] == '\n' || at[len] == '\0'))
			return true;
	}
	return false;
}

/* --- what is taken
 * --------------------------------------------------------------------------------------------------
 */

static const struct row good[] = {
	{ .name = "nothing at all: the defaults",
	  .shown = "base_url = \"http://127.0.0.1:8000\"  # default" },
	{ .name = "the key file stands beside the database",
	  .file = "database = \"/srv/d.db\"\n",
	  .shown = "master_key_file = \"/srv/d.db.key\"  # default" },
	{ .name = "the verification URI follows the base URL",
	  .file = "base_url = 'https://a.example/sub'",
	  .shown = "verification_uri = \"https://a.example/sub/o/device\"  # default" },
	{ .name = "an empty file", .file = "", .shown = "workers = 0  # default" },
	{ .name = "a file without a line feed at its end",
	  .file = "workers = 7",
	  .shown = "workers = 7  # F:1" },
	{ .name = "comments of all three kinds do not move the lines",
	  .file = "# one\n// two\n/* three\nfour */ workers = 7 # five\nlog_level = warn // six\n",
	  .shown = "log_level = warn  # F:5" },
	{ .name = "a comment within a list",
	  .file = "listen = { \"127.0.0.1:1\", # one\n \"[::1]:2\" }\nworkers = 3",
	  .shown = "listen = {\"127.0.0.1:1\", \"[::1]:2\"}  # F:2" },
	{ .name = "marks of comments within quotes",
	  .file = "database = \"a#b // /*\"",
	  .shown = "database = \"a#b // /*\"  # F:1" },
	{ .name = "an address without quotes",
	  .file = "base_url = https://a.example\n",
	  .shown = "base_url = \"https://a.example\"  # F:1" },
	{ .name = "one value for a list",
	  .file = "listen = \"127.0.0.1:1\"",
	  .shown = "listen = {\"127.0.0.1:1\"}  # F:1" },
	{ .name = "a list that is added to",
	  .file = "listen = \"127.0.0.1:1\"\nlisten += {\"[::1]:2\"}",
	  .shown = "listen = {\"127.0.0.1:1\", \"[::1]:2\"}  # F:2" },
	{ .name = "an empty list",
	  .file = "trusted_proxies = {}",
	  .shown = "trusted_proxies = {}  # F" },
	{ .name = "networks of all kinds",
	  .file = "trusted_proxies = {\"10.0.0.0/8\", \"2001:db8::7\", \"unix\"}",
	  .shown = "trusted_proxies = {\"10.0.0.0/8\", \"2001:db8::7/128\", \"unix\"}  # F:1" },
	{ .name = "minutes",
	  .file = "device_code_lifetime = 20m",
	  .shown = "device_code_lifetime = 20m  # F:1" },
	{ .name = "plain seconds",
	  .file = "device_code_lifetime = 90",
	  .shown = "device_code_lifetime = 90s  # F:1" },
	{ .name = "days",
	  .file = "refresh_token_idle = 30d",
	  .shown = "refresh_token_idle = 30d  # F:1" },
	{ .name = "a variable goes before the file",
	  .file = "workers = 7",
	  .env = { "DOORCODE_WORKERS=8" },
	  .shown = "workers = 8  # DOORCODE_WORKERS" },
	{ .name = "a flag goes before a variable",
	  .env = { "DOORCODE_WORKERS=8" },
	  .flags = { "--workers=9" },
	  .shown = "workers = 9  # --workers" },
	{ .name = "a flag with its value behind it",
	  .flags = { "--log-level", "error" },
	  .shown = "log_level = error  # --log-level" },
	{ .name = "underscores in a flag",
	  .flags = { "--log_level=error" },
	  .shown = "log_level = error  # --log-level" },
	{ .name = "a flag alone means yes",
	  .flags = { "--insecure-http", "serve" },
	  .shown = "insecure_http = yes  # --insecure-http" },
	{ .name = "a flag that says no",
	  .flags = { "--insecure-http=no" },
	  .shown = "insecure_http = no  # --insecure-http" },
	{ .name = "of a flag that comes twice the last counts",
	  .flags = { "--workers=1", "--workers=2" },
	  .shown = "workers = 2  # --workers" },
	{ .name = "a list by commas in a variable",
	  .env = { "DOORCODE_LISTEN=127.0.0.1:1,[::1]:2" },
	  .shown = "listen = {\"127.0.0.1:1\", \"[::1]:2\"}  # DOORCODE_LISTEN" },
	{ .name = "a list by several flags",
	  .file = "listen = \"127.0.0.1:9\"",
	  .flags = { "--listen", "127.0.0.1:1", "--listen=[::1]:2" },
	  .shown = "listen = {\"127.0.0.1:1\", \"[::1]:2\"}  # --listen" },
	{ .name = "variables of others, and those of the tests",
	  .env = { "PATH=/bin", "DOORCODE_TEST_BIN=x", "DOORCODE_TEST_CLOCK=y" },
	  .shown = "workers = 0  # default" },
	{ .name = "the password of a database is not shown",
	  .flags = { "--database=postgresql://u:secret@h/d", "--master-key-file=/k" },
	  .shown = "database = \"postgresql://u:***@h/d\"  # --database" },
	{ .name = "nor one with a question mark and an at sign in it",
	  .flags = { "--database=postgresql://u:s?cr@et@h:5433/d?x=1", "--master-key-file=/k" },
	  .shown = "database = \"postgresql://u:***@h:5433/d?x=1\"  # --database" },
	{ .name = "nor one with a slash in it",
	  .flags = { "--database=postgresql://u:sec/ret@h/d", "--master-key-file=/k" },
	  .shown = "database = \"postgresql://u:***@h/d\"  # --database" },
	{ .name = "nor one among the parameters",
	  .flags = { "--database=postgresql://h:5433/d?password=secret&user=u&sslpassword=x",
		     "--master-key-file=/k" },
	  .shown = "database = \"postgresql://h:5433/d?password=***&user=u&sslpassword=***\""
		   "  # --database" },
	{ .name = "a database of a server without a password is shown as it is",
	  .flags = { "--database=postgresql://u@h:5433,i:5434/d?sslmode=verify-full",
		     "--master-key-file=/k" },
	  .shown = "database = \"postgresql://u@h:5433,i:5434/d?sslmode=verify-full\""
		   "  # --database" },
	{ .name = "a variable of the environment in the file",
	  .file = "database = \"${DOORCODE_TEST_FOLDER}/d.db\"",
	  .shown = "database = \"/folder/d.db\"  # F:1" },
};

START_TEST(takes)
{
	const struct row *row = &good[_i];
	struct start start;

	setenv("DOORCODE_TEST_FOLDER", "/folder", 1);
	start_with(row, &start);
	ck_assert_msg(start.faults[0] == '\0', "%s: %s", row->name, start.faults);
	ck_assert_msg(start.err == ERR_OK, "%s", row->name);
	start_show(&start, false);
	if (row->shown != NULL)
		ck_assert_msg(has_line(start.shown, row->shown), "%s:\n%s", row->name, start.shown);
	start_end(&start);
}
END_TEST

/* --- what is refused
 * ------------------------------------------------------------------------------------------------
 */

#define HOW "; write name = value, name = \"text\" or name = {\"one\", \"two\"}\n"

static const struct row bad[] = {
	{ .name = "a name that is nearly one",
	  .file = "\nbase_urll = \"https://a.example\"",
	  .faults = "F:2: base_urll: is not an option; did you mean base_url?\n" },
	{ .name = "dashes in the file",
	  .file = "base-url = \"https://a.example\"",
	  .faults = "F:1: base-url: is not an option; did you mean base_url?\n" },
	{ .name = "a name that is like none",
	  .file = "qqqqqqqqqqqq = {\"a\", \"b\"}",
	  .faults =
		  "F:1: qqqqqqqqqqqq: is not an option; doorcode config show --example lists them all\n" },
	{ .name = "three names at once, behind each other",
	  .file = "wrkers = 1\nworkers = x\nlog_levle = info\n\nbase_ur = \"b\"",
	  .faults = "F:1: wrkers: is not an option; did you mean workers?\n"
		    "F:3: log_levle: is not an option; did you mean log_level?\n"
		    "F:5: base_ur: is not an option; did you mean base_url?\n"
		    "F:2: workers: \"x\" is not right; use a number from 0 to 4096\n" },
	{ .name = "no value", .file = "workers =\n\n", .faults = "F:3: premature end of file" HOW },
	{ .name = "no sign between name and value",
	  .file = "# x\nworkers 5",
	  .faults = "F:2: missing equal sign after option 'workers'" HOW },
	{ .name = "quotes that do not end",
	  .file = "database = \"x\nworkers = 1\n",
	  .faults = "F:3: premature end of file" HOW },
	{ .name = "a text with a line feed",
	  .file = "database = \"x\ny\"",
	  .faults =
		  "F:2: database: the value holds control characters or is not UTF-8; write it as one line of UTF-8\n" },
	{ .name = "bytes that are no UTF-8",
	  .file = "database = \"\xff\"",
	  .faults =
		  "F:1: database: the value holds control characters or is not UTF-8; write it as one line of UTF-8\n" },
	{ .name = "the same option twice",
	  .file = "workers = 1\nloops = 2\nworkers = 1\n",
	  .faults = "F:3: workers: stands in line 1 already; keep one of them\n" },
	{ .name = "a text that is added to",
	  .file = "base_url = \"https://a.example\"\nbase_url += \"/x\"",
	  .faults = "F:2: attempt to append to non-list option 'base_url'" HOW },
	{ .name = "a list without a comma",
	  .file = "listen = {\"a\" \"b\"}",
	  .faults =
		  "F:1: unexpected token 'b'" HOW
		  "F:1: listen: \"a\" is not an address to listen on; use 127.0.0.1:8000, [::1]:8000, unix:/run/doorcode/http.sock or systemd, with https:// or https+mtls:// before it for TLS\n" },
	{ .name = "letters for a number",
	  .env = { "DOORCODE_WORKERS=many" },
	  .faults = "DOORCODE_WORKERS: \"many\" is not right; use a number from 0 to 4096\n" },
	{ .name = "a number that is too large",
	  .flags = { "--max-connections=99999999999999999999" },
	  .faults =
		  "--max-connections: \"99999999999999999999\" is not right; use a number from 16 to 1000000 connections\n" },
	{ .name = "a number below zero",
	  .flags = { "--workers=-1" },
	  .faults = "--workers: \"-1\" is not right; use a number from 0 to 4096\n" },
	{ .name = "a span that is too short",
	  .file = "device_code_lifetime = 59s",
	  .faults =
		  "F:1: device_code_lifetime: \"59s\" is not right; use seconds, or a number with s, m, h or d, from 1m to 1h\n" },
	{ .name = "a span of an unknown unit",
	  .flags = { "--device-interval=5w" },
	  .faults =
		  "--device-interval: \"5w\" is not right; use seconds, or a number with s, m, h or d, from 1s to 1m\n" },
	{ .name = "an interval of nothing",
	  .flags = { "--device-interval=0" },
	  .faults =
		  "--device-interval: \"0\" is not right; use seconds, or a number with s, m, h or d, from 1s to 1m\n" },
	{ .name = "perhaps for a flag",
	  .file = "insecure_http = perhaps",
	  .faults = "F:1: insecure_http: \"perhaps\" is not right; say yes or no\n" },
	{ .name = "a word that is no choice",
	  .flags = { "--log-level=loud" },
	  .faults = "--log-level: \"loud\" is not right; say debug, info, warn or error\n" },
	{ .name = "applications for nobody",
	  .file = "applications = nobody",
	  .faults = "F:1: applications: \"nobody\" is not right; say admins or everyone\n" },
	{ .name = "a network with too many bits",
	  .flags = { "--trusted-proxies=10.0.0.0/8,10.0.0.0/33" },
	  .faults =
		  "--trusted-proxies: \"10.0.0.0/33\" is not right; use an address such as 192.0.2.1 or 2001:db8::1, a network such as "
		  "10.0.0.0/8, or unix\n" },
	{ .name = "a variable that is nearly one",
	  .env = { "DOORCODE_BASEURL=x" },
	  .faults = "DOORCODE_BASEURL: is not an option; did you mean DOORCODE_BASE_URL?\n" },
	{ .name = "a variable in lower case",
	  .env = { "DOORCODE_workers=1" },
	  .faults = "DOORCODE_workers: is not an option; did you mean DOORCODE_WORKERS?\n" },
	{ .name = "a flag without its value",
	  .flags = { "--database" },
	  .faults = "--database: has no value; say --database=PATH\n" },
	{ .name = "a value of nothing",
	  .flags = { "--database=" },
	  .faults = "--database: \"\" is not right; give it a value, or leave it out\n" },
	{ .name = "too little memory for a password",
	  .flags = { "--password-memory=4096" },
	  .faults =
		  "--password-memory: \"4096\" is not right; use a number from 8192 to 4194304 KiB\n" },
	{ .name = "faults of all sources at once, and none for the sake of another",
	  .file = "workers = x\nsession_absolute = y\nsession_idle = 13h\n",
	  .env = { "DOORCODE_LOOPS=z", "DOORCODE_LOGLEVEL=info" },
	  .flags = { "--log-format=xml" },
	  .faults =
		  "F:1: workers: \"x\" is not right; use a number from 0 to 4096\n"
		  "F:2: session_absolute: \"y\" is not right; use seconds, or a number with s, m, h or d, from 2m to 365d\n"
		  "DOORCODE_LOOPS: \"z\" is not right; use a number from 0 to 256\n"
		  "DOORCODE_LOGLEVEL: is not an option; did you mean DOORCODE_LOG_LEVEL?\n"
		  "--log-format: \"xml\" is not right; say logfmt or json\n" },
};

START_TEST(refuses)
{
	const struct row *row = &bad[_i];
	struct start start;

	start_with(row, &start);
	ck_assert_msg(strcmp(start.faults, row->faults) == 0, "%s:\n%s", row->name, start.faults);
	ck_assert_int_eq(start.err, ERR_INVALID);
	start_end(&start);
}
END_TEST

/* --- the rest
 * -------------------------------------------------------------------------------------------------------
 */

START_TEST(leaves_the_words_of_others)
{
	const struct row row = { .flags = { "--json", "--workers", "3", "user", "--admin", "--",
					    "--workers" } };
	static const char *const left[] = { "doorcode", "--json", "user",
					    "--admin",  "--",     "--workers" };
	struct start start;

	start_with(&row, &start);
	ck_assert_int_eq(start.argc, 6);
	for (int i = 0; i < start.argc; i++)
		ck_assert_str_eq(start.argv[i], left[i]);
	ck_assert_ptr_null(start.argv[start.argc]);
	ck_assert_int_eq(start.config->workers, 3);
	start_end(&start);
}
END_TEST

START_TEST(refuses_a_file_that_cannot_be_read)
{
	struct config_source source = { .file = "/nonexistent/doorcode.conf" };
	struct config *config;
	char *text = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&text, &len);

	ck_assert_int_eq(config_load(&source, out, &config), ERR_INVALID);
	fclose(out);
	ck_assert_str_eq(
		text,
		"/nonexistent/doorcode.conf: cannot be read: No such file or directory; name a file that can\n");
	free(text);
}
END_TEST

START_TEST(what_is_shown_can_be_read_again)
{
	const struct row row = {
		.flags = { "--base-url=https://a.example", "--trusted-proxies=10.0.0.0/8,::1",
			   "--session-idle=15m", "--database=/srv/a \"$b\" \\c.db",
			   "--log-format=json" },
	};
	struct start start, again;

	start_with(&row, &start);
	ck_assert_str_eq(start.faults, "");
	start_show(&start, false);
	const struct row second = { .file = start.shown };

	start_with(&second, &again);
	ck_assert_str_eq(again.faults, "");
	ck_assert_str_eq(again.config->database, "/srv/a \"$b\" \\c.db");
	ck_assert_str_eq(again.config->base_url, "https://a.example");
	ck_assert_uint_eq(again.config->trusted_proxies.count, 2);
	ck_assert_int_eq(again.config->session_idle, 900);
	ck_assert_int_eq(again.config->log_format, LOG_JSON);
	start_end(&start);
	start_end(&again);
}
END_TEST

START_TEST(is_shown_as_json)
{
	const struct row row = { .flags = { "--listen=127.0.0.1:1,[::1]:2", "--database=a\"b" } };
	struct start start;

	start_with(&row, &start);
	start_show(&start, true);
	ck_assert_ptr_nonnull(strstr(
		start.shown, "{\"database\":{\"value\":\"a\\\"b\",\"from\":\"--database\"},"));
	ck_assert_ptr_nonnull(strstr(
		start.shown,
		"\"listen\":{\"value\":[\"127.0.0.1:1\",\"[::1]:2\"],\"from\":\"--listen\"},"));
	ck_assert_ptr_nonnull(
		strstr(start.shown, "\"web_dir\":{\"value\":null,\"from\":\"default\"},"));
	ck_assert_ptr_nonnull(
		strstr(start.shown, "\"session_idle\":{\"value\":3600,\"from\":\"default\"},"));
	ck_assert_ptr_nonnull(
		strstr(start.shown, "\"insecure_http\":{\"value\":false,\"from\":\"default\"},"));
	start_end(&start);
}
END_TEST

START_TEST(defaults_are_those_of_the_struct)
{
	const struct row row = { .name = "nothing given" };
	struct start start;

	start_with(&row, &start);
	const struct config *config = start.config;

	ck_assert_str_eq(config->database, "doorcode.db");
	ck_assert_uint_eq(config->listen.count, 1);
	ck_assert_int_eq(config->worker_queue, 4096);
	ck_assert_int_eq(config->max_connections_per_source, 1024);
	ck_assert_int_eq(config->idle_timeout, 60);
	ck_assert_int_eq(config->pending_max, 1000000);
	ck_assert_int_eq(config->device_code_lifetime, 1800);
	ck_assert_int_eq(config->device_interval, 5);
	ck_assert_int_eq(config->access_token_lifetime, 36000);
	ck_assert_int_eq(config->refresh_token_idle, 2592000);
	ck_assert_int_eq(config->session_absolute, 43200);
	ck_assert_int_eq(config->keep_events, 90 * 86400);
	ck_assert_str_eq(config->user_code_alphabet, "BCDFGHJKLMNPQRSTVWXZ");
	ck_assert_int_eq(config->applications, APPLICATIONS_ADMINS);
	ck_assert_int_eq(config->password_memory, 65536);
	ck_assert_int_eq(config->log_level, LOG_INFO);
	ck_assert(!config_is_https(config));
	ck_assert(config_database_is_file(config));
	start_end(&start);
}
END_TEST

static void add_tests(TCase *tc)
{
	tcase_add_loop_test(tc, takes, 0, ARRAY_LEN(good));
	tcase_add_loop_test(tc, refuses, 0, ARRAY_LEN(bad));
	tcase_add_test(tc, leaves_the_words_of_others);
	tcase_add_test(tc, refuses_a_file_that_cannot_be_read);
	tcase_add_test(tc, what_is_shown_can_be_read_again);
	tcase_add_test(tc, is_shown_as_json);
	tcase_add_test(tc, defaults_are_those_of_the_struct);
}

TEST_MAIN("config/config", add_tests)
