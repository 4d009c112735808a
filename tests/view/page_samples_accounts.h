/* SPDX-License-Identifier: Apache-2.0
 *
 * The part of page_samples.c that is about accounts and about applications that send people here.
 */
#ifndef TESTS_VIEW_PAGE_SAMPLES_ACCOUNTS_H
#define TESTS_VIEW_PAGE_SAMPLES_ACCOUNTS_H

#include "view/pages.h"

/* A value as in life, or what every value is filled with. */
#define TEXT(literal) (fill.ptr != NULL ? fill : SLICE(literal))

struct slice sample_login(const struct page *page, struct slice fill);
struct slice sample_login_wrong(const struct page *page, struct slice fill);
struct slice sample_login_wait(const struct page *page, struct slice fill);
struct slice sample_login_add(const struct page *page, struct slice fill);
struct slice sample_login_again(const struct page *page, struct slice fill);
struct slice sample_chooser(const struct page *page, struct slice fill);
struct slice sample_chooser_plain(const struct page *page, struct slice fill);
struct slice sample_sign_up(const struct page *page, struct slice fill);
struct slice sample_sign_up_wrong(const struct page *page, struct slice fill);
struct slice sample_consent(const struct page *page, struct slice fill);
struct slice sample_consent_reviewed(const struct page *page, struct slice fill);
struct slice sample_form_post(const struct page *page, struct slice fill);
struct slice sample_end_session(const struct page *page, struct slice fill);
struct slice sample_end_session_unknown(const struct page *page, struct slice fill);
struct slice sample_logged_out(const struct page *page, struct slice fill);
struct slice sample_logged_out_on(const struct page *page, struct slice fill);

#endif
