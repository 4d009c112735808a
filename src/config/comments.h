/* SPDX-License-Identifier: Apache-2.0
 *
 * Takes the comments out of the options file before libConfuse sees it: that library (3.3) counts
 * three lines for a line with a comment, and takes a comment within a list for a value. */
#ifndef CONFIG_COMMENTS_H
#define CONFIG_COMMENTS_H

#include <stddef.h>

/* Writes blanks over comments: from '#' to the end of the line; from "//" likewise, and between the
 * marks of C, where a word starts. Quoted text is left alone, and so are line feeds. A comment that
 * does not end is left as it is. */
void comments_blank(char *text, size_t len);

#endif
