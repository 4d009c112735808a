/* SPDX-License-Identifier: Apache-2.0
 *
 * Loading templates and static files: built in, and from a folder of one's own. */
#include "check_main.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "view/page_samples.h"
#include "view/view.h"

static struct view *view;

static bool has(struct slice text, const char *part)
{
	return memmem(text.ptr, text.len, part, strlen(part)) != NULL;
}

START_TEST(static_files_have_type_and_etag)
{
	struct static_file css;
	struct static_file icon;
	struct static_file none;
	ck_assert(view_static(view, SLICE("doorcode.css"), &css) == FOUND);
	ck_assert(slice_equal(css.media_type, SLICE("text/css; charset=utf-8")));
	ck_assert_uint_lt(css.body.len, 15000);
	ck_assert(css.etag.len == 18 && css.etag.ptr[0] == '"' && css.etag.ptr[17] == '"');
	ck_assert(view_static(view, SLICE("favicon.svg"), &icon) == FOUND);
	ck_assert(slice_equal(icon.media_type, SLICE("image/svg+xml")));
	ck_assert(!slice_equal(icon.etag, css.etag));
	static const char *const absent[] = { "",
					      ".",
					      "..",
					      "../templates/head.html",
					      "doorcode.css/",
					      "doorcode.CSS",
					      "head.html",
					      "/etc/passwd" };
	for (size_t i = 0; i < ARRAY_LEN(absent); i++)
		ck_assert_msg(view_static(view, slice_str(absent[i]), &none) == ABSENT, "%s",
			      absent[i]);
}
END_TEST

/* A folder of one's own */

static char folder[] = "/tmp/doorcode-view-XXXXXX";

static void folder_make(void)
{
	ck_assert(view_new(NULL, &view) == ERR_OK);
	memcpy(folder + sizeof(folder) - 7, "XXXXXX", 6);
	ck_assert_ptr_nonnull(mkdtemp(folder));
	static const char *const below[] = { "templates", "static" };
	for (size_t i = 0; i < ARRAY_LEN(below); i++) {
		char path[128];
		snprintf(path, sizeof(path), "%s/%s", folder, below[i]);
		ck_assert_int_eq(mkdir(path, 0700), 0);
	}
}

static const char *const folder_files[] = { "templates/foot.html", "templates/extra.html",
					    "static/doorcode.css", "static/logo.png",
					    "static/page.html" };

static void folder_remove(void)
{
	char path[128];
	for (size_t i = 0; i < ARRAY_LEN(folder_files); i++) {
		snprintf(path, sizeof(path), "%s/%s", folder, folder_files[i]);
		unlink(path);
	}
	snprintf(path, sizeof(path), "%s/templates", folder);
	rmdir(path);
	snprintf(path, sizeof(path), "%s/static", folder);
	rmdir(path);
	rmdir(folder);
	view_free(&view);
}

static void folder_write(const char *name, const char *text)
{
	char path[128];
	snprintf(path, sizeof(path), "%s/%s", folder, name);
	FILE *file = fopen(path, "w");
	ck_assert_ptr_nonnull(file);
	fputs(text, file);
	fclose(file);
}

START_TEST(a_folder_replaces_what_it_holds)
{
	folder_write("templates/foot.html",
		     "<p>Ours: {{title}}</p>{{>extra}}</main></body></html>");
	folder_write("templates/extra.html", "<p>More</p>");
	folder_write("static/doorcode.css", "p { margin: 0; }");
	folder_write("static/logo.png", "png");
	folder_write("static/page.html", "<script>");
	AUTO(view) struct view *own = NULL;
	ck_assert(view_new(folder, &own) == ERR_OK);
	AUTO(arena) struct arena *arena = arena_new();
	struct slice html = page_sample_make(&page_samples[0], own, arena,
					     (struct slice){ NULL, 0 });
	ck_assert(has(html, "<p>Ours: Welcome</p><p>More</p>"));
	ck_assert(has(html, "Let a device use your account"));
	struct static_file before;
	struct static_file file;
	ck_assert(view_static(view, SLICE("doorcode.css"), &before) == FOUND);
	ck_assert(view_static(own, SLICE("doorcode.css"), &file) == FOUND);
	ck_assert(slice_equal(file.body, SLICE("p { margin: 0; }")));
	ck_assert(!slice_equal(file.etag, before.etag));
	ck_assert(view_static(own, SLICE("logo.png"), &file) == FOUND);
	ck_assert(view_static(own, SLICE("favicon.svg"), &file) == FOUND);
	ck_assert(view_static(own, SLICE("page.html"), &file) == ABSENT);
}
END_TEST

START_TEST(a_faulty_template_of_a_folder_is_refused)
{
	folder_write("templates/foot.html", "<p>\n{{#title}}</p>");
	struct view *own;
	ck_assert(view_new(folder, &own) == ERR_INVALID);
	ck_assert_ptr_null(own);
}
END_TEST

START_TEST(a_partial_that_a_folder_lacks_is_refused)
{
	folder_write("templates/foot.html", "{{>extra}}");
	struct view *own;
	ck_assert(view_new(folder, &own) == ERR_INVALID);
}
END_TEST

START_TEST(a_folder_that_is_not_there_is_refused)
{
	struct view *own;
	ck_assert(view_new("/nonexistent/doorcode", &own) == ERR_IO);
	ck_assert_ptr_null(own);
}
END_TEST

/* What strictness is for. */
START_TEST(a_template_that_names_what_the_page_lacks_fails_when_strict)
{
	folder_write("templates/foot.html", "{{nobody}}</main></body></html>");
	AUTO(view) struct view *own = NULL;
	ck_assert(view_new(folder, &own) == ERR_OK);
	AUTO(arena) struct arena *arena = arena_new();
	ck_assert(!has(page_sample_make(&page_samples[0], own, arena, (struct slice){ NULL, 0 }),
		       VIEW_FAILED));
	view_set_strict(own);
	ck_assert(has(page_sample_make(&page_samples[0], own, arena, (struct slice){ NULL, 0 }),
		      VIEW_FAILED));
}
END_TEST

static void add_tests(TCase *tc)
{
	tcase_add_checked_fixture(tc, folder_make, folder_remove);
	tcase_add_test(tc, static_files_have_type_and_etag);
	tcase_add_test(tc, a_folder_replaces_what_it_holds);
	tcase_add_test(tc, a_faulty_template_of_a_folder_is_refused);
	tcase_add_test(tc, a_partial_that_a_folder_lacks_is_refused);
	tcase_add_test(tc, a_folder_that_is_not_there_is_refused);
	tcase_add_test(tc, a_template_that_names_what_the_page_lacks_fails_when_strict);
}

TEST_MAIN("view/view", add_tests)
