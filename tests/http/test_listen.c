/* SPDX-License-Identifier: Apache-2.0
 *
 * Where the server listens: addresses, unix sockets, sockets of systemd; and whom it lets in over
 * plain http. */
#include <arpa/inet.h>
#include <ifaddrs.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "check_main.h"
#include "http/listen.h"
#include "http_fixture.h"

static struct fixture fixture;
static struct reply reply;
static struct listener_list list;
static char folder[64];

#define GET "GET /peer HTTP/1.1\r\nHost: a\r\n\r\n"

static const char *const wrong[] = {
	"",
	"8000",
	":8000",
	"127.0.0.1",
	"127.0.0.1:",
	"127.0.0.1:65536",
	"127.0.0.1:-1",
	"127.0.0.1:http",
	"localhost:8000",
	"::1:8000",
	"[::1]",
	"[::1:8000",
	"256.0.0.1:80",
	"unix:",
	"unix:relative",
	"unix:/nowhere/at/all",
	"systemd",
	"Systemd",
	"127.0.0.1:80 ",
	"192.0.2.1:0",
};

START_TEST(wrong_places)
{
	ck_assert_msg(listener_list_open(&list, &(struct http_listen){ .address = wrong[_i] }) !=
			      ERR_OK,
		      "%s", wrong[_i]);
	ck_assert_uint_eq(list.count, 0);
}
END_TEST

START_TEST(taken_port)
{
	char spec[32];
	ck_assert_int_eq(
		listener_list_open(&list, &(struct http_listen){ .address = "127.0.0.1:0" }),
		ERR_OK);
	ck_assert_uint_ne(list.items[0].port, 0);
	snprintf(spec, sizeof(spec), "127.0.0.1:%u", list.items[0].port);
	ck_assert_int_eq(listener_list_open(&list, &(struct http_listen){ .address = spec }),
			 ERR_IO);
	listener_list_fini(&list);
}
END_TEST

static bool have_ipv6(void)
{
	bool have = listener_list_open(&list, &(struct http_listen){ .address = "[::1]:0" }) ==
		    ERR_OK;
	listener_list_fini(&list);
	list.count = 0;
	return have;
}

static void ask(const struct sockaddr *sa, socklen_t len)
{
	int fd = socket(sa->sa_family, SOCK_STREAM, 0);
	ck_assert_int_eq(connect(fd, sa, len), 0);
	raw_say(fd, GET);
	raw_read_answer(fd, 300, &reply);
	close(fd);
}

START_TEST(ipv6)
{
	if (!have_ipv6())
		return;
	fixture_init(&fixture);
	fixture_start(&fixture, "[::1]:0");
	struct sockaddr_in6 sa = { .sin6_family = AF_INET6,
				   .sin6_port = htons(fixture.port),
				   .sin6_addr = IN6ADDR_LOOPBACK_INIT };
	ask((const struct sockaddr *)&sa, sizeof(sa));
	ck_assert_int_eq(reply.status, 200);
	ck_assert_int_eq(strncmp(reply_body(&reply), "::1 http ", 9), 0);
	fixture_stop(&fixture);
}
END_TEST

/* An address of this host that is not loopback; false when it has none. */
static bool own_address(char *out, size_t size)
{
	struct ifaddrs *all;
	bool found = false;
	if (getifaddrs(&all) != 0)
		return false;
	for (struct ifaddrs *one = all; one != NULL && !found; one = one->ifa_next) {
		struct address address;
		char text[ADDRESS_TEXT_MAX];
		if (one->ifa_addr == NULL || one->ifa_addr->sa_family != AF_INET)
			continue;
		address_from_sockaddr(one->ifa_addr, &address);
		found = !address_is_loopback(&address);
		struct slice shown = address_text(&address, text);
		snprintf(out, size, "%.*s", SLICE_ARG(shown));
	}
	freeifaddrs(all);
	return found;
}

