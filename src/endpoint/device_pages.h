/* SPDX-License-Identifier: Apache-2.0
 *
 * What the confirm and the status page share: finding what a handle stands for. */
#ifndef ENDPOINT_DEVICE_PAGES_H
#define ENDPOINT_DEVICE_PAGES_H

#include "flow/device_verify.h"
#include "web/web.h"

/* False when it has answered (404, 503). */
bool device_pages_load(struct web_context *context, struct device_shown *out);
void device_pages_go_to_status(struct web_context *context);

#endif
