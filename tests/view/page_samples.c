/* SPDX-License-Identifier: Apache-2.0
 *
 * Values for every page. */
#include "view/page_samples.h"

#include "domain/client.h"
#include "view/page_samples_accounts.h"

enum { NOVEMBER = 1795505000 };

static struct slice home(const struct page *page, struct slice fill)
{
	(void)fill;
	return page_home(page);
}

static struct slice device(const struct page *page, struct slice fill)
{
	struct device_values values = { .user_code = TEXT(""),
					.error = TEXT(""),
					.code_max = 64,
					.example = TEXT("WDJB-MJHT") };
	return page_device(page, &values);
}

static struct slice device_prefilled(const struct page *page, struct slice fill)
{
	struct device_values values = { .user_code = TEXT("WDJB-MJHT"),
					.error = TEXT(""),
					.is_prefilled = true,
					.code_max = 64,
					.example = TEXT("WDJB-MJHT") };
	return page_device(page, &values);
}

static struct slice device_wrong(const struct page *page, struct slice fill)
{
	struct device_values values = {
		.user_code = TEXT("WDJB-MJHX"),
		.error = TEXT(
			"This code is not valid. Check it on your device, or let the device show a new one."),
		.code_max = 64,
		.example = TEXT("WDJB-MJHT"),
	};
	return page_device(page, &values);
}

static struct slice device_wait(const struct page *page, struct slice fill)
{
	struct device_values values = {
		.user_code = TEXT("WDJB-MJHX"),
		.error = TEXT("There were too many wrong codes."),
		.code_max = 64,
		.example = TEXT("WDJB-MJHT"),
		.retry_after = 59,
	};
	return page_device(page, &values);
}

static void set_scopes(struct scope_words scopes[3], struct slice fill)
{
	scopes[0] = (struct scope_words){ TEXT("openid"), TEXT("Know who you are") };
	scopes[1] = (struct scope_words){ TEXT("email"), TEXT("See your email address") };
	scopes[2] = (struct scope_words){ TEXT("offline_access"),
					  TEXT("Keep access while you are away") };
}

static struct confirm_values confirm_values(struct slice fill, struct scope_words scopes[4])
{
	set_scopes(scopes, fill);
	scopes[3] = (struct scope_words){ TEXT("https://api.example.com/"), TEXT("Your photos") };
	return (struct confirm_values){
		.handle = TEXT("7Jq2uZr0cVn4mXw8YtBdEf"),
		.user_code = TEXT("WDJB-MJHT"),
		.client_name = TEXT("Living room television"),
		.client_host = TEXT("tv.example.com"),
		.scopes = scopes,
		.scope_count = 3,
		.resources = &scopes[3],
		.resource_count = 1,
		.age = 131,
		.expires_in = 1669,
		.address = TEXT("203.0.113.42"),
		.user_agent = TEXT("TvOS-Player/4.2 (Linux; armv8) libcurl/7.88"),
	};
}

static struct slice confirm(const struct page *page, struct slice fill)
{
	struct scope_words scopes[4];
	struct confirm_values values = confirm_values(fill, scopes);
	return page_confirm(page, &values);
}

static struct slice confirm_near(const struct page *page, struct slice fill)
{
	struct scope_words scopes[4];
	struct confirm_values values = confirm_values(fill, scopes);
	values.client_reviewed = true;
	values.client_host = SLICE_EMPTY;
	values.same_network = true;
	values.scope_count = 0;
	values.user_agent = SLICE_EMPTY;
	return page_confirm(page, &values);
}

static struct slice status_of(const struct page *page, struct slice fill,
			      enum status_outcome outcome)
{
	struct status_values values = {
		.outcome = outcome,
		.client_name = TEXT("Living room television"),
		.handle = TEXT("7Jq2uZr0cVn4mXw8YtBdEf"),
	};
	return page_status(page, &values);
}

static struct slice status_pending(const struct page *page, struct slice fill)
{
	return status_of(page, fill, STATUS_PENDING);
}

static struct slice status_approved(const struct page *page, struct slice fill)
{
	return status_of(page, fill, STATUS_APPROVED);
}

static struct slice status_connected(const struct page *page, struct slice fill)
{
	return status_of(page, fill, STATUS_CONNECTED);
}

