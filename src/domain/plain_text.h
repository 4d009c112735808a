/* SPDX-License-Identifier: Apache-2.0
 *
 * Which characters a name that is shown to people may hold. Controls and characters that turn the
 * writing direction are refused everywhere: they would let one name look like another, or hide what
 * a page says. */
#ifndef DOMAIN_PLAIN_TEXT_H
#define DOMAIN_PLAIN_TEXT_H

#include <stdbool.h>

#include "base/slice.h"

/* Well-formed UTF-8 of one line without controls, line separators, direction marks and zero-width
 * spaces. Blanks and the joiners that some scripts need are fine. */
bool plain_text_is_line(struct slice text);
/* The same, and without anything that leaves no mark: blanks of any script, joiners. */
bool plain_text_is_word(struct slice text);

#endif
