/* SPDX-License-Identifier: Apache-2.0
 *
 * Every page: it holds together, it is told apart from what it shows, its templates name nothing
 * that it does not provide. */
#include "check_main.h"

#include <string.h>

#include "base/asset.h"
#include "view/html_scan.h"
#include "view/page_samples.h"
#include "view/view.h"

#define HOSTILE \
	"\"><script>alert('1')</script><img src=x onerror=\"a()\">&lt;'{{title}}\xff</textarea></title>"

static struct view *view;

static void setup(void)
{
	ck_assert(view_new(NULL, &view) == ERR_OK);
	view_set_strict(view);
}

static void teardown(void)
{
	view_free(&view);
}

static bool has(struct slice text, const char *part)
{
	return memmem(text.ptr, text.len, part, strlen(part)) != NULL;
}

static size_t count_of(struct slice text, const char *part)
{
	size_t count = 0;
	size_t len = strlen(part);
	for (const char *hit; (hit = memmem(text.ptr, text.len, part, len)) != NULL; count++)
		text = slice_sub(text, (size_t)(hit - text.ptr) + len, text.len);
	return count;
}

static size_t offset_of(struct slice text, const char *part)
{
	const char *hit = memmem(text.ptr, text.len, part, strlen(part));
	ck_assert_msg(hit != NULL, "%s is missing", part);
	return (size_t)(hit - text.ptr);
}

static struct slice as_in_life(const char *name, struct arena *arena)
{
	for (size_t i = 0; i < page_sample_count; i++) {
		if (strcmp(page_samples[i].name, name) == 0)
			return page_sample_make(&page_samples[i], view, arena,
						(struct slice){ NULL, 0 });
	}
	ck_abort_msg("no sample %s", name);
	return SLICE_EMPTY;
}

/* Strict: a name that the page does not provide would give VIEW_FAILED. */
START_TEST(pages_show_what_they_should)
{
	const struct page_sample *sample = &page_samples[_i];
	AUTO(arena) struct arena *arena = arena_new();
	struct slice html = page_sample_make(sample, view, arena, (struct slice){ NULL, 0 });
	ck_assert_msg(!has(html, VIEW_FAILED), "%s", sample->name);
	ck_assert_msg(has(html, sample->expect), "%s", sample->name);
	ck_assert_msg(!has(html, "{{") && !has(html, "}}"), "%s", sample->name);
	ck_assert_msg(has(html, "Sign out") == sample->signed_in, "%s", sample->name);
}
END_TEST

START_TEST(pages_hold_together)
{
	const struct page_sample *sample = &page_samples[_i];
	AUTO(arena) struct arena *arena = arena_new();
	struct slice html = page_sample_make(sample, view, arena, (struct slice){ NULL, 0 });
	struct html_scan scan;
	html_scan(&scan, arena, html);
	ck_assert_msg(scan.fault == NULL, "%s: %s: %.*s", sample->name, scan.fault,
		      SLICE_ARG(scan.at));
	ck_assert_msg(scan.h1_count == 1, "%s: one h1", sample->name);
	for (size_t i = 0; i < scan.refs.count; i++)
		ck_assert_msg(html_names_have(&scan.ids, scan.refs.items[i]), "%s: no id %.*s",
			      sample->name, SLICE_ARG(scan.refs.items[i]));
	for (size_t i = 0; i < scan.controls.count; i++)
		ck_assert_msg(html_names_have(&scan.fors, scan.controls.items[i]),
			      "%s: no label for %.*s", sample->name,
			      SLICE_ARG(scan.controls.items[i]));
	ck_assert_msg(has(html, "<html lang=\"en\">") && has(html, "<main id=\"content\""), "%s",
		      sample->name);
	ck_assert_msg(!has(html, "<title> -"), "%s", sample->name);
}
END_TEST