static struct slice status_denied(const struct page *page, struct slice fill)
{
	return status_of(page, fill, STATUS_DENIED);
}

static struct slice status_expired(const struct page *page, struct slice fill)
{
	return status_of(page, fill, STATUS_EXPIRED);
}

static struct application_row television(struct slice fill)
{
	return (struct application_row){
		.id = TEXT("5Xn2vQwE8rTyUiOpAsDfGh"),
		.name = TEXT("Living room television"),
		.client_id = TEXT("q3YbV5kTz0Wm8RjL1nXsPc"),
		.type = TEXT("public"),
		.grants = TEXT("device code"),
		.owner = TEXT("demo"),
		.enabled = true,
	};
}

static struct slice applications_of(const struct page *page, struct slice fill, bool all)
{
	struct application_row rows[2] = { television(fill), television(fill) };
	rows[1].name = TEXT("Warehouse label printers");
	rows[1].client_id = TEXT("Zk81mNq0LwYx6TcRbVd4Js");
	rows[1].type = TEXT("confidential");
	rows[1].grants = TEXT("device code, authorization code");
	rows[1].reviewed = true;
	rows[1].enabled = !all;
	struct applications_values values = { .rows = rows, .count = 2, .all = all };
	return page_applications(page, &values);
}

static struct slice applications_own(const struct page *page, struct slice fill)
{
	return applications_of(page, fill, false);
}

static struct slice applications_all(const struct page *page, struct slice fill)
{
	return applications_of(page, fill, true);
}

static struct slice applications_none(const struct page *page, struct slice fill)
{
	(void)fill;
	struct applications_values values = { .count = 0 };
	return page_applications(page, &values);
}

struct form_choices {
	struct choice types[2];
	struct choice grants[3];
	struct choice algorithms[4];
};

static void set_choices(struct form_choices *choices, struct slice fill)
{
	*choices = (struct form_choices){
		.types = { { TEXT("public"), TEXT("Public: cannot keep a secret"), true },
			   { TEXT("confidential"), TEXT("Confidential: keeps a secret on a server"),
			     false } },
		.grants = { { TEXT("device-code"),
			      TEXT("Device code: shows a code that people enter here"), true },
			    { TEXT("authorization-code"),
			      TEXT("Authorization code: sends people here and back"), false },
			    { TEXT("client-credentials"),
			      TEXT("Client credentials: acts for itself"), true } },
		.algorithms = { { TEXT(""), TEXT("RS256, what every client understands"), true },
				{ TEXT("RS256"), TEXT("RS256 (RSA)"), false },
				{ TEXT("ES256"), TEXT("ES256 (elliptic curve, recommended)"),
				  false },
				{ TEXT("PS256"), TEXT("PS256 (RSA-PSS)"), false } },
	};
}

static struct application_form_values form_values(struct slice fill, struct form_choices *choices)
{
	set_choices(choices, fill);
	return (struct application_form_values){
		.client_id = TEXT("q3YbV5kTz0Wm8RjL1nXsPc"),
		.client_id_proof = TEXT("1795505000.0f9d8c"),
		.types = choices->types,
		.type_count = 2,
		.grants = choices->grants,
		.grant_count = 3,
		.algorithms = choices->algorithms,
		.algorithm_count = 4,
		.known_scopes = TEXT("openid profile email address phone offline_access"),
	};
}

static struct slice form_new(const struct page *page, struct slice fill)
{
	struct form_choices choices;
	struct application_form_values values = form_values(fill, &choices);
	return page_application_form(page, &values);
}

static void fill_form(struct application_form_values *values, struct slice fill)
{
	values->name = TEXT("Living room television");
	values->redirect_uris = TEXT("https://tv.example.com/cb\nhttp://tv.example.com/cb");
	values->post_logout_redirect_uris = TEXT("https://tv.example.com/");
	values->allowed_origins = TEXT("https://tv.example.com");
	values->allowed_scopes = TEXT("openid email");
	values->default_scopes = TEXT("openid");
}

static struct slice form_wrong(const struct page *page, struct slice fill)
{
	struct form_choices choices;
	struct application_form_values values = form_values(fill, &choices);
	fill_form(&values, fill);
	struct slice errors[CLIENT_FIELD_COUNT];
	for (size_t i = 0; i < CLIENT_FIELD_COUNT; i++)
		errors[i] = TEXT("This cannot be used; write it as the hint says.");
	values.errors = errors;
	values.any_error = true;
	return page_application_form(page, &values);
}

