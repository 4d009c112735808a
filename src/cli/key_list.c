/* SPDX-License-Identifier: Apache-2.0
 *
 * `doorcode key list`: master keys and signing keys, and what each of them does now. */
#include "cli/key.h"

#include "cli/open.h"
#include "cli/table.h"
#include "flow/keys.h"

static struct json *master_json(struct cli *cli, const struct keys_report *report)
{
	struct json *object = json_object_new();

	json_set_text(object, "key", key_id_text(cli, report->key_id));
	json_set_bool(object, "current", report->current);
	json_set_number(object, "uses", (int64_t)report->uses);
	json_set_bool(object, "dropped", report->dropped);
	return object;
}

struct json *key_reports_json(struct cli *cli, const struct keys_report *reports, size_t count)
{
	struct json *array = json_array_new();

	for (size_t i = 0; i < count; i++) {
		struct json *object = master_json(cli, &reports[i]);

		json_append(array, &object);
	}
	return array;
}

void key_print_reports(struct cli *cli, const struct keys_report *reports, size_t count)
{
	static const char *const headings[] = { "MASTER KEY", "CURRENT", "USES", "" };
	struct table *table = table_new(cli->arena, headings, ARRAY_LEN(headings));

	for (size_t i = 0; i < count; i++) {
		table_cell(table, key_id_text(cli, reports[i].key_id));
		table_cell(table, reports[i].current ? SLICE("yes") : SLICE("no"));
		table_cell(table,
			   arena_printf(cli->arena, "%llu", (unsigned long long)reports[i].uses));
		table_cell(table, reports[i].dropped ? SLICE("its line may leave the file")
						     : SLICE("needed"));
	}
	table_print(table, cli->out, "There are no keys.");
}

/* --- signing keys */

static const char *state_of(const struct signing_key_list *keys, const struct signing_key *key,
			    int64_t now)
{
	if (!signing_key_is_published(key, now))
		return "retired";
	if (key->signs_from > now)
		return "waits";
	return signing_key_choose(keys, key->alg, now) == key ? "signs" : "verifies";
}

static struct json *signing_json(struct cli *cli, const struct signing_key_list *keys)
{
	struct json *array = json_array_new();

	for (size_t i = 0; i < keys->count; i++) {
		const struct signing_key *key = &keys->items[i];
		struct json *object = json_object_new();

		json_set_text(object, "kid", key->kid);
		json_set_text(object, "alg", slice_str(alg_row(key->alg)->name));
		json_set_text(object, "state", slice_str(state_of(keys, key, cli->call.now)));
		cli_set_time(object, "created", key->created, cli->arena);
		cli_set_time(object, "signs_from", key->signs_from, cli->arena);
		cli_set_time(object, "expires", key->expires, cli->arena);
		json_append(array, &object);
	}
	return array;
}

static void print_signing(struct cli *cli, const struct signing_key_list *keys)
{
	static const char *const headings[] = { "SIGNING KEY", "ALGORITHM", "STATE", "SIGNS FROM",
						"LEAVES" };
	struct table *table = table_new(cli->arena, headings, ARRAY_LEN(headings));

	for (size_t i = 0; i < keys->count; i++) {
		const struct signing_key *key = &keys->items[i];

		table_cell(table, key->kid);
		table_cell(table, slice_str(alg_row(key->alg)->name));
		table_cell(table, slice_str(state_of(keys, key, cli->call.now)));
		table_cell(table, cli_time(cli->arena, key->signs_from));
		table_cell(table, cli_time(cli->arena, key->expires));
	}
	table_print(table, cli->out, "There are no signing keys yet: the first start makes them.");
}

/* --- both */

static enum err count_uses(struct cli *cli, struct keys_report *reports, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		uint32_t id = keyring_id(cli->ring, i);

		reports[i] = (struct keys_report){ .key_id = id,
						   .current = id == keyring_current(cli->ring) };
		enum err err = keys_uses(cli->store, id, &reports[i].uses);

		if (err != ERR_OK)
			return err;
		reports[i].dropped = !reports[i].current && reports[i].uses == 0;
	}
	return ERR_OK;
}

static void print_json(struct cli *cli, const struct keys_report *reports, size_t count,
		       const struct signing_key_list *keys)
{
	AUTO(json) struct json *json = json_object_new();
	struct json *master = key_reports_json(cli, reports, count);
	struct json *signing = signing_json(cli, keys);

	json_set_json(json, "master", &master);
	json_set_json(json, "signing", &signing);
	cli_print_json(cli, json);
}

int key_list(struct cli *cli)
{
	struct keys_report reports[KEYRING_MAX];
	struct signing_key_list keys = { .count = 0 };
	int status = cli_open(cli, CLI_NEED_FLOW);

	if (status != CLI_DONE)
		return status;
	size_t count = keyring_count(cli->ring);
	enum err err = count_uses(cli, reports, count);

	if (err == ERR_OK)
		err = store_signing_key_list(cli->store, cli->arena, &keys);
	if (err != ERR_OK)
		return cli_failed(cli, "list the keys", err);
	if (cli->json) {
		print_json(cli, reports, count, &keys);
		return CLI_DONE;
	}
	key_print_reports(cli, reports, count);
	fputc('\n', cli->out);
	print_signing(cli, &keys);
	return CLI_DONE;
}
