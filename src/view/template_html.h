/* SPDX-License-Identifier: Apache-2.0
 *
 * Where in the HTML a template stands, as far as it matters for escaping: in text, in a tag, in a
 * quoted value. Not an HTML parser: what would need one (scripts, styles, HTML comments) is
 * refused, and has no place in our pages anyway. */
#ifndef VIEW_TEMPLATE_HTML_H
#define VIEW_TEMPLATE_HTML_H

#include "base/slice.h"

enum template_place { PLACE_TEXT = 0, PLACE_TAG, PLACE_DOUBLE, PLACE_SINGLE };

/* Goes over literal text from `*place` on. NULL when all is well, else what is wrong; `*at` is the
 * offset of it. */
const char *template_html_follow(enum template_place *place, struct slice text, size_t *at);

#endif
