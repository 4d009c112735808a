/* SPDX-License-Identifier: Apache-2.0
 *
 * What of a URL's host one owner can multiply at no cost, so that all of it counts as one: the last
 * two labels of a name, or three where the second is as short as "co" in "co.uk"; an address as it
 * is written. A guess where a list of public suffixes would know: those who share a suffix of two
 * labels share a site, and who owns "a.io" has as many as he likes, until they lead somewhere. */
#ifndef FETCH_SITE_H
#define FETCH_SITE_H

#include "base/slice.h"

enum { SITE_MAX = 192 };

/* A part of `url`, which fetch_url_is_fine(); at most SITE_MAX bytes. Letters may be of any case.
 */
struct slice site_of(struct slice url);

#endif
