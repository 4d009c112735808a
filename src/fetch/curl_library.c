/* SPDX-License-Identifier: Apache-2.0
 *
 * The flavour with GnuTLS is the one that our own TLS uses; any other will do. It is never
 * unloaded: its TLS library would not bear it. */
#include "fetch/curl_library.h"

#include <dlfcn.h>
#include <pthread.h>
#include <string.h>

#include "base/attr.h"
#include "base/log.h"

static const char *const names[] = { "libcurl-gnutls.so.4", "libcurl.so.4" };

static const struct symbol {
	const char *name;
	size_t offset;
} symbols[] = {
	{ "curl_easy_init", offsetof(struct curl_library, easy_init) },
	{ "curl_easy_cleanup", offsetof(struct curl_library, easy_cleanup) },
	{ "curl_easy_setopt", offsetof(struct curl_library, easy_setopt) },
	{ "curl_easy_perform", offsetof(struct curl_library, easy_perform) },
	{ "curl_easy_getinfo", offsetof(struct curl_library, easy_getinfo) },
	{ "curl_slist_append", offsetof(struct curl_library, slist_append) },
	{ "curl_slist_free_all", offsetof(struct curl_library, slist_free_all) },
	{ "curl_easy_strerror", offsetof(struct curl_library, easy_strerror) },
};

static pthread_once_t once = PTHREAD_ONCE_INIT;
static struct curl_library library;
static const struct curl_library *loaded;

static void *open_library(void)
{
	void *handle = NULL;
	for (size_t i = 0; i < ARRAY_LEN(names) && !handle; i++)
		handle = dlopen(names[i], RTLD_NOW | RTLD_LOCAL);
	return handle;
}

/* A pointer to a function is copied, since C knows no cast from one to data. */
static bool find_symbol(void *handle, const char *name, void *out)
{
	void *symbol = dlsym(handle, name);
	memcpy(out, &symbol, sizeof(symbol));
	return symbol != NULL;
}

static bool find_symbols(void *handle)
{
	bool found = true;
	for (size_t i = 0; i < ARRAY_LEN(symbols); i++)
		found = find_symbol(handle, symbols[i].name,
				    (char *)&library + symbols[i].offset) &&
			found;
	return found;
}

/* Once, and before anything else: libcurl asks for it. */
static bool init_library(void *handle)
{
	CURLcode (*global_init)(long flags);
	return find_symbol(handle, "curl_global_init", &global_init) &&
	       global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK;
}

static void load(void)
{
	void *handle = open_library();
	if (handle && find_symbols(handle) && init_library(handle)) {
		loaded = &library;
		return;
	}
	const char *why = handle ? "it lacks what we need" : dlerror();
	log_error("libcurl cannot be used: nothing is fetched", LOG_TEXT("why", slice_str(why)));
}

const struct curl_library *curl_library_get(void)
{
	pthread_once(&once, load);
	return loaded;
}
