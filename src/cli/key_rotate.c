/* SPDX-License-Identifier: Apache-2.0
 *
 * `doorcode key rotate`: a new signing key for each algorithm, or, with --master, a new master key.
 */
#include "cli/key.h"

#include "cli/open.h"
#include "flow/keys.h"
#include "flow/signing.h"

/* --- signing keys */

static void add_json(struct cli *cli, struct json *array, enum alg alg, struct slice kid)
{
	struct json *object = json_object_new();

	json_set_text(object, "alg", slice_str(alg_row(alg)->name));
	json_set_text(object, "kid", kid);
	json_append(array, &object);
	if (!cli->json)
		fprintf(cli->out, "%s: %.*s\n", alg_row(alg)->name, SLICE_ARG(kid));
}

static enum err rotate_all(struct cli *cli, uint32_t algs, struct json *array)
{
	enum err err = ERR_OK;

	for (unsigned i = 0; i < ALG_COUNT && err == ERR_OK; i++) {
		struct slice kid;

		if (!(algs & ALG_BIT(i)))
			continue;
		err = signing_rotate(&cli->flow, &cli->call, (enum alg)i, cli_has(cli, "at-once"),
				     &kid);
		if (err == ERR_OK)
			add_json(cli, array, (enum alg)i, kid);
	}
	return err;
}

static int rotate_signing(struct cli *cli)
{
	const char *name = cli_value(cli, "algorithm");
	enum alg alg = name ? alg_from_name(slice_str(name)) : ALG_COUNT;
	uint32_t algs = alg == ALG_COUNT ? ALGS_OURS : ALG_BIT(alg);

	if (name && (alg == ALG_COUNT || !(ALGS_OURS & algs)))
		return cli_misuse(cli, "--algorithm is RS256, ES256 or PS256, not %s", name);
	int status = cli_open(cli, CLI_NEED_FLOW);

	if (status != CLI_DONE)
		return status;
	struct json *array = json_array_new();
	enum err err = rotate_all(cli, algs, array);

	if (err != ERR_OK) {
		json_free(&array);
		return cli_failed(cli, "rotate a signing key", err);
	}
	return cli_done(
		cli, &array, "%s",
		cli_has(cli, "at-once")
			? "They sign from now on, and those before them are good for nothing any more."
			: "They are published, and sign in an hour; those before them stay published for as long "
			  "as what they signed lasts.");
}

/* --- the master key */

/* The database takes the check value of the new key at once, so that no node comes up with another
 * one under its id. */
static int register_key(struct cli *cli)
{
	keyring_free(&cli->ring);
	enum err err = keyring_load(cli->config->master_key_file, &cli->ring);

	if (err == ERR_OK)
		err = keys_check(cli->store, cli->ring, false);
	return err == ERR_OK ? CLI_DONE
			     : cli_failed(cli, "make the new key known to the database", err);
}

static int rotate_master(struct cli *cli)
{
	const char *path = cli->config->master_key_file;
	uint32_t id = 0;
	int status = cli_open(cli, CLI_NEED_FLOW);

	if (status != CLI_DONE)
		return status;
	enum err err = keyring_rotate(path, &id);

	if (err == ERR_FULL)
		return cli_refuse(
			cli, "%s holds %d keys already; doorcode key reseal says which line may go",
			path, KEYRING_MAX);
	if (err != ERR_OK)
		return cli_failed(cli, "write the master key file", err);
	struct event event = call_event(&cli->call, EVENT_KEY_ROTATED, NULL, NULL, NULL);

	event.detail = key_id_text(cli, id);
	store_event_post(cli->store, &event);
	status = register_key(cli);
	if (status != CLI_DONE)
		return status;
	struct json *json = json_object_new();

	json_set_text(json, "key", key_id_text(cli, id));
	return cli_done(
		cli, &json,
		"The key %08x is the current one in %s. Give the file to all nodes and restart them now.",
		id, path);
}

int key_rotate(struct cli *cli)
{
	if (!cli_has(cli, "master"))
		return rotate_signing(cli);
	if (cli_has(cli, "algorithm") || cli_has(cli, "at-once"))
		return cli_misuse(cli,
				  "--algorithm and --at-once are about signing keys, not --master");
	return rotate_master(cli);
}
