/* SPDX-License-Identifier: Apache-2.0
 *
 * Leases by the clock of the caller. One program serves a file, so it is all the nodes there are.
 */
#include "store/sqlite/object.h"

struct taking {
	const struct lease *lease;
	int64_t now;
	int64_t fence;
};

static enum err run_take(struct conn *conn, void *arg)
{
	static const char take[] =
		"INSERT INTO lease (name, holder, fence, until) VALUES (?1, ?2, 1, ?4)"
		" ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, until = excluded.until,"
		" fence = iif(holder = excluded.holder AND until > ?3, fence, fence + 1)"
		" WHERE holder = excluded.holder OR until <= ?3";
	static const char look[] = "SELECT fence FROM lease WHERE name = ?1";
	struct taking *taking = arg;
	const struct lease *lease = taking->lease;
	enum err err = conn_change(conn, take,
				   VALUES(V_TEXT(lease->name), V_ID(&lease->holder),
					  V_INT(taking->now), V_INT(taking->now + lease->seconds)),
				   ERR_UNCHANGED);
	if (err != ERR_OK)
		return err;
	return conn_number(conn, look, VALUES(V_TEXT(lease->name)), &taking->fence) == FOUND
		       ? ERR_OK
		       : ERR_DATABASE;
}

static enum err lease_take(struct store *store, const struct lease *lease, int64_t now,
			   uint64_t *fence)
{
	struct taking taking = { .lease = lease, .now = now };
	enum err err = engine_write(store, run_take, &taking, NULL);
	*fence = err == ERR_OK ? (uint64_t)taking.fence : 0;
	return err;
}

/* The row stays, so that the next holder gets the next fence. */
static enum err lease_release(struct store *store, const struct lease *lease)
{
	static const char sql[] = "UPDATE lease SET until = 0 WHERE name = ?1 AND holder = ?2";
	enum err err = ENGINE_CHANGE(store, sql, VALUES(V_TEXT(lease->name), V_ID(&lease->holder)),
				     ERR_ABSENT, NULL);
	return err == ERR_ABSENT ? ERR_OK : err;
}

static enum err node_beat(struct store *store UNUSED, const struct node *node,
			  struct node_census *census)
{
	*census = (struct node_census){ .nodes = 1, .live = node->live };
	return ERR_OK;
}

static enum err node_leave(struct store *store UNUSED, const struct id *node UNUSED)
{
	return ERR_OK;
}

const struct store_node_ops node_ops = {
	.lease_take = lease_take,
	.lease_release = lease_release,
	.beat = node_beat,
	.leave = node_leave,
};