/* Each form that changes something carries the token, and nothing else is a form. */
START_TEST(forms_carry_the_token)
{
	AUTO(arena) struct arena *arena = arena_new();
	struct slice html = page_sample_make(&page_samples[_i], view, arena,
					     (struct slice){ NULL, 0 });
	size_t forms = count_of(html, "<form ");
	ck_assert_uint_eq(count_of(html, "method=\"post\""), forms);
	/* What goes to somebody else carries no token of ours. */
	size_t foreign = count_of(html, "method=\"post\" action=\"http");
	ck_assert_uint_eq(count_of(html, " class=\"go-on\">"), foreign);
	forms -= foreign;
	ck_assert_uint_eq(count_of(html, "name=\"csrf_token\" value=\"c5rF0aBcDeFgHiJkLmNoPq\""),
			  forms);
}
END_TEST

/* Whatever the values say, the tags and attributes stay the same. */
START_TEST(values_never_become_markup)
{
	const struct page_sample *sample = &page_samples[_i];
	AUTO(arena) struct arena *arena = arena_new();
	struct slice plain = page_sample_make(sample, view, arena, SLICE("x y"));
	struct slice hostile = page_sample_make(sample, view, arena, SLICE(HOSTILE));
	struct html_scan plain_scan;
	struct html_scan hostile_scan;
	html_scan(&plain_scan, arena, plain);
	html_scan(&hostile_scan, arena, hostile);
	ck_assert_msg(slice_equal(buf_slice(&plain_scan.shape), buf_slice(&hostile_scan.shape)),
		      "%s", sample->name);
	ck_assert_msg(count_of(hostile, "<script") == count_of(hostile, "<script src=\"/static/"),
		      "%s", sample->name);
	ck_assert_msg(!has(hostile, "<img") && !has(hostile, "\"a()"), "%s", sample->name);
	ck_assert_msg(has(hostile, "&quot;&gt;&lt;script&gt;alert(&#39;1&#39;)"), "%s",
		      sample->name);
	ck_assert_msg(has(hostile, "&amp;lt;&#39;{{title}}\xef\xbf\xbd&lt;/textarea"), "%s",
		      sample->name);
}
END_TEST

/* Every one of the five characters by itself, in every value. */
START_TEST(each_character_is_escaped)
{
	static const struct {
		const char *raw;
		const char *escaped;
	} marks[] = { { "q<q", "q&lt;q" },
		      { "q>q", "q&gt;q" },
		      { "q&q", "q&amp;q" },
		      { "q\"q", "q&quot;q" },
		      { "q'q", "q&#39;q" } };
	for (size_t i = 0; i < ARRAY_LEN(marks); i++) {
		AUTO(arena) struct arena *arena = arena_new();
		struct slice html = page_sample_make(&page_samples[_i], view, arena,
						     slice_str(marks[i].raw));
		ck_assert_msg(!has(html, marks[i].raw), "%s: %s", page_samples[_i].name,
			      marks[i].raw);
		ck_assert_msg(has(html, marks[i].escaped), "%s: %s", page_samples[_i].name,
			      marks[i].escaped);
	}
}
END_TEST

START_TEST(huge_values_make_no_huge_pages)
{
	AUTO(arena) struct arena *arena = arena_new();
	size_t len = 4u << 20;
	char *huge = arena_alloc(arena, len);
	memset(huge, '"', len);
	struct slice html = page_sample_make(&page_samples[_i], view, arena, slice_of(huge, len));
	ck_assert_uint_le(html.len, TEMPLATE_OUTPUT_MAX);
	ck_assert(has(html, "</html>"));
}
END_TEST

START_TEST(long_lists_are_shortened)
{
	enum { ROWS = PAGE_ROWS_MAX + 50 };
	AUTO(arena) struct arena *arena = arena_new();
	struct application_row *rows = arena_calloc(arena, ROWS, sizeof(*rows));
	for (size_t i = 0; i < ROWS; i++)
		rows[i] = (struct application_row){ .id = arena_printf(arena, "id%zu", i),
						    .name = SLICE("n") };
	struct page page = {
		.view = view, .arena = arena, .csrf_token = SLICE("c"), .user_name = SLICE("u")
	};
	struct applications_values values = { .rows = rows, .count = ROWS };
	struct slice html = page_applications(&page, &values);
	ck_assert(has(html, "These are the first 200 of 250."));
	ck_assert(has(html, "/o/applications/id199/"));
	ck_assert(!has(html, "/o/applications/id200/"));
}
END_TEST

