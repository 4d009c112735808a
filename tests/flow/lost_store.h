/* SPDX-License-Identifier: Apache-2.0
 *
 * A store whose look-ups of one kind fail, as when the server has gone between two of them. */
#ifndef FLOW_LOST_STORE_H
#define FLOW_LOST_STORE_H

#include "store/store_ops.h"

struct lost_store {
	struct store *store;
	const struct store_ops *before;
	struct store_ops ops;
	struct store_user_ops user;
	struct store_authorization_ops authorization;
	struct store_seen_ops seen;
};

/* From here until lost_store_fini() people cannot be looked up, or authorizations; or nothing can
 * be remembered as seen. */
void lost_store_lose_people(struct lost_store *lost, struct store *store);
void lost_store_lose_authorizations(struct lost_store *lost, struct store *store);
void lost_store_lose_seen(struct lost_store *lost, struct store *store);
void lost_store_fini(struct lost_store *lost);

#endif
