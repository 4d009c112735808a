/* SPDX-License-Identifier: Apache-2.0
 *
 * The certificate that comes along with a token, as what the token may be bound to: RFC8705#3.
 * Whether it has expired, or who issued it, does not matter: whoever presents it has proved to hold
 * its key. */
#ifndef FLOW_HELD_CERTIFICATE_H
#define FLOW_HELD_CERTIFICATE_H

#include "base/arena.h"
#include "base/slice.h"
#include "domain/binding.h"

/* By our own TLS as DER, or by a proxy as text; both may be empty. BINDING_NONE: there is none, or
 * it is none. */
struct binding held_certificate(struct arena *arena, struct slice der, struct slice text);

#endif