/* A value at the beginning of an address could be of any scheme. */
START_TEST(no_address_begins_with_a_value)
{
	for (size_t i = 0; i < asset_count; i++) {
		struct slice name = slice_str(asset_table[i].name);
		struct slice source = slice_of(asset_table[i].data, asset_table[i].len);
		if (!slice_has_prefix(name, SLICE("templates/")))
			continue;
		/* view_add_address() has seen that it is of a scheme with a dot */
		size_t apps = count_of(source, "href=\"{{on_app}}\"");
		ck_assert_msg(count_of(source, "href=\"{{") == apps &&
				      !has(source, "action=\"{{") && !has(source, "src=\"{{"),
			      "%s", asset_table[i].name);
	}
}
END_TEST

/* Drift the other way: a template that no page uses. */
START_TEST(every_template_is_linked)
{
	static const char *const names[] = { "head",
					     "foot",
					     "mark",
					     "csrf",
					     "scopes",
					     "badges",
					     "home",
					     "login",
					     "device",
					     "confirm",
					     "status",
					     "applications",
					     "application",
					     "application_form",
					     "application_delete",
					     "authorizations",
					     "chooser",
					     "consent",
					     "end_session",
					     "fields",
					     "form_post",
					     "logged_out",
					     "resources",
					     "sign_up",
					     "error" };
	ck_assert_uint_eq(view->templates.count, ARRAY_LEN(names));
	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		ck_assert_msg(template_find(&view->templates, slice_str(names[i])) != NULL, "%s",
			      names[i]);
}
END_TEST

/* RFC8628#3.3.1: the code is shown and is to be compared before the buttons. RFC8628#5.4,
 * RFC10027#6.1.13: application, scopes, person, age, origin, and when to refuse. */
START_TEST(confirm_says_all_that_is_needed)
{
	AUTO(arena) struct arena *arena = arena_new();
	struct slice html = as_in_life("confirm", arena);
	size_t buttons = offset_of(html, "name=\"action\"");
	static const char *const before[] = {
		"<bdi>Living room television</bdi>",
		"not reviewed by an administrator",
		"<span class=\"code\">WDJB-MJHT</span>",
		"must show exactly this code",
		"See your email address",
		"2 minutes ago",
		"27 minutes left",
		"203.0.113.42",
		"Not the network that you are on",
		"TvOS-Player/4.2",
		"Not you? Sign out",
		"If somebody sent you a link or a code",
		"If you approve, the device gets access as",
	};
	for (size_t i = 0; i < ARRAY_LEN(before); i++)
		ck_assert_msg(offset_of(html, before[i]) < buttons, "%s", before[i]);
	ck_assert(!has(as_in_life("confirm_near", arena), "not reviewed"));
}
END_TEST

/* RFC10027#6.1.14: the first button of a form is what the Enter key presses: it must not approve.
 */
START_TEST(deny_comes_first)
{
	AUTO(arena) struct arena *arena = arena_new();
	struct slice html = as_in_life("confirm", arena);
	size_t form = offset_of(html, "action=\"/o/device-confirm/7Jq2uZr0cVn4mXw8YtBdEf\"");
	size_t deny = offset_of(html, "value=\"deny\"");
	size_t accept = offset_of(html, "value=\"accept\"");
	ck_assert(form < deny && deny < accept);
	ck_assert_uint_eq(count_of(slice_sub(html, form, deny - form), "type=\"submit\""), 1);
	ck_assert(!has(html, "autofocus"));
}
END_TEST