/* RFC8628#3.1: plain http from afar, with and without insecure_http. */
START_TEST(plain_http_from_afar)
{
	char address[64], spec[80];
	bool insecure = _i == 1;
	if (!own_address(address, sizeof(address)))
		return;
	fixture_init(&fixture);
	fixture.options.insecure_http = insecure;
	snprintf(spec, sizeof(spec), "%s:0", address);
	fixture_start(&fixture, spec);
	struct sockaddr_in sa = { .sin_family = AF_INET, .sin_port = htons(fixture.port) };
	inet_pton(AF_INET, address, &sa.sin_addr);
	ask((const struct sockaddr *)&sa, sizeof(sa));
	ck_assert_int_eq(reply.status, insecure ? 200 : 0);
	ck_assert_int_eq(reply.closed, !insecure);
	fixture_stop(&fixture);
}
END_TEST

/* --- unix sockets --- */

static struct sockaddr_un unix_path(char *spec, size_t size)
{
	struct sockaddr_un sa = { .sun_family = AF_UNIX };
	snprintf(folder, sizeof(folder), "/tmp/doorcode-test-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(folder));
	snprintf(sa.sun_path, sizeof(sa.sun_path), "%s/socket", folder);
	snprintf(spec, size, "unix:%s", sa.sun_path);
	return sa;
}

START_TEST(unix_socket)
{
	char spec[160];
	struct sockaddr_un sa = unix_path(spec, sizeof(spec));
	fixture_init(&fixture);
	fixture_start(&fixture, spec);
	ck_assert_uint_eq(fixture.port, 0);
	ask((const struct sockaddr *)&sa, sizeof(sa));
	ck_assert_int_eq(reply.status, 200);
	ck_assert_int_eq(strncmp(reply_body(&reply), "unix http ", 10), 0);
	/* Somebody answers there: it is not taken away from him. */
	ck_assert_int_ne(listener_list_open(&list, &(struct http_listen){ .address = spec }),
			 ERR_OK);
	fixture_stop(&fixture);
	ck_assert_int_ne(access(sa.sun_path, F_OK), 0);
	rmdir(folder);
}
END_TEST

START_TEST(unix_socket_left_behind)
{
	char spec[160];
	struct sockaddr_un sa = unix_path(spec, sizeof(spec));
	int dead = socket(AF_UNIX, SOCK_STREAM, 0);
	ck_assert_int_eq(bind(dead, (const struct sockaddr *)&sa, sizeof(sa)), 0);
	close(dead);
	ck_assert_int_eq(listener_list_open(&list, &(struct http_listen){ .address = spec }),
			 ERR_OK);
	/* A successor put his own there: it stays. */
	unlink(sa.sun_path);
	int other = socket(AF_UNIX, SOCK_STREAM, 0);
	ck_assert_int_eq(bind(other, (const struct sockaddr *)&sa, sizeof(sa)), 0);
	listener_list_fini(&list);
	ck_assert_int_eq(access(sa.sun_path, F_OK), 0);
	close(other);
	unlink(sa.sun_path);
	rmdir(folder);
}
END_TEST

START_TEST(unix_path_that_is_a_file)
{
	char spec[160];
	struct sockaddr_un sa = unix_path(spec, sizeof(spec));
	FILE *file = fopen(sa.sun_path, "w");
	fclose(file);
	ck_assert_int_ne(listener_list_open(&list, &(struct http_listen){ .address = spec }),
			 ERR_OK);
	ck_assert_int_eq(access(sa.sun_path, F_OK), 0);
	unlink(sa.sun_path);
	rmdir(folder);
}
END_TEST

/* --- systemd --- */

/* In a child of its own, since the descriptors begin at 3, which is in use here. 0 when it went as
 * it should. */
static int child_of_systemd(int listener, const char *pid, const char *count)
{
	char own[16];
	snprintf(own, sizeof(own), "%d", (int)getpid());
	setenv("LISTEN_PID", pid == NULL ? own : pid, 1);
	setenv("LISTEN_FDS", count, 1);
	if (dup2(listener, 3) != 3)
		return 2;
	if (listener_list_open(&list, &(struct http_listen){ .address = "systemd" }) != ERR_OK)
		return 1;
	listener_list_fini(&list);
	if (getenv("LISTEN_FDS") != NULL || dup2(listener, 3) != 3)
		return 2;
	setenv("LISTEN_PID", own, 1);
	setenv("LISTEN_FDS", count, 1);
	fixture_init(&fixture);
	fixture_start(&fixture, "systemd");
	int fd = raw_connect(fixture.port);
	raw_say(fd, GET);
	raw_read_answer(fd, 300, &reply);
	close(fd);
	fixture_stop(&fixture);
	return reply.status == 200 ? 0 : 3;
}

static const struct systemd_row {
	const char *name;
	const char *pid; /* NULL: its own */
	const char *count;
	int type;
	bool listening;
	int result;
} systemd_rows[] = {
	{ "a listening socket is served", NULL, "1", SOCK_STREAM, true, 0 },
	{ "variables for another process", "1", "1", SOCK_STREAM, true, 1 },
	{ "a pid that is no number", "x", "1", SOCK_STREAM, true, 1 },
	{ "no sockets", NULL, "0", SOCK_STREAM, true, 1 },
	{ "a thousand sockets", NULL, "1000", SOCK_STREAM, true, 1 },
	{ "a count that is no number", NULL, "one", SOCK_STREAM, true, 1 },
	{ "a socket that does not listen", NULL, "1", SOCK_STREAM, false, 1 },
	{ "a datagram socket", NULL, "1", SOCK_DGRAM, false, 1 },
};

START_TEST(sockets_of_systemd)
{
	const struct systemd_row *row = &systemd_rows[_i];
	struct sockaddr_in sa = { .sin_family = AF_INET, .sin_addr = { htonl(INADDR_LOOPBACK) } };
	int listener = socket(AF_INET, row->type, 0);
	ck_assert_int_eq(bind(listener, (const struct sockaddr *)&sa, sizeof(sa)), 0);
	if (row->listening)
		ck_assert_int_eq(listen(listener, 4), 0);
	pid_t child = fork();
	if (child == 0)
		_exit(child_of_systemd(listener, row->pid, row->count));
	int status = -1;
	ck_assert_int_eq(waitpid(child, &status, 0), child);
	ck_assert_msg(WIFEXITED(status) && WEXITSTATUS(status) == row->result, "%s: %x", row->name,
		      (unsigned)status);
	close(listener);
}
END_TEST

/* --- sd_notify --- */

static int notify_socket(const char *env, struct sockaddr_un *sa, size_t path_len)
{
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0);
	socklen_t len = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + path_len);
	ck_assert_int_eq(bind(fd, (const struct sockaddr *)sa, len), 0);
	setenv("NOTIFY_SOCKET", env, 1);
	return fd;
}

