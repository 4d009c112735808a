/* SPDX-License-Identifier: Apache-2.0
 *
 * The view: all templates, read and linked at start, and the static files. Immutable afterwards, so
 * that all threads share it without a lock. */
#include "view/view.h"

#include <stdlib.h>

#include "base/ensure.h"
#include "base/log.h"

#define SUFFIX SLICE(".html")

static void log_fault(enum log_level level, const char *message, const struct template_fault *fault)
{
	log_write(level, message,
		  LOG_FIELDS(LOG_TEXT("file", fault->file), LOG_NUMBER("line", fault->line),
			     LOG_TEXT("reason", slice_str(fault->reason)),
			     LOG_TEXT("name", fault->name)));
}

static enum err parse_file(struct template_set *set, const struct view_file *file)
{
	struct slice name = slice_str(file->name);
	if (!slice_has_suffix(name, SUFFIX))
		return ERR_OK;
	name = slice_sub(name, 0, name.len - SUFFIX.len);
	struct template_fault fault;
	enum err e = template_parse(name, file->body, &set->items[set->count], &fault);
	if (e != ERR_OK) {
		log_fault(LOG_ERROR, "faulty template", &fault);
		return e;
	}
	set->count++;
	return ERR_OK;
}

static enum err parse_files(struct template_set *set, const struct view_files *files)
{
	set->items = xcalloc(files->count + 1, sizeof(*set->items));
	for (size_t i = 0; i < files->count; i++) {
		enum err e = parse_file(set, &files->items[i]);
		if (e != ERR_OK)
			return e;
	}
	struct template_fault fault;
	enum err e = template_link(set, &fault);
	if (e != ERR_OK)
		log_fault(LOG_ERROR, "faulty template", &fault);
	return e;
}

static enum err load_templates(struct template_set *set, const char *folder)
{
	struct view_files *files = xcalloc(1, sizeof(*files));
	enum err e = view_files_load(files, folder, "templates");
	if (e == ERR_OK)
		e = parse_files(set, files);
	view_files_fini(files);
	free(files);
	return e;
}

enum err view_new(const char *folder, struct view **out)
{
	*out = NULL;
	AUTO(view) struct view *view = xcalloc(1, sizeof(*view));
	enum err e = load_templates(&view->templates, folder);
	if (e == ERR_OK)
		e = view_files_load(&view->statics, folder, "static");
	if (e != ERR_OK)
		return e;
	*out = view;
	view = NULL;
	return ERR_OK;
}

void view_free(struct view **view)
{
	if (*view == NULL)
		return;
	for (size_t i = 0; i < (*view)->templates.count; i++)
		template_free(&(*view)->templates.items[i]);
	free((*view)->templates.items);
	view_files_fini(&(*view)->statics);
	free(*view);
	*view = NULL;
}

void view_set_strict(struct view *view)
{
	view->strict = true;
}

/* By the end of the name; what is not here is not served. */
static struct slice media_type_of(struct slice name)
{
	static const struct {
		const char *suffix;
		const char *type;
	} types[] = {
		{ ".css", "text/css; charset=utf-8" },
		{ ".js", "text/javascript; charset=utf-8" },
		{ ".svg", "image/svg+xml" },
		{ ".png", "image/png" },
		{ ".jpg", "image/jpeg" },
		{ ".webp", "image/webp" },
		{ ".ico", "image/x-icon" },
		{ ".txt", "text/plain; charset=utf-8" },
	};
	for (size_t i = 0; i < ARRAY_LEN(types); i++) {
		if (slice_has_suffix(name, slice_str(types[i].suffix)))
			return slice_str(types[i].type);
	}
	return SLICE_EMPTY;
}

enum find view_static(const struct view *view, struct slice name, struct static_file *out)
{
	const struct view_file *file = view_files_find(&view->statics, name);
	if (file == NULL)
		return ABSENT;
	struct slice type = media_type_of(name);
	if (type.len == 0)
		return ABSENT;
	*out = (struct static_file){ .body = file->body,
				     .media_type = type,
				     .etag = slice_str(file->etag) };
	return FOUND;
}

static enum err render_into(const struct view *view, const struct template *template,
			    const struct values *values, struct buf *out)
{
	struct template_fault fault;
	if (view->strict && template_check(template, values, &fault) != ERR_OK) {
		log_fault(LOG_ERROR, "a template names what its page does not provide", &fault);
		return ERR_INVALID;
	}
	return template_render(template, values, out);
}

struct slice view_render(const struct page *page, const char *name, const struct values *values)
{
	const struct template *template = template_find(&page->view->templates, slice_str(name));
	ensure(template != NULL);
	struct buf out;
	buf_init_arena(&out, page->arena, TEMPLATE_OUTPUT_MAX);
	enum err e = render_into(page->view, template, values, &out);
	if (e == ERR_OK)
		return buf_slice(&out);
	log_error("a page could not be made", LOG_TEXT("template", slice_str(name)),
		  LOG_TEXT("error", slice_str(err_name(e))));
	return SLICE("<!doctype html>\n<html lang=\"en\"><head><title>" VIEW_FAILED
		     "</title></head>\n"
		     "<body><h1>" VIEW_FAILED
		     "</h1><p>Please go back and try again.</p></body></html>\n");
}
