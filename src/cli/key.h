/* SPDX-License-Identifier: Apache-2.0
 *
 * What the commands about keys share. */
#ifndef CLI_KEY_H
#define CLI_KEY_H

#include "cli/cli.h"
#include "flow/keys.h"

/* The id of a master key as it stands in the file. */
struct slice key_id_text(struct cli *cli, uint32_t id);
struct json *key_reports_json(struct cli *cli, const struct keys_report *reports, size_t count);
void key_print_reports(struct cli *cli, const struct keys_report *reports, size_t count);

/* The commands that stand in files of their own. */
int key_rotate(struct cli *cli);
int key_list(struct cli *cli);

#endif
