/* SPDX-License-Identifier: Apache-2.0
 *
 * What jansson frees is wiped: tokens, secrets and private keys pass through it. For json.c. */
#ifndef JSON_JSON_MEMORY_H
#define JSON_JSON_MEMORY_H

/* Before anything of jansson that allocates; cheap when it has been done. */
void json_memory_prepare(void);

#endif