/* RFC8628#3.3: after the decision the person is sent back to the device. */
START_TEST(status_sends_back_to_the_device)
{
	AUTO(arena) struct arena *arena = arena_new();
	ck_assert(has(as_in_life("status_approved", arena), "Go back to your device"));
	ck_assert(has(as_in_life("status_connected", arena), "Go back to it"));
	ck_assert(has(as_in_life("status_denied", arena), "go back to the device"));
	ck_assert(has(as_in_life("status_expired", arena), "Go back to your device"));
	ck_assert(has(as_in_life("status_approved", arena),
		      "<title>Device Authorized - Doorcode</title>"));
}
END_TEST

/* Whoever chose the address chose no scheme that runs, or reads what is here. */
START_TEST(an_address_of_others_has_a_scheme_that_we_know)
{
	static const struct {
		const char *name;
		const char *uri;
		const char *expect; /* NULL: no link */
	} rows[] = {
		{ "https", "https://a.example/x?y=1&z", "href=\"https://a.example/x?y=1&amp;z\"" },
		{ "http", "http://127.0.0.1:9/x", "href=\"http://127.0.0.1:9/x\"" },
		{ "a scheme of its own", "com.example.app:/out", "href=\"com.example.app:/out\"" },
		{ "javascript", "javascript:alert(1)", NULL },
		{ "javascript with a dot behind", "javascript:a.b", NULL },
		{ "upper case", "HTTPS://a.example/", NULL },
		{ "data", "data:text/html,x", NULL },
		{ "no scheme", "//a.example/", NULL },
		{ "a blank in front", " https://a.example/", NULL },
		{ "a dot in front", ".a:b", NULL },
	};
	AUTO(arena) struct arena *arena = arena_new();
	struct page page = { .view = view, .arena = arena };
	struct logged_out_values values = { .uri = slice_str(rows[_i].uri) };
	struct slice html = page_logged_out(&page, &values);
	size_t links = count_of(html, "<a class=\"button\"");
	ck_assert_msg(links == (rows[_i].expect != NULL ? 1 : 0), "%s", rows[_i].name);
	ck_assert_msg(rows[_i].expect == NULL || has(html, rows[_i].expect), "%s", rows[_i].name);
}
END_TEST

/* RFC6749#10.2, RFC9700#4.15, ASVS#10.4.7: who asks, what for, as whom, and where the browser goes.
 * The first button is what the Enter key presses: it must not allow. */
START_TEST(consent_says_all_that_is_needed)
{
	AUTO(arena) struct arena *arena = arena_new();
	struct slice html = as_in_life("consent", arena);
	size_t deny = offset_of(html, "value=\"deny\"");
	static const char *const before[] = {
		"<bdi>Photo album</bdi>",
		"not reviewed by an administrator",
		"See your email address",
		"At: The photo store <code>https://photos.example.com/</code>",
		"It stays connected while you are away",
		"Use another account",
		"<span class=\"mono\">album.example.com</span>",
		"href=\"https://album.example.com/privacy\"",
		"These pages are the application's own.",
		"action=\"/o/authorize/decide/\"",
		"You can take it back at any time",
	};
	for (size_t i = 0; i < ARRAY_LEN(before); i++)
		ck_assert_msg(offset_of(html, before[i]) < deny, "%s", before[i]);
	ck_assert(deny < offset_of(html, "value=\"accept\""));
	ck_assert(!has(html, "autofocus"));
	ck_assert(!has(html, "Keep access while you are away")); /* said once */
	ck_assert(!has(html, "<img"));
}
END_TEST

START_TEST(a_long_user_agent_is_cut)
{
	AUTO(arena) struct arena *arena = arena_new();
	char agent[4096];
	memset(agent, 'a', sizeof(agent));
	struct page page = {
		.view = view, .arena = arena, .csrf_token = SLICE("c"), .user_name = SLICE("u")
	};
	struct confirm_values values = { .user_agent = slice_of(agent, sizeof(agent)) };
	struct slice html = page_confirm(&page, &values);
	ck_assert(has(html, "aaaa\u2026</span>"));
	ck_assert_uint_lt(html.len, 5000);
}
END_TEST

