/* SPDX-License-Identifier: Apache-2.0
 *
 * `doorcode ticket ...`: what lets somebody register a client (RFC7591#3) or make an account. A
 * ticket is printed once; lists name it by the first digits of its hash. */
#include "base/encode.h"
#include "cli/commands.h"
#include "cli/open.h"
#include "cli/table.h"
#include "config/duration.h"
#include "domain/plain_text.h"
#include "flow/tickets.h"

enum { LIFETIME_DEFAULT = 7 * 86400, NAME_DIGITS = 16 };

/* Sixteen digits of the hash: enough to tell tickets apart, and no help to guess one. */
static struct slice ticket_name(struct arena *arena, const struct ticket *ticket)
{
	char digits[2 * HASH_BYTES];

	encode_hex(ticket->hash.bytes, HASH_BYTES, digits);
	return arena_slice(arena, slice_of(digits, NAME_DIGITS));
}

static struct json *ticket_json(struct cli *cli, const struct ticket *ticket, struct slice text)
{
	struct json *object = json_object_new();

	json_set_text(object, "ticket_id", ticket_name(cli->arena, ticket));
	if (!slice_is_empty(text))
		json_set_text(object, "ticket", text);
	json_set_text(object, "kind", slice_str(ticket_kind_name(ticket->kind)));
	json_set_text(object, "note", ticket->note);
	json_set_number(object, "uses", ticket->uses);
	cli_set_time(object, "created", ticket->created, cli->arena);
	cli_set_time(object, "expires", ticket->expires, cli->arena);
	return object;
}

static int take_uses(struct cli *cli, struct ticket_new *ticket)
{
	const char *uses = cli_value(cli, "uses");
	int64_t number = 1;

	if (uses != NULL && slice_parse_int64(slice_str(uses), &number) != ERR_OK)
		return cli_misuse(cli, "--uses is a number");
	if (number < 1 || number > TICKET_USES_MAX)
		return cli_refuse(cli, "--uses is 1 to %d", TICKET_USES_MAX);
	ticket->uses = (uint32_t)number;
	return CLI_DONE;
}

static int take_expires(struct cli *cli, struct ticket_new *ticket)
{
	const char *expires = cli_value(cli, "expires");

	ticket->lifetime = LIFETIME_DEFAULT;
	if (expires != NULL && duration_parse(slice_str(expires), &ticket->lifetime) != ERR_OK)
		return cli_misuse(cli,
				  "--expires is a number of seconds, or one with s, m, h or d");
	if (ticket->lifetime < 1 || ticket->lifetime > TICKET_LIFETIME_MAX)
		return cli_refuse(cli, "--expires is 1s to 3650d");
	return CLI_DONE;
}

static int take_note(struct cli *cli, struct ticket_new *ticket)
{
	const char *note = cli_value(cli, "note");

	ticket->note = note == NULL ? SLICE_EMPTY : slice_trim(slice_str(note));
	if (ticket->note.len > TICKET_NOTE_MAX ||
	    (ticket->note.len > 0 && !plain_text_is_line(ticket->note)))
		return cli_refuse(cli, "--note is one line, %d bytes at most", TICKET_NOTE_MAX);
	return CLI_DONE;
}

static int take_ticket(struct cli *cli, struct ticket_new *ticket)
{
	int status = take_uses(cli, ticket);

	ticket->kind = ticket_kind_parse(slice_str(cli->words[0]));
	if (ticket->kind == TICKET_KIND_COUNT)
		return cli_misuse(cli, "a ticket is for registration or for sign-up");
	if (status == CLI_DONE)
		status = take_expires(cli, ticket);
	return status == CLI_DONE ? take_note(cli, ticket) : status;
}

static int run_add(struct cli *cli)
{
	struct ticket_new ticket = { .uses = 1 };
	struct ticket row;
	struct slice text;
	int status = take_ticket(cli, &ticket);

	if (status == CLI_DONE)
		status = cli_open(cli, CLI_NEED_FLOW);
	if (status != CLI_DONE)
		return status;
	enum err err = ticket_add(&cli->flow, &cli->call, &ticket, &text, &row);

	if (err != ERR_OK)
		return cli_failed(cli, "make the ticket", err);
	struct json *json = ticket_json(cli, &row, text);
	struct slice expires = cli_time(cli->arena, row.expires);

	return cli_done(cli, &json,
			"%.*s\n(It is shown this once; only its hash is kept. Good for %u use%s "
			"until %.*s.)",
			SLICE_ARG(text), row.uses, row.uses == 1 ? "" : "s", SLICE_ARG(expires));
}

