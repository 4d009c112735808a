/* SPDX-License-Identifier: Apache-2.0
 *
 * Values for the pages of accounts, consent and sign-out. */
#include "view/page_samples_accounts.h"

struct slice sample_login(const struct page *page, struct slice fill)
{
	struct login_values values = { .next = TEXT("/o/device?user_code=WDJB-MJHT"),
				       .username = TEXT(""),
				       .error = SLICE_EMPTY };
	return page_login(page, &values);
}

struct slice sample_login_wrong(const struct page *page, struct slice fill)
{
	struct login_values values = {
		.next = TEXT("/o/device"),
		.username = TEXT("demo"),
		.error = TEXT("This name and password do not go together."),
	};
	return page_login(page, &values);
}

struct slice sample_login_wait(const struct page *page, struct slice fill)
{
	struct login_values values = {
		.next = TEXT("/o/device"),
		.username = TEXT("demo"),
		.error = TEXT("There were too many attempts."),
		.retry_after = 290,
	};
	return page_login(page, &values);
}

struct slice sample_login_add(const struct page *page, struct slice fill)
{
	struct login_values values = { .next = TEXT("/o/authorize/?handle=4tGh2LmN8pQ"),
				       .mode = LOGIN_ADD,
				       .client_name = TEXT("Photo album") };
	return page_login(page, &values);
}

struct slice sample_login_again(const struct page *page, struct slice fill)
{
	struct login_values values = { .next = TEXT("/o/authorize/?handle=4tGh2LmN8pQ"),
				       .username = TEXT("demo"),
				       .mode = LOGIN_AGAIN,
				       .client_name = TEXT("Photo album") };
	return page_login(page, &values);
}

struct slice sample_chooser(const struct page *page, struct slice fill)
{
	struct person_row people[2] = { { TEXT("5Xn2vQwE8rTyUiOpAsDfGh"), TEXT("demo") },
					{ TEXT("q3YbV5kTz0Wm8RjL1nXsPc"), TEXT("maria") } };
	struct chooser_values values = { .people = people,
					 .count = 2,
					 .next = TEXT("/o/authorize/?handle=4tGh2LmN8pQ"),
					 .client_name = TEXT("Photo album") };
	return page_chooser(page, &values);
}

struct slice sample_chooser_plain(const struct page *page, struct slice fill)
{
	struct person_row people[1] = { { TEXT("5Xn2vQwE8rTyUiOpAsDfGh"), TEXT("demo") } };
	struct chooser_values values = { .people = people, .count = 1, .next = TEXT("/") };
	return page_chooser(page, &values);
}

struct slice sample_sign_up(const struct page *page, struct slice fill)
{
	struct sign_up_values values = { .next = TEXT("/"), .password_min = 8 };
	return page_sign_up(page, &values);
}

struct slice sample_sign_up_wrong(const struct page *page, struct slice fill)
{
	struct sign_up_values values = {
		.next = TEXT("/"),
		.username = TEXT("maria"),
		.invitation = TEXT("dct_4tGh2LmN8pQrS0vWxYzA1bC3dE5fG7hJ9kL"),
		.needs_invitation = true,
		.error_username = TEXT("This name is taken."),
		.error_password = TEXT("It is among the passwords that are tried first."),
		.error_invitation = TEXT("This invitation is not valid, or it has been used."),
		.retry_after = 300,
		.password_min = 15,
	};
	return page_sign_up(page, &values);
}

static struct consent_values consent_values(struct slice fill, struct scope_words scopes[3],
					    struct scope_words resources[1])
{
	scopes[0] = (struct scope_words){ TEXT("openid"), TEXT("Know who you are") };
	scopes[1] = (struct scope_words){ TEXT("email"), TEXT("See your email address") };
	scopes[2] = (struct scope_words){ SLICE("offline_access"),
					  SLICE("Keep access while you are away") };
	resources[0] = (struct scope_words){ TEXT("https://photos.example.com/"),
					     TEXT("The photo store") };
	return (struct consent_values){
		.handle = TEXT("4tGh2LmN8pQrS0vWxYzA1b"),
		.client_name = TEXT("Photo album"),
		.client_host = TEXT("album.example.com"),
		.client_uri = fill.ptr != NULL ? SLICE_EMPTY : SLICE("https://album.example.com/"),
		.policy_uri = fill.ptr != NULL ? SLICE_EMPTY
					       : SLICE("https://album.example.com/privacy"),
		.tos_uri = fill.ptr != NULL ? SLICE_EMPTY
					    : SLICE("https://album.example.com/terms?lang=en&v=2"),
		.redirect_uri = TEXT("https://album.example.com/callback"),
		.scopes = scopes,
		.scope_count = 3,
		.resources = resources,
		.resource_count = 1,
		.is_remembered = true,
		.next = TEXT("/o/authorize/?handle=4tGh2LmN8pQ"),
	};
}

struct slice sample_consent(const struct page *page, struct slice fill)
{
	struct scope_words scopes[3];
	struct scope_words resources[1];
	struct consent_values values = consent_values(fill, scopes, resources);
	return page_consent(page, &values);
}

struct slice sample_consent_reviewed(const struct page *page, struct slice fill)
{
	struct scope_words scopes[3];
	struct scope_words resources[1];
	struct consent_values values = consent_values(fill, scopes, resources);
	values.client_reviewed = true;
	values.client_host = SLICE_EMPTY;
	values.client_uri = values.policy_uri = values.tos_uri = SLICE_EMPTY;
	values.redirect_uri = TEXT("com.example.album:/callback");
	values.scope_count = 0;
	values.resource_count = 0;
	values.is_remembered = false;
	return page_consent(page, &values);
}

struct slice sample_form_post(const struct page *page, struct slice fill)
{
	struct posted_field fields[2] = { { TEXT("code"),
					    TEXT("dcc_4tGh2LmN8pQrS0vWxYzA1bC3dE5fG7") },
					  { TEXT("state"), TEXT("a&b=\"c\"") } };
	struct form_post_values values = { .uri = fill.ptr != NULL
							  ? SLICE_EMPTY
							  : SLICE("https://album.example.com/cb"),
					   .client_name = TEXT("Photo album"),
					   .fields = fields,
					   .count = 2 };
	return page_form_post(page, &values);
}

struct slice sample_end_session(const struct page *page, struct slice fill)
{
	struct end_session_values values = { .handle = TEXT("4tGh2LmN8pQrS0vWxYzA1b"),
					     .client_name = TEXT("Photo album") };
	return page_end_session(page, &values);
}

struct slice sample_end_session_unknown(const struct page *page, struct slice fill)
{
	struct end_session_values values = { .handle = TEXT("4tGh2LmN8pQrS0vWxYzA1b") };
	return page_end_session(page, &values);
}

struct slice sample_logged_out(const struct page *page, struct slice fill)
{
	(void)fill;
	struct logged_out_values values = { .frame_count = 0 };
	return page_logged_out(page, &values);
}

struct slice sample_logged_out_on(const struct page *page, struct slice fill)
{
	struct slice frames[2] = {
		SLICE("https://album.example.com/out?iss=https%3A%2F%2Fx&sid=4tGh"),
		SLICE("http://127.0.0.1:3000/out")
	};
	struct logged_out_values values = { .frames = frames,
					    .frame_count = 2,
					    .uri = SLICE("https://album.example.com/bye"),
					    .client_name = TEXT("Photo album") };
	return page_logged_out(page, &values);
}
