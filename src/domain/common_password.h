/* SPDX-License-Identifier: Apache-2.0
 *
 * Passwords that are tried first: a list, and the shapes in which people vary them. Only passwords
 * of eight characters and more are listed, since shorter ones are refused before. ASVS 6.2.4 */
#ifndef DOMAIN_COMMON_PASSWORD_H
#define DOMAIN_COMMON_PASSWORD_H

#include <stdbool.h>

#include "base/slice.h"

/* Case does not matter. True for a listed password; for a listed word of four letters and more with
 * digits and marks behind it, with or without the usual substitutes (0 for o, @ for a); for walks
 * over the keyboard, the alphabet or the digits; for one piece of up to four characters said again
 * and again. */
bool common_password_is(struct slice password);

#endif