static void expect_notice(int fd)
{
	char text[64];
	notify_send("READY=1");
	ssize_t n = recv(fd, text, sizeof(text), 0);
	ck_assert_int_eq(n, 7);
	ck_assert_int_eq(memcmp(text, "READY=1", 7), 0);
	close(fd);
}

START_TEST(notices)
{
	char spec[160];
	unsetenv("NOTIFY_SOCKET");
	notify_send("READY=1");
	setenv("NOTIFY_SOCKET", "nonsense", 1);
	notify_send("READY=1");
	struct sockaddr_un sa = unix_path(spec, sizeof(spec));
	expect_notice(notify_socket(sa.sun_path, &sa, strlen(sa.sun_path) + 1));
	unlink(sa.sun_path);
	rmdir(folder);
	char name[64];
	snprintf(name, sizeof(name), "@doorcode-test-%d", (int)getpid());
	memcpy(sa.sun_path, name, sizeof(name));
	sa.sun_path[0] = '\0';
	expect_notice(notify_socket(name, &sa, strlen(name)));
}
END_TEST

static void add_tests(TCase *tc)
{
	tcase_add_loop_test(tc, wrong_places, 0, (int)ARRAY_LEN(wrong));
	tcase_add_test(tc, taken_port);
	tcase_add_test(tc, ipv6);
	tcase_add_loop_test(tc, plain_http_from_afar, 0, 2);
	tcase_add_test(tc, unix_socket);
	tcase_add_test(tc, unix_socket_left_behind);
	tcase_add_test(tc, unix_path_that_is_a_file);
	tcase_add_loop_test(tc, sockets_of_systemd, 0, (int)ARRAY_LEN(systemd_rows));
	tcase_add_test(tc, notices);
}

TEST_MAIN("http/listen", add_tests)
