/* SPDX-License-Identifier: Apache-2.0
 *
 * Reading lines with echo switched off, and putting the terminal back as it was. */
#include "cli/ask.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/signalfd.h>
#include <termios.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/secret.h"

enum { LINE_MAX_BYTES = 4096, NO_STOP = -1 };

/* False when a signal is pending on `stop` before anything can be read. */
static bool wait_for_input(int fd, int stop)
{
	struct pollfd both[] = { { .fd = fd, .events = POLLIN }, { .fd = stop, .events = POLLIN } };

	while (poll(both, ARRAY_LEN(both), -1) < 0 && errno == EINTR)
		continue;
	return both[1].revents == 0;
}

/* One line without its end; a longer one is refused, never cut. Byte by byte, into the arena alone:
 * the buffers of stdio would keep a password in freed memory. */
static enum err read_line(int fd, int stop, struct arena *arena, struct slice *out)
{
	char *line = arena_alloc(arena, LINE_MAX_BYTES);
	size_t len = 0;
	ssize_t got = 1;

	while (got == 1) {
		if (len == LINE_MAX_BYTES)
			return ERR_FULL;
		if (!wait_for_input(fd, stop))
			return ERR_IO;
		got = read(fd, &line[len], 1);
		if (got == 1 && line[len] == '\n')
			break;
		len += got == 1;
	}
	if (got < 0 || (got == 0 && len == 0))
		return ERR_ABSENT;
	if (len > 0 && line[len - 1] == '\r')
		len--;
	*out = slice_of(line, len);
	return ERR_OK;
}

static int read_password(struct cli *cli, int fd, const char *name, struct slice *out)
{
	enum err err = read_line(fd, NO_STOP, cli->arena, out);

	if (err == ERR_FULL)
		return cli_refuse(cli, "the first line of %s is too long for a password", name);
	if (err != ERR_OK || slice_is_empty(*out))
		return cli_refuse(cli, "there is no password in %s", name);
	return CLI_DONE;
}

static int password_of_file(struct cli *cli, const char *path, struct slice *out)
{
	if (strcmp(path, "-") == 0)
		return read_password(cli, fileno(cli->in), "standard input", out);
	AUTO_FINI(fd) int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return cli_refuse(cli, "cannot read %s: %s", path, strerror(errno));
	return read_password(cli, fd, path, out);
}

static int prompt(struct cli *cli, int stop, const char *question, struct slice *out)
{
	fputs(question, cli->err);
	fflush(cli->err);
	enum err err = read_line(fileno(cli->in), stop, cli->arena, out);

	fputc('\n', cli->err);
	return err == ERR_OK ? CLI_DONE
			     : cli_refuse(cli, "no password was given; nothing was changed");
}

static int prompt_twice(struct cli *cli, int stop, struct slice *out)
{
	struct slice again;
	int status = prompt(cli, stop, "Password: ", out);

	if (status == CLI_DONE)
		status = prompt(cli, stop, "Once more: ", &again);
	if (status == CLI_DONE &&
	    (again.len != out->len || !secret_equal(again.ptr, out->ptr, out->len)))
		return cli_refuse(cli, "the two passwords differ; nothing was changed");
	return status;
}

/* Signals are held back while echo is off: Control-C ends the question, then the terminal shows
 * again what is typed, and then the signal does what it does. */
static int password_of_terminal(struct cli *cli, struct slice *out)
{
	int terminal = fileno(cli->in);
	struct termios shown, hidden;
	sigset_t stops, before;

	if (tcgetattr(terminal, &shown) != 0)
		return cli_refuse(
			cli, "cannot switch off the echo of this terminal; use --password-file");
	sigemptyset(&stops);
	sigaddset(&stops, SIGINT);
	sigaddset(&stops, SIGTERM);
	sigaddset(&stops, SIGHUP);
	sigaddset(&stops, SIGTSTP);
	sigprocmask(SIG_BLOCK, &stops, &before);
	AUTO_FINI(fd) int stop = signalfd(-1, &stops, SFD_CLOEXEC);

	hidden = shown;
	hidden.c_lflag &= ~(tcflag_t)ECHO;
	tcsetattr(terminal, TCSAFLUSH, &hidden);
	int status = prompt_twice(cli, stop, out);

	tcsetattr(terminal, TCSAFLUSH, &shown);
	sigprocmask(SIG_SETMASK, &before, NULL);
	return status;
}

int ask_password(struct cli *cli, struct slice *out)
{
	const char *path = cli_value(cli, "password-file");

	*out = SLICE_EMPTY;
	if (path != NULL)
		return password_of_file(cli, path, out);
	if (isatty(fileno(cli->in)))
		return password_of_terminal(cli, out);
	return read_password(cli, fileno(cli->in), "standard input", out);
}

int ask_yes(struct cli *cli, const char *what)
{
	struct slice answer = SLICE_EMPTY;

	if (cli_has(cli, "yes"))
		return CLI_DONE;
	if (!isatty(fileno(cli->in)))
		return cli_misuse(cli, "there is nobody to ask; say --yes");
	fprintf(cli->err, "%s [y/N] ", what);
	fflush(cli->err);
	enum err err = read_line(fileno(cli->in), NO_STOP, cli->arena, &answer);

	if (err == ERR_OK &&
	    (slice_equal_nocase(answer, SLICE("y")) || slice_equal_nocase(answer, SLICE("yes"))))
		return CLI_DONE;
	return cli_refuse(cli, "nothing was changed");
}
