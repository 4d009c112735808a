/* SPDX-License-Identifier: Apache-2.0
 *
 * What the pages share: the values that each of them has, and the way from values to a document.
 * For the files of this folder and for tests; everybody else includes view/pages.h. */
#ifndef VIEW_VIEW_H
#define VIEW_VIEW_H

#include "view/pages.h"
#include "view/template.h"
#include "view/values.h"
#include "view/view_file.h"

enum { PAGE_ROWS_MAX = 200 /* of a list that a page shows */ };

struct view {
	struct template_set templates;
	struct view_files statics;
	bool strict;
};

/* From now on a page whose template names what it does not provide fails as VIEW_FAILED. For tests,
 * before threads share it. */
void view_set_strict(struct view *view);

/* A document that says so, in the place of a page that could not be made. */
#define VIEW_FAILED "This page could not be shown"

/* The values of struct page, with the title; more are added to them. With errors the title of the
 * window says so first. */
struct values *view_values(const struct page *page, struct slice title, bool has_errors);
/* The document: template `name` with these values. A failure is logged, and VIEW_FAILED comes out.
 */
struct slice view_render(const struct page *page, const char *name, const struct values *values);

/* "scopes": a list of { scope, words }. */
void view_add_scopes(struct values *values, const struct scope_words *scopes, size_t count);
/* "resources": likewise of { resource, words }. */
void view_add_resources(struct values *values, const struct scope_words *resources, size_t count);
/* Percent-encoded, for a query behind an address of ours. */
struct slice view_query(struct arena *arena, struct slice text);
/* NAME_iso and NAME_words for a <time>, and NAME itself: whether there is one (not 0). */
struct view_time_names {
	const char *has;
	const char *iso;
	const char *words;
};
void view_add_time(struct values *values, struct arena *arena, const struct view_time_names *names,
		   int64_t time);
/* An address of somebody else's for a link, a form or a frame. The scheme stands in the template,
 * so that no value can choose another: at most one of the three is set, to what follows "https://",
 * "http://", or, for a scheme of its own (RFC8252#7.1: it has a dot), to the whole. */
struct view_address_names {
	const char *https;
	const char *http;
	const char *app; /* NULL: such are not linked here */
};
void view_add_address(struct values *values, const struct view_address_names *names,
		      struct slice uri);
/* Where a client's redirect URI leads, in words: "destination" is its host, or its scheme where
 * that is an application's own; "is_here": a program on the machine in front of the person. */
void view_add_destination(struct values *values, struct slice uri);
/* The fields of one application. */
void view_add_application(struct values *values, const struct application_row *row);

#endif
