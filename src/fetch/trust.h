/* SPDX-License-Identifier: Apache-2.0
 *
 * Whose certificates are believed in requests of ours: the authorities of the system, and those of
 * a file beside them, as one file that libcurl can read. */
#ifndef FETCH_TRUST_H
#define FETCH_TRUST_H

struct trust;
/* `ca_file`: PEM, read here; NULL: those of the system alone. What cannot be read is logged, and is
 * not believed. */
struct trust *trust_new(const char *ca_file);
void trust_free(struct trust **trust);
/* NULL: whatever libcurl takes by itself. */
const char *trust_file(const struct trust *trust);

#endif
