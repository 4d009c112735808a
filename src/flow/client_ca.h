/* SPDX-License-Identifier: Apache-2.0
 *
 * The authorities whose certificates clients may authenticate by: RFC8705#2.1. Read at start and
 * again at SIGHUP, while other threads ask. */
#ifndef FLOW_CLIENT_CA_H
#define FLOW_CLIENT_CA_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/err.h"
#include "crypto/certificate.h"

struct client_ca;
/* `path`, a PEM file, lives as long. The reason of a failure is logged. */
MUST_USE enum err client_ca_load(const char *path, struct client_ca **out);
void client_ca_free(struct client_ca **ca);
/* What was read before stays when this fails. */
MUST_USE enum err client_ca_reload(struct client_ca *ca);
/* NULL: there are none, so nothing is vouched for. */
bool client_ca_vouches(struct client_ca *ca, const struct certificate *certificate, int64_t now);

#endif
