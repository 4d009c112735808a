/* SPDX-License-Identifier: Apache-2.0
 *
 * The pages, each with the typed values it shows. Values are plain text: the renderer escapes. The
 * templates are web/templates/NAME.html, built in, overridable by a folder. */
#ifndef VIEW_PAGES_H
#define VIEW_PAGES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "base/slice.h"

struct view; /* the parsed templates; immutable once made, shared by all threads */

/* `folder` (NULL: none) holds templates/ and static/, either of them or both; a file in it replaces
 * the built-in of the same name. ERR_INVALID for a faulty template, ERR_IO for a folder or file
 * that cannot be read (logged with file and line). */
MUST_USE enum err view_new(const char *folder, struct view **out);
void view_free(struct view **view);
/* A static file by name ("doorcode.css"), with its media type and an ETag of its content; from the
 * folder or built in. */
struct static_file {
	struct slice body;
	struct slice media_type;
	struct slice etag; /* quoted */
};
enum find view_static(const struct view *view, struct slice name, struct static_file *out);

/* What every page has. */
struct page {
	const struct view *view;
	struct arena *arena;
	struct slice csrf_token; /* wherever somebody is signed in: without it there is no sign-out
				    button */
	struct slice user_name;  /* "" when nobody is signed in */
	bool user_is_admin;
	bool may_register;   /* shows the link to applications */
	struct slice notice; /* a sentence above the content: "Saved." ; may be "" */
};

/* Each gives the whole HTML document, in the arena. */

struct slice page_home(const struct page *page);

struct login_values {
	struct slice next;     /* where to go afterwards */
	struct slice username; /* as typed */
	struct slice error;    /* sentence; "" */
	int64_t retry_after;   /* seconds, 0: may try now */
};
struct slice page_login(const struct page *page, const struct login_values *values);

struct device_values {
	struct slice user_code; /* prefilled */
	struct slice error;
	bool is_prefilled; /* it came with the link: ask to compare */
	int64_t retry_after;
	unsigned code_max;    /* maxlength of the field, generous */
	struct slice example; /* "WDJB-MJHT": the shape of a code */
};
struct slice page_device(const struct page *page, const struct device_values *values);

struct scope_words {
	struct slice name;
	struct slice description;
};
struct confirm_values {
	struct slice handle;
	struct slice user_code; /* as shown on the device */
	struct slice client_name;
	bool client_reviewed;
	const struct scope_words *scopes;
	size_t scope_count;
	int64_t age;             /* seconds since the device asked */
	int64_t expires_in;      /* seconds left to decide */
	struct slice address;    /* where the request came from */
	bool same_network;       /* the person's own /24 or /64 */
	struct slice user_agent; /* as the device called itself; may be "" */
};
struct slice page_confirm(const struct page *page, const struct confirm_values *values);

enum status_outcome {
	STATUS_PENDING = 0,
	STATUS_APPROVED,
	STATUS_CONNECTED,
	STATUS_DENIED,
	STATUS_EXPIRED,
	STATUS_OUTCOME_COUNT
};
struct status_values {
	enum status_outcome outcome; /* CONNECTED: the device has fetched its tokens */
	struct slice client_name;
	struct slice handle; /* for "look again" while APPROVED */
};
struct slice page_status(const struct page *page, const struct status_values *values);

struct application_row {
	struct slice id; /* text */
	struct slice name;
	struct slice client_id;
	struct slice type;   /* "public" */
	struct slice grants; /* words */
	struct slice owner;  /* name, shown to administrators; may be "" */
	bool reviewed;
	bool enabled;
};
struct applications_values {
	const struct application_row *rows;
	size_t count;
	bool all; /* an administrator sees everybody's */
};
struct slice page_applications(const struct page *page, const struct applications_values *values);

struct choice {
	struct slice value;
	struct slice label;
	bool chosen;
};
/* Register and update: the same form. */
struct application_form_values {
	struct slice id;              /* "" when registering */
	struct slice client_id;       /* read-only */
	struct slice client_id_proof; /* hidden: MAC over session and time */
	struct slice version;         /* hidden: as read, when updating */
	struct slice name;
	const struct choice *types;
	size_t type_count;
	const struct choice *grants; /* several may be chosen */
	size_t grant_count;
	const struct choice *algorithms;
	size_t algorithm_count;
	struct slice redirect_uris;
	struct slice post_logout_redirect_uris;
	struct slice allowed_origins;
	struct slice allowed_scopes;
	struct slice default_scopes;
	struct slice known_scopes;  /* shown as a hint */
	const struct slice *errors; /* by enum client_field, CLIENT_FIELD_COUNT of them; "" where
				       all is well */
	bool any_error;
	bool show_admin; /* administrators: enabled, reviewed */
	bool enabled;
	bool reviewed;
};
struct slice page_application_form(const struct page *page,
				   const struct application_form_values *values);

struct secret_row {
	struct slice id;
	int64_t created;
	int64_t expires;   /* 0: never */
	int64_t last_used; /* 0: never */
};
struct application_values {
	struct application_row row;
	struct slice secret; /* just made: shown once; "" otherwise */
	bool is_confidential;
	bool may_rotate;
	const struct secret_row *secrets;
	size_t secret_count;
	struct slice redirect_uris;
	struct slice post_logout_redirect_uris;
	struct slice allowed_origins;
	struct slice allowed_scopes;
	struct slice default_scopes;
	struct slice algorithm;
	bool has_device_grant;
	struct slice device_authorization_url; /* absolute, for the curl line shown to developers */
	int64_t created;
};
struct slice page_application(const struct page *page, const struct application_values *values);
struct slice page_application_delete(const struct page *page, const struct application_row *row);

struct authorization_row {
	struct slice id;
	struct slice client_name;
	const struct scope_words *scopes;
	size_t scope_count;
	int64_t created;
	int64_t last_used; /* 0: not yet */
	struct slice origin;
};
struct authorizations_values {
	const struct authorization_row *rows;
	size_t count;
};
struct slice page_authorizations(const struct page *page,
				 const struct authorizations_values *values);

/* Errors: 400, 403, 404, 405, 413, 429, 503 and the like. */
struct error_values {
	int status;
	struct slice title;
	struct slice text; /* what happened and what to do */
	struct slice request_id;
	int64_t retry_after; /* 0: none */
};
struct slice page_error(const struct page *page, const struct error_values *values);

#endif