static struct slice form_update(const struct page *page, struct slice fill)
{
	struct form_choices choices;
	struct application_form_values values = form_values(fill, &choices);
	fill_form(&values, fill);
	values.id = TEXT("5Xn2vQwE8rTyUiOpAsDfGh");
	values.version = TEXT("1795505000");
	values.show_admin = true;
	values.enabled = true;
	return page_application_form(page, &values);
}

static struct application_values application_values(struct slice fill)
{
	return (struct application_values){
		.row = television(fill),
		.has_device_grant = true,
		.allowed_scopes = TEXT("openid email"),
		.default_scopes = TEXT(""),
		.algorithm = TEXT(""),
		.device_authorization_url = TEXT("http://127.0.0.1:8000/o/device-authorization/"),
		.created = NOVEMBER,
	};
}

static struct slice application_public(const struct page *page, struct slice fill)
{
	struct application_values values = application_values(fill);
	return page_application(page, &values);
}

static struct slice application_confidential(const struct page *page, struct slice fill)
{
	struct application_values values = application_values(fill);
	struct secret_row secrets[2] = {
		{ .id = TEXT("s1"),
		  .created = NOVEMBER - 86400 * 90,
		  .expires = NOVEMBER + 86400,
		  .last_used = NOVEMBER - 50 },
		{ .id = TEXT("s2"), .created = NOVEMBER },
	};
	const struct setting_row settings[1] = {
		{ .name = TEXT("access_token_format"), .value = TEXT("jwt") },
	};
	values.settings = settings;
	values.setting_count = 1;
	values.row.type = TEXT("confidential");
	values.row.reviewed = true;
	values.row.client_id = TEXT("Zk81mNq0LwYx6TcRbVd4Js");
	values.is_confidential = true;
	values.may_rotate = true;
	values.secret = TEXT("dcs_4tGh2LmN8pQrS0vWxYzA1bC3dE5fG7hJ9kL");
	values.secrets = secrets;
	values.secret_count = 2;
	values.redirect_uris = TEXT("https://print.example.com/cb\nhttps://print.example.com/cb2");
	values.post_logout_redirect_uris = TEXT("https://print.example.com/");
	values.allowed_origins = TEXT("https://print.example.com");
	values.algorithm = TEXT("ES256");
	values.default_scopes = TEXT("openid");
	return page_application(page, &values);
}

static struct slice application_delete(const struct page *page, struct slice fill)
{
	struct application_row row = television(fill);
	return page_application_delete(page, &row);
}

static struct slice authorizations(const struct page *page, struct slice fill)
{
	struct scope_words scopes[3];
	set_scopes(scopes, fill);
	struct authorization_row rows[2] = {
		{ .id = TEXT("a1"),
		  .client_name = TEXT("Living room television"),
		  .scopes = scopes,
		  .scope_count = 3,
		  .created = NOVEMBER - 86400 * 3,
		  .last_used = NOVEMBER,
		  .origin = TEXT("203.0.113.42") },
		{ .id = TEXT("a2"),
		  .client_name = TEXT("backup-tool"),
		  .scopes = scopes,
		  .scope_count = 1,
		  .created = NOVEMBER,
		  .origin = TEXT("2001:db8:77:1::9") },
	};
	struct scope_words resources[1] = { { TEXT("https://photos.example.com/"),
					      TEXT("The photo store") } };
	struct consent_row consents[1] = { { .client = TEXT("c1"),
					     .client_name = TEXT("Photo album"),
					     .scopes = scopes,
					     .scope_count = 2,
					     .resources = resources,
					     .resource_count = 1,
					     .created = NOVEMBER } };
	struct authorizations_values values = {
		.rows = rows, .count = 2, .consents = consents, .consent_count = 1
	};
	return page_authorizations(page, &values);
}

static struct slice authorizations_none(const struct page *page, struct slice fill)
{
	(void)fill;
	struct authorizations_values values = { .count = 0 };
	return page_authorizations(page, &values);
}

