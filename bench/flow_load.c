/* SPDX-License-Identifier: Apache-2.0
 *
 * Whole flows per second over HTTP: each thread is one device and one person with a session, and
 * asks for codes, enters the user code, approves, and redeems, four requests one after the other on
 * kept connections. With several ports each request goes to another node than the one before.
 *
 *	flow_load CLIENT_ID SECONDS PEOPLE PORT[,PORT...]
 *
 * PEOPLE is a file with a line per thread: the Cookie header, a tab, the form token. */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { PORTS_MAX = 8, PEOPLE_MAX = 512, TEXT_MAX = 16384, FIELD_MAX = 512 };

struct load {
	const char *client_id;
	int ports[PORTS_MAX];
	size_t port_count;
	atomic_bool stop;
	_Atomic unsigned long flows;
	_Atomic unsigned long waits;   /* polls that were too early for that node */
	_Atomic unsigned long refused; /* answers that were not what a flow needs */
};

struct person {
	struct load *load;
	pthread_t thread;
	unsigned number;
	size_t turn; /* which node is asked next */
	int sockets[PORTS_MAX];
	char cookie[FIELD_MAX];
	char csrf[FIELD_MAX];
	char answer[TEXT_MAX];
};

static void fail(const char *what)
{
	perror(what);
	exit(EXIT_FAILURE);
}

static int dial(int port)
{
	const struct sockaddr_in to = { .sin_family = AF_INET,
					.sin_port = htons((uint16_t)port),
					.sin_addr = { htonl(INADDR_LOOPBACK) } };
	const int one = 1;
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0 || connect(fd, (const struct sockaddr *)&to, sizeof(to)) != 0)
		fail("connect");
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	return fd;
}

/* Reads one answer to its end, by its Content-Length. */
static bool read_answer(int fd, char *text)
{
	size_t len = 0;
	for (;;) {
		ssize_t got = read(fd, text + len, TEXT_MAX - 1 - len);
		if (got <= 0)
			return false;
		len += (size_t)got;
		text[len] = '\0';
		const char *end = strstr(text, "\r\n\r\n");
		const char *length = strcasestr(text, "\r\ncontent-length:");
		if (end == NULL || length == NULL)
			continue;
		size_t whole = (size_t)(end + 4 - text) + strtoul(length + 17, NULL, 10);
		if (len >= whole)
			return true;
	}
}

/* The status; 0 when the connection broke. */
static int post(struct person *person, const char *path, const char *body, bool as_person)
{
	char request[TEXT_MAX];
	int fd = person->sockets[person->turn++ % person->load->port_count];
	int len = snprintf(request, sizeof(request),
			   "POST %s HTTP/1.1\r\nHost: bench\r\nX-Forwarded-For: 10.%u.%u.1\r\n"
			   "Content-Type: application/x-www-form-urlencoded\r\n"
			   "Content-Length: %zu\r\n%s%s%s\r\n%s",
			   path, person->number / 256, person->number % 256, strlen(body),
			   as_person ? "Cookie: " : "", as_person ? person->cookie : "",
			   as_person ? "\r\n" : "", body);
	if (len < 0 || (size_t)len >= sizeof(request) ||
	    write(fd, request, (size_t)len) != (ssize_t)len || !read_answer(fd, person->answer))
		return 0;
	return (int)strtol(person->answer + sizeof("HTTP/1.1"), NULL, 10);
}

/* What stands between `before` and `after` in the answer. */
static bool cut(const struct person *person, const char *before, const char *after, char *out)
{
	const char *from = strstr(person->answer, before);
	if (from == NULL)
		return false;
	from += strlen(before);
	size_t len = strcspn(from, after);
	if (len >= FIELD_MAX)
		return false;
	memcpy(out, from, len);
	out[len] = '\0';
	return true;
}

