/* SPDX-License-Identifier: Apache-2.0
 *
 * What the flows and the store need to know, out of the config. */
#ifndef CLI_SETTINGS_H
#define CLI_SETTINGS_H

#include "config/config.h"
#include "flow/flow.h"
#include "store/store.h"

/* Slices point into the config, which must live as long. */
struct flow_settings settings_flow(const struct config *config);
/* Whose assertions are taken, in the arena. */
void settings_issuers(const struct config *config, struct arena *arena,
		      struct flow_settings *settings);
/* The same for the store. */
struct store_options settings_store(const struct config *config);

#endif