START_TEST(the_code_field_helps)
{
	AUTO(arena) struct arena *arena = arena_new();
	struct slice html = as_in_life("device_prefilled", arena);
	static const char *const parts[] = { "autocapitalize=\"characters\"",
					     "autocomplete=\"one-time-code\"",
					     "spellcheck=\"false\"",
					     "inputmode=\"text\"",
					     "maxlength=\"64\"",
					     "value=\"WDJB-MJHT\"",
					     "action=\"/o/device\"" };
	for (size_t i = 0; i < ARRAY_LEN(parts); i++)
		ck_assert_msg(has(html, parts[i]), "%s", parts[i]);
}
END_TEST

START_TEST(errors_are_tied_to_their_fields)
{
	AUTO(arena) struct arena *arena = arena_new();
	struct slice html = as_in_life("application_wrong", arena);
	static const char *const fields[] = { "name",
					      "client_type",
					      "authorization_grant_type",
					      "redirect_uris",
					      "post_logout_redirect_uris",
					      "allowed_origins",
					      "algorithm",
					      "allowed_scopes",
					      "default_scopes" };
	ck_assert(has(html, "role=\"alert\""));
	for (size_t i = 0; i < ARRAY_LEN(fields); i++) {
		struct slice link = arena_printf(arena, "<a href=\"#%s\">", fields[i]);
		struct slice error = arena_printf(arena, "id=\"%s-error\"", fields[i]);
		ck_assert_msg(has(html, arena_cstr(arena, link)), "%s", fields[i]);
		ck_assert_msg(has(html, arena_cstr(arena, error)), "%s", fields[i]);
	}
	ck_assert(
		has(as_in_life("device_wrong", arena), "user_code-error\" aria-invalid=\"true\""));
	ck_assert(!has(as_in_life("device", arena), "aria-invalid"));
}
END_TEST

START_TEST(a_command_is_shown_only_for_a_plain_client_id)
{
	AUTO(arena) struct arena *arena = arena_new();
	struct slice plain = as_in_life("application_public", arena);
	ck_assert(has(plain, "--data-urlencode 'client_id=q3YbV5kTz0Wm8RjL1nXsPc'"));
	struct page page = {
		.view = view, .arena = arena, .csrf_token = SLICE("c"), .user_name = SLICE("u")
	};
	struct application_values values = { .row = { .client_id = SLICE("a';id;'") },
					     .has_device_grant = true };
	struct slice html = page_application(&page, &values);
	ck_assert(!has(html, "curl"));
}
END_TEST

static void add_page_tests(TCase *tc)
{
	int count = (int)page_sample_count;
	tcase_add_loop_test(tc, pages_show_what_they_should, 0, count);
	tcase_add_loop_test(tc, pages_hold_together, 0, count);
	tcase_add_loop_test(tc, forms_carry_the_token, 0, count);
	tcase_add_loop_test(tc, values_never_become_markup, 0, count);
	tcase_add_loop_test(tc, each_character_is_escaped, 0, count);
	tcase_add_loop_test(tc, huge_values_make_no_huge_pages, 0, count);
}

static void add_tests(TCase *tc)
{
	tcase_add_checked_fixture(tc, setup, teardown);
	add_page_tests(tc);
	tcase_add_test(tc, long_lists_are_shortened);
	tcase_add_test(tc, no_address_begins_with_a_value);
	tcase_add_test(tc, every_template_is_linked);
	tcase_add_test(tc, confirm_says_all_that_is_needed);
	tcase_add_test(tc, deny_comes_first);
	tcase_add_test(tc, status_sends_back_to_the_device);
	tcase_add_loop_test(tc, an_address_of_others_has_a_scheme_that_we_know, 0, 10);
	tcase_add_test(tc, consent_says_all_that_is_needed);
	tcase_add_test(tc, a_long_user_agent_is_cut);
	tcase_add_test(tc, the_code_field_helps);
	tcase_add_test(tc, errors_are_tied_to_their_fields);
	tcase_add_test(tc, a_command_is_shown_only_for_a_plain_client_id);
}

TEST_MAIN("view/pages", add_tests)
