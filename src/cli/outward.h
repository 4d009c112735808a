/* SPDX-License-Identifier: Apache-2.0
 *
 * What `doorcode serve` needs to ask others: a way out for requests of ours, the keys fetched by
 * it, and the authorities that vouch for clients. */
#ifndef CLI_OUTWARD_H
#define CLI_OUTWARD_H

#include "base/attr.h"
#include "base/err.h"
#include "config/config.h"
#include "flow/flow.h"

/* `workers`: threads that wait for what is asked. The reason of a failure is logged.
 * outward_close() in any case. */
MUST_USE enum err outward_open(const struct config *config, size_t workers, struct flow *flow);
void outward_close(struct flow *flow);
/* Reads files anew: at SIGHUP. */
MUST_USE enum err outward_reload(const struct flow *flow);

#endif
