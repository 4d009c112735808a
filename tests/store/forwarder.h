/* SPDX-License-Identifier: Apache-2.0
 *
 * A forwarder of TCP between a store and its PostgreSQL server, which does to the messages what a
 * bad network does: it loses questions, loses answers after the server has given them, stands
 * still, is not there. It knows messages apart, so TLS is switched off in its URL. */
#ifndef STORE_FORWARDER_H
#define STORE_FORWARDER_H

#include <stdbool.h>
#include <stddef.h>

#include "contract.h"

struct forwarder;

enum forwarder_mode {
	FORWARD,        /* as it should be */
	FORWARD_FROZEN, /* takes everything, passes nothing on, in either direction */
	FORWARD_DOWN,   /* ends every connection at once, new ones too */
	FORWARD_MUTE    /* passes everything on but notifications */
};

/* Trips once, by the next message to the server that holds a certain text. */
enum forwarder_fault {
	FAULT_NONE,
	FAULT_CUT,     /* the connection ends before the server gets it */
	FAULT_SWALLOW, /* the connection ends after the server has answered it, unheard */
	FAULT_FREEZE,  /* the server answers it, and the answer stays here: the connection does not
			  end */
	FAULT_WARN     /* the answer comes with the warning of a commit that no standby has */
};

/* `database` is the URL of a database, `through` becomes that of the same one by the forwarder. */
struct forwarder *forwarder_new(const char *database, char through[CONTRACT_DATABASE_MAX]);
void forwarder_free(struct forwarder **forwarder);
void forwarder_set(struct forwarder *forwarder, enum forwarder_mode mode);
/* `text` lives as long as the fault. */
void forwarder_arm(struct forwarder *forwarder, enum forwarder_fault fault, const char *text);
/* Whether the fault has tripped; for FAULT_SWALLOW and FAULT_FREEZE, whether the server has
 * answered, too. */
bool forwarder_has_tripped(struct forwarder *forwarder);
/* Connections that it has taken so far. */
size_t forwarder_accepted(struct forwarder *forwarder);

#endif
