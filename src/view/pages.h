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
	size_t others;       /* people who are signed in in this browser beside him */
	bool may_register;   /* shows the link to applications */
	bool may_sign_up;    /* shows the link to making an account */
	struct slice notice; /* a sentence above the content: "Saved." ; may be "" */
};

/* Each gives the whole HTML document, in the arena. */

struct slice page_home(const struct page *page);

enum login_mode {
	LOGIN_PLAIN = 0, /* whoever was signed in is not any more */
	LOGIN_ADD,       /* beside those who are signed in */
	LOGIN_AGAIN,     /* the person named shall show once more that it is him */
	LOGIN_MODE_COUNT
};
const char *login_mode_name(enum login_mode mode); /* in forms and addresses: "", "add", "again" */
enum login_mode login_mode_parse(struct slice text); /* what is unknown is PLAIN */
struct login_values {
	struct slice next;        /* where to go afterwards */
	struct slice username;    /* as typed, or as a login_hint has it */
	struct slice error;       /* sentence; "" */
	int64_t retry_after;      /* seconds, 0: may try now */
	enum login_mode mode;     /* AGAIN: `username` says who */
	struct slice client_name; /* of the application that waits for it; "" */
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
	struct slice client_host; /* by which it is known, when it has no registration; "" */
	bool client_reviewed;
	const struct scope_words *scopes;
	size_t scope_count;
	const struct scope_words *resources; /* URI and words */
	size_t resource_count;
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
	bool show_admin; /* administrators: the following */
	bool enabled;
	bool reviewed;
	bool skips_authorization;
};
struct slice page_application_form(const struct page *page,
				   const struct application_form_values *values);

struct secret_row {
	struct slice id;
	int64_t created;
	int64_t expires;   /* 0: never */
	int64_t last_used; /* 0: never */
};
struct setting_row {
	struct slice name;
	struct slice value;
};
struct application_values {
	struct application_row row;
	struct slice secret;  /* just made: shown once; "" otherwise */
	bool is_confidential; /* and proves itself by a secret */
	bool may_rotate;
	const struct secret_row *secrets;
	size_t secret_count;
	struct slice redirect_uris;
	struct slice post_logout_redirect_uris;
	struct slice allowed_origins;
	struct slice allowed_scopes;
	struct slice default_scopes;
	struct slice algorithm;
	const struct setting_row *settings; /* that differ from those of a client that says nothing
					     */
	size_t setting_count;
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
	const struct scope_words *resources; /* URI and words */
	size_t resource_count;
	int64_t created;
	int64_t last_used; /* 0: not yet */
	struct slice origin;
};
/* What an application need not ask for again. */
struct consent_row {
	struct slice client; /* its id as text */
	struct slice client_name;
	const struct scope_words *scopes;
	size_t scope_count;
	const struct scope_words *resources;
	size_t resource_count;
	int64_t created;
};
struct authorizations_values {
	const struct authorization_row *rows;
	size_t count;
	const struct consent_row *consents;
	size_t consent_count;
};
struct slice page_authorizations(const struct page *page,
				 const struct authorizations_values *values);

/* --- people in this browser */

struct person_row {
	struct slice id; /* text */
	struct slice name;
};
/* Who shall act. Forms post `user` and `next` to /accounts/select/. */
struct chooser_values {
	const struct person_row *people; /* the acting one first */
	size_t count;
	struct slice next;
	struct slice client_name; /* of the application that asks; "" */
};
struct slice page_chooser(const struct page *page, const struct chooser_values *values);

/* A new account: `username`, `password`, `invitation`, `next`, to /accounts/sign-up/. */
struct sign_up_values {
	struct slice next;
	struct slice username;   /* as typed */
	struct slice invitation; /* as typed, or out of the link */
	bool needs_invitation;
	struct slice error_username; /* a sentence each; "" where all is well */
	struct slice error_password;
	struct slice error_invitation;
	int64_t retry_after; /* seconds; 0: may try now */
	unsigned password_min;
};
struct slice page_sign_up(const struct page *page, const struct sign_up_values *values);

/* --- applications that send the browser here */

/* An application asks for access: `handle` and `action` (deny, accept) go to
 * /o/authorize/decide/. The answer's policy must let the form lead away: web_csp_allow_leaving().
 */
struct consent_values {
	struct slice handle;
	struct slice client_name;
	struct slice client_host; /* by which it is known, when it has no registration; "" */
	bool client_reviewed;
	struct slice client_uri; /* what the application says about itself; linked when https */
	struct slice policy_uri;
	struct slice tos_uri;
	struct slice redirect_uri;        /* whose host is shown */
	const struct scope_words *scopes; /* offline_access is told in a sentence of its own */
	size_t scope_count;
	const struct scope_words *resources; /* URI and words */
	size_t resource_count;
	bool is_remembered; /* it will not be asked again */
	struct slice next;  /* this same request, after another account was chosen: a path */
};
struct slice page_consent(const struct page *page, const struct consent_values *values);

/* response_mode=form_post: posts the fields to `uri` (https or http) by itself, by
 * /static/form_post.js, or with a button. web_csp_allow_leaving(), web_csp_allow_script(). */
struct posted_field {
	struct slice name;
	struct slice value;
};
struct form_post_values {
	struct slice uri;
	struct slice client_name;
	const struct posted_field *fields;
	size_t count;
};
struct slice page_form_post(const struct page *page, const struct form_post_values *values);

/* Whether to sign out: `handle` and `action` (stay, leave) go to /o/logout/decide/. */
struct end_session_values {
	struct slice handle;
	struct slice client_name; /* of the application that asks; "" when it is not known */
};
struct slice page_end_session(const struct page *page, const struct end_session_values *values);

/* Signed out. The frames tell applications (OpenID Connect Front-Channel Logout); the answer's
 * policy must allow them: web_csp_allow_frame(). */
struct logged_out_values {
	const struct slice *frames; /* https or http URLs */
	size_t frame_count;
	struct slice uri; /* where to go on; "" */
	struct slice client_name;
};
struct slice page_logged_out(const struct page *page, const struct logged_out_values *values);

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
