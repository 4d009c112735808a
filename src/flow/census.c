/* SPDX-License-Identifier: Apache-2.0
 *
 * What other nodes remember is the sum less what this one had said. */
#include "flow/census.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/ensure.h"
#include "base/log.h"
#include "base/rng.h"
#include "flow/poll_table.h"

enum { NAME_MAX_BYTES = 64 };

struct census {
	struct id self;
	char name[NAME_MAX_BYTES + 1];
	_Atomic uint64_t elsewhere;
	_Atomic uint64_t nodes;
};

struct census *census_new(void)
{
	struct census *census = xcalloc(1, sizeof(*census));
	rng_bytes(census->self.bytes, ID_BYTES);
	/* A name that is cut may lack its end: the last byte stays zero. */
	if (gethostname(census->name, NAME_MAX_BYTES) != 0)
		census->name[0] = '\0';
	return census;
}

void census_free(struct census **census)
{
	free(*census);
	*census = NULL;
}

const struct id *census_self(const struct census *census)
{
	return &census->self;
}

enum err census_beat(const struct flow *flow)
{
	struct census *census = flow->census;
	const struct node node = { census->self, slice_str(census->name),
				   poll_table_live(flow->polls) };
	struct node_census all;
	enum err err = store_node_beat(flow->store, &node, &all);
	if (err != ERR_OK)
		return err;
	atomic_store(&census->elsewhere, all.live > node.live ? all.live - node.live : 0);
	if (atomic_exchange(&census->nodes, all.nodes) != all.nodes)
		log_info("nodes that serve this database", LOG_NUMBER("nodes", all.nodes));
	return ERR_OK;
}

void census_leave(const struct flow *flow)
{
	if (store_node_leave(flow->store, &flow->census->self) != ERR_OK)
		log_plain(LOG_WARN, "the other nodes will take this one for alive for a while");
}

size_t census_live(const struct flow *flow)
{
	size_t here = poll_table_live(flow->polls);
	return flow->census ? here + (size_t)atomic_load(&flow->census->elsewhere) : here;
}
