/* SPDX-License-Identifier: Apache-2.0
 *
 * libcurl, loaded on first use: a server that sends no requests does without its memory (decision
 * 11). The functions that we call, under the names that they have there. */
#ifndef FETCH_CURL_LIBRARY_H
#define FETCH_CURL_LIBRARY_H

#include <curl/curl.h>

struct curl_library {
	CURL *(*easy_init)(void);
	void (*easy_cleanup)(CURL *handle);
	CURLcode (*easy_setopt)(CURL *handle, CURLoption option, ...);
	CURLcode (*easy_perform)(CURL *handle);
	CURLcode (*easy_getinfo)(CURL *handle, CURLINFO info, ...);
	struct curl_slist *(*slist_append)(struct curl_slist *list, const char *text);
	void (*slist_free_all)(struct curl_slist *list);
	const char *(*easy_strerror)(CURLcode code);
};

/* NULL when there is none, or too old a one; the reason is logged, once. For all threads. */
const struct curl_library *curl_library_get(void);

#endif