/* Polls until word of the decision has reached the node. */
static bool redeem(struct person *person, const char *body)
{
	const struct timespec step = { .tv_nsec = 2000000 };
	for (int i = 0; i < 1000; i++) {
		size_t turn = person->turn;
		int status = post(person, "/o/token/", body, false);
		bool waits = strstr(person->answer, "authorization_pending") != NULL ||
			     strstr(person->answer, "slow_down") != NULL;
		if (status != 400 || !waits)
			return status == 200;
		atomic_fetch_add(&person->load->waits, 1);
		person->turn = turn;
		nanosleep(&step, NULL);
	}
	return false;
}

static bool run_flow(struct person *person)
{
	char device_code[FIELD_MAX], user_code[FIELD_MAX], confirm[FIELD_MAX], body[TEXT_MAX];
	snprintf(body, sizeof(body), "client_id=%s", person->load->client_id);
	if (post(person, "/o/device-authorization/", body, false) != 200 ||
	    !cut(person, "\"device_code\":\"", "\"", device_code) ||
	    !cut(person, "\"user_code\":\"", "\"", user_code))
		return false;
	snprintf(body, sizeof(body), "csrf_token=%s&user_code=%s", person->csrf, user_code);
	if (post(person, "/o/device", body, true) != 303 ||
	    !cut(person, "ocation: ", "\r", confirm))
		return false;
	snprintf(body, sizeof(body), "csrf_token=%s&action=accept", person->csrf);
	if (post(person, confirm, body, true) != 303)
		return false;
	snprintf(body, sizeof(body),
		 "grant_type=urn%%3Aietf%%3Aparams%%3Aoauth%%3Agrant-type%%3Adevice_code"
		 "&client_id=%s&device_code=%s",
		 person->load->client_id, device_code);
	return redeem(person, body);
}

static void *live(void *arg)
{
	struct person *person = arg;
	struct load *load = person->load;
	for (size_t i = 0; i < load->port_count; i++)
		person->sockets[i] = dial(load->ports[i]);
	while (!atomic_load(&load->stop)) {
		if (run_flow(person))
			atomic_fetch_add(&load->flows, 1);
		else if (atomic_fetch_add(&load->refused, 1) == 0)
			fprintf(stderr, "%.200s\n", person->answer);
	}
	for (size_t i = 0; i < load->port_count; i++)
		close(person->sockets[i]);
	return NULL;
}

static size_t read_people(const char *path, struct load *load, struct person *people)
{
	FILE *file = fopen(path, "re");
	if (file == NULL)
		fail(path);
	size_t count = 0;
	while (count < PEOPLE_MAX && fscanf(file, "%511[^\t]\t%511[^\n]\n", people[count].cookie,
					    people[count].csrf) == 2) {
		people[count].load = load;
		people[count].number = (unsigned)count;
		count++;
	}
	fclose(file);
	return count;
}

int main(int argc, char **argv)
{
	static struct load load;
	static struct person people[PEOPLE_MAX];
	if (argc != 5) {
		fprintf(stderr, "usage: flow_load CLIENT_ID SECONDS PEOPLE PORT[,PORT...]\n");
		return 2;
	}
	load.client_id = argv[1];
	unsigned seconds = (unsigned)strtoul(argv[2], NULL, 10);
	for (char *port = argv[4]; port != NULL && load.port_count < PORTS_MAX;) {
		load.ports[load.port_count++] = (int)strtol(port, &port, 10);
		port = *port == ',' ? port + 1 : NULL;
	}
	size_t count = read_people(argv[3], &load, people);
	for (size_t i = 0; i < count; i++)
		if (pthread_create(&people[i].thread, NULL, live, &people[i]) != 0)
			fail("pthread_create");
	sleep(seconds);
	atomic_store(&load.stop, true);
	for (size_t i = 0; i < count; i++)
		pthread_join(people[i].thread, NULL);
	printf("%.0f flows/s, %lu refused, %lu polls before the decision had arrived\n",
	       (double)atomic_load(&load.flows) / seconds, atomic_load(&load.refused),
	       atomic_load(&load.waits));
	return 0;
}