static int list_tickets(struct cli *cli, struct ticket_list *list)
{
	enum err err = store_ticket_list(cli->store, cli->arena, list);

	return err == ERR_OK ? CLI_DONE : cli_failed(cli, "list the tickets", err);
}

static void print_tickets(struct cli *cli, const struct ticket_list *list)
{
	static const char *const headings[] = { "TICKET_ID", "KIND",    "USES",
						"CREATED",   "EXPIRES", "NOTE" };
	struct table *table = table_new(cli->arena, headings, ARRAY_LEN(headings));

	for (size_t i = 0; i < list->count; i++) {
		const struct ticket *ticket = &list->items[i];

		table_cell(table, ticket_name(cli->arena, ticket));
		table_cell(table, slice_str(ticket_kind_name(ticket->kind)));
		table_cell(table, arena_printf(cli->arena, "%u", ticket->uses));
		table_cell(table, cli_time(cli->arena, ticket->created));
		table_cell(table, cli_time(cli->arena, ticket->expires));
		table_cell(table, ticket->note);
	}
	table_print(table, cli->out, "There are no tickets.");
}

static int run_list(struct cli *cli)
{
	struct ticket_list list = { .count = 0 };
	int status = cli_open(cli, CLI_NEED_FLOW);

	if (status == CLI_DONE)
		status = list_tickets(cli, &list);
	if (status != CLI_DONE)
		return status;
	if (!cli->json) {
		print_tickets(cli, &list);
		return CLI_DONE;
	}
	struct json *array = json_array_new();

	for (size_t i = 0; i < list.count; i++) {
		struct json *object = ticket_json(cli, &list.items[i], SLICE_EMPTY);

		json_append(array, &object);
	}
	cli_print_json(cli, array);
	json_free(&array);
	return CLI_DONE;
}

static int run_remove(struct cli *cli)
{
	struct ticket_list list = { .count = 0 };
	const struct ticket *ticket = NULL;
	int status = cli_open(cli, CLI_NEED_FLOW);

	if (status == CLI_DONE)
		status = list_tickets(cli, &list);
	if (status != CLI_DONE)
		return status;
	for (size_t i = 0; i < list.count; i++)
		if (slice_equal(ticket_name(cli->arena, &list.items[i]), slice_str(cli->words[0])))
			ticket = &list.items[i];
	if (ticket == NULL)
		return cli_refuse(cli, "there is no ticket %s: doorcode ticket list has them",
				  cli->words[0]);
	struct event event = call_event(&cli->call, EVENT_TICKET_REMOVED, NULL, NULL, NULL);

	event.detail = arena_printf(cli->arena, "%s %s, %.*s", ticket_kind_name(ticket->kind),
				    cli->words[0], SLICE_ARG(cli->call.actor));
	enum err err = store_ticket_remove(cli->store, &ticket->hash, &event);

	if (err != ERR_OK)
		return cli_failed(cli, "remove the ticket", err);
	struct json *json = ticket_json(cli, ticket, SLICE_EMPTY);

	return cli_done(cli, &json, "The ticket %s was removed.", cli->words[0]);
}

static const struct command_option add_options[] = {
	{ "uses", "NUMBER", "how often it can be used (default 1)" },
	{ "expires", "SECONDS", "how long it is good for (default 7d)" },
	{ "note", "WORDS", "for whom it is, for the list" },
};

static const struct command commands[] = {
	{
		.words = "ticket add",
		.usage = "registration|sign-up [--uses NUMBER] [--expires SECONDS] [--note WORDS]",
		.summary =
			"make a ticket to register a client, or to make an account; printed once",
		.example = "doorcode ticket add registration --uses 20 --expires 30d",
		.options = add_options,
		.option_count = ARRAY_LEN(add_options),
		.least = 1,
		.most = 1,
		.run = run_add,
	},
	{
		.words = "ticket list",
		.usage = "[--json]",
		.summary = "list the tickets",
		.example = "doorcode ticket list",
		.run = run_list,
	},
	{
		.words = "ticket remove",
		.usage = "TICKET_ID",
		.summary = "remove a ticket; nobody can use it any more",
		.example = "doorcode ticket remove 0f3a9c2d11e84b77",
		.least = 1,
		.most = 1,
		.run = run_remove,
	},
};

const struct command_group ticket_group = { .title = "Tickets",
					    .commands = commands,
					    .count = ARRAY_LEN(commands) };
