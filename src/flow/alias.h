/* SPDX-License-Identifier: Apache-2.0
 *
 * The second name of our endpoints, under which clients with a certificate reach them: RFC8705#5 */
#ifndef FLOW_ALIAS_H
#define FLOW_ALIAS_H

#include "flow/flow.h"

/* The same place below mtls_base_url; `url` itself where there is no such place. */
struct slice alias_of(const struct flow *flow, struct arena *arena, struct slice url);

#endif