static struct slice error_busy(const struct page *page, struct slice fill)
{
	struct error_values values = {
		.status = 503,
		.title = TEXT("Too busy"),
		.text = TEXT(
			"There is more to do here than can be done right now. Nothing was changed."),
		.request_id = TEXT("k3Jd92Lq"),
		.retry_after = 5,
	};
	return page_error(page, &values);
}

static struct slice error_absent(const struct page *page, struct slice fill)
{
	struct error_values values = {
		.status = 404,
		.title = TEXT("Not found"),
		.text = TEXT("There is nothing at this address, or it is not yours to see."),
		.request_id = TEXT(""),
	};
	return page_error(page, &values);
}

const struct page_sample page_samples[] = {
	{ "home_signed_out", "Let a device use your account", false, home },
	{ "home", "Hello, ", true, home },
	{ "login", "Sign in", false, sample_login },
	{ "login_wrong", "Error: Sign in", false, sample_login_wrong },
	{ "login_wait", "You can try again in 5 minutes.", false, sample_login_wait },
	{ "login_add", "You stay signed in as", true, sample_login_add },
	{ "login_again", "Is it you, ", true, sample_login_again },
	{ "chooser", "To go on to ", true, sample_chooser },
	{ "chooser_plain", "Who would you like to be?", true, sample_chooser_plain },
	{ "sign_up", "At least 8 characters", false, sample_sign_up },
	{ "sign_up_wrong", "Error: Make an account", false, sample_sign_up_wrong },
	{ "consent", "It stays connected while you are away", true, sample_consent },
	{ "consent_reviewed", "A program on the device that you are using now", true,
	  sample_consent_reviewed },
	{ "form_post", "/static/form_post.js", false, sample_form_post },
	{ "end_session", "asks whether you want to sign out here", true, sample_end_session },
	{ "end_session_unknown", "An application asks", true, sample_end_session_unknown },
	{ "logged_out", "Sign in again", false, sample_logged_out },
	{ "logged_out_on", "<iframe ", false, sample_logged_out_on },
	{ "device", "Never enter a code that somebody sent you.", true, device },
	{ "device_prefilled", "This code came with the link", true, device_prefilled },
	{ "device_wrong", "Error: Connect a device", true, device_wrong },
	{ "device_wait", "You can try again in 59 seconds.", true, device_wait },
	{ "confirm", "was not reviewed by an administrator", true, confirm },
	{ "confirm_near", "The same network that you are on", true, confirm_near },
	{ "status_pending", "<h1>Authorization pending</h1>", true, status_pending },
	{ "status_approved", "<h1>Device Authorized</h1>", true, status_approved },
	{ "status_connected", "<h1>Device Authorized</h1>", true, status_connected },
	{ "status_denied", "<h1>Device Denied</h1>", true, status_denied },
	{ "status_expired", "<h1>Device Expired</h1>", true, status_expired },
	{ "applications", "Your applications", true, applications_own },
	{ "applications_all", "All applications", true, applications_all },
	{ "applications_none", "There are none yet.", true, applications_none },
	{ "application_new", "action=\"/o/applications/register/\"", true, form_new },
	{ "application_wrong", "Error: Register an application", true, form_wrong },
	{ "application_update", "name=\"reviewed\"", true, form_update },
	{ "application_public", "24 November 2026", true, application_public },
	{ "application_confidential", "Copy the client secret now.", true,
	  application_confidential },
	{ "application_delete", "This cannot be undone.", true, application_delete },
	{ "authorizations", "Take back", true, authorizations },
	{ "authorizations_none", "No device and no application has access", true,
	  authorizations_none },
	{ "error_busy", "You can try again in 5 seconds.", true, error_busy },
	{ "error_absent", "Error 404", false, error_absent },
};
const size_t page_sample_count = ARRAY_LEN(page_samples);

struct slice page_sample_make(const struct page_sample *sample, const struct view *view,
			      struct arena *arena, struct slice fill)
{
	struct page page = {
		.view = view,
		.arena = arena,
		.csrf_token = TEXT("c5rF0aBcDeFgHiJkLmNoPq"),
		.user_name = sample->signed_in ? TEXT("demo") : SLICE_EMPTY,
		.may_register = true,
		.may_sign_up = true,
		.others = sample->signed_in ? 1 : 0,
		.notice = fill.ptr != NULL ? fill : SLICE_EMPTY,
	};
	return sample->make(&page, fill);
}
