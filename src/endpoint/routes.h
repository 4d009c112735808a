/* SPDX-License-Identifier: Apache-2.0
 *
 * The table of everything that is served. */
#ifndef ENDPOINT_ROUTES_H
#define ENDPOINT_ROUTES_H

#include "web/web.h"

extern const struct route_table routes;

#endif
