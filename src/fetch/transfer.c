/* SPDX-License-Identifier: Apache-2.0
 *
 * One easy handle per request, with nothing kept between two: no connection, no cookie, no name.
 * What is asked of an address is asked in the callback that makes the socket, of the address that
 * this very socket will be connected to. Options that an older libcurl does not know fail the
 * request: none of them may be missed. */
#include "fetch/transfer.h"

#include <errno.h>

#include "base/ensure.h"
#include "base/log.h"
#include "fetch/cache_control.h"
#include "fetch/fetch_url.h"
#include "fetch/special_address.h"

enum { HEADER_BYTES_MAX = 32768, CONNECT_PART = 2 };

/* Plain http has nothing but the network to go by: allowed networks alone. */
static bool may_connect(const struct transfer *transfer, const struct address *address)
{
	const struct fetch_options *options = transfer->options;
	if (network_has(options->allowed, options->allowed_count, address))
		return true;
	return transfer->https && !special_address(address);
}

static curl_socket_t open_socket(void *arg, curlsocktype purpose, struct curl_sockaddr *to)
{
	struct transfer *transfer = arg;
	struct address address;
	address_from_sockaddr(&to->addr, &address);
	if (purpose != CURLSOCKTYPE_IPCXN || !may_connect(transfer, &address)) {
		transfer->refused_address = true;
		errno = EACCES;
		return CURL_SOCKET_BAD;
	}
	if (!places_connect(transfer->places, transfer->visit, &address)) {
		errno = EAGAIN;
		return CURL_SOCKET_BAD;
	}
	return socket(to->family, to->socktype | SOCK_CLOEXEC, to->protocol);
}

static size_t take_body(char *bytes, size_t size, size_t count, void *arg)
{
	struct transfer *transfer = arg;
	buf_add(&transfer->body, slice_of(bytes, size * count));
	transfer->too_large = !buf_is_whole(&transfer->body);
	return transfer->too_large ? CURL_WRITEFUNC_ERROR : size * count;
}

static void take_max_age(struct transfer *transfer, struct slice line)
{
	struct slice name;
	if (!slice_split(&line, ':', &name) || !line.ptr ||
	    !slice_equal_nocase(name, SLICE("Cache-Control")))
		return;
	int64_t age = cache_control_max_age(slice_trim(line));
	/* Of several lines the strictest counts. */
	if (age >= 0 && (transfer->max_age < 0 || age < transfer->max_age))
		transfer->max_age = age;
}

static size_t take_header(char *bytes, size_t size, size_t count, void *arg)
{
	struct transfer *transfer = arg;
	struct slice line = slice_of(bytes, size * count);
	transfer->header_bytes += line.len;
	transfer->too_large = transfer->header_bytes > HEADER_BYTES_MAX;
	if (transfer->too_large)
		return CURL_WRITEFUNC_ERROR;
	/* A status line: what came before it was only a 100 or its like. */
	if (slice_has_prefix(line, SLICE("HTTP/")))
		transfer->max_age = -1;
	take_max_age(transfer, line);
	return line.len;
}

#define SET(transfer, option, value) \
	((transfer)->code = (transfer)->code != CURLE_OK \
				    ? (transfer)->code \
				    : (transfer)->curl->easy_setopt((transfer)->handle, (option), \
								    (value)))

static void set_limits(struct transfer *transfer)
{
	SET(transfer, CURLOPT_TIMEOUT_MS, (long)transfer->left_ms);
	SET(transfer, CURLOPT_CONNECTTIMEOUT_MS, (long)(transfer->left_ms / CONNECT_PART + 1));
	SET(transfer, CURLOPT_MAXFILESIZE_LARGE, (curl_off_t)transfer->most);
	SET(transfer, CURLOPT_NOSIGNAL, 1L);
	/* Or a name whose servers say nothing holds up the end, too. What libcurl does not know
	 * before 7.87 it goes without. */
	(void)transfer->curl->easy_setopt(transfer->handle, CURLOPT_QUICK_EXIT, 1L);
	SET(transfer, CURLOPT_WRITEFUNCTION, take_body);
	SET(transfer, CURLOPT_WRITEDATA, transfer);
	SET(transfer, CURLOPT_HEADERFUNCTION, take_header);
	SET(transfer, CURLOPT_HEADERDATA, transfer);
}

/* No detours: not by a redirect, a proxy of the environment, a file of passwords, another protocol
 * or an older version of HTTP. */
static void set_ways(struct transfer *transfer)
{
	SET(transfer, CURLOPT_PROTOCOLS_STR, transfer->https ? "https" : "http");
	SET(transfer, CURLOPT_REDIR_PROTOCOLS_STR, "https");
	SET(transfer, CURLOPT_FOLLOWLOCATION, 0L);
	SET(transfer, CURLOPT_PROXY, "");
	SET(transfer, CURLOPT_NOPROXY, "*");
	SET(transfer, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
	SET(transfer, CURLOPT_HTTP09_ALLOWED, 0L);
	SET(transfer, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
	SET(transfer, CURLOPT_FRESH_CONNECT, 1L);
	SET(transfer, CURLOPT_FORBID_REUSE, 1L);
	SET(transfer, CURLOPT_DISALLOW_USERNAME_IN_URL, 1L);
	SET(transfer, CURLOPT_OPENSOCKETFUNCTION, open_socket);
	SET(transfer, CURLOPT_OPENSOCKETDATA, transfer);
}

/* RFC9325#3.1.1: 1.2 at least */
static void set_tls(struct transfer *transfer)
{
	SET(transfer, CURLOPT_SSL_VERIFYPEER, 1L);
	SET(transfer, CURLOPT_SSL_VERIFYHOST, 2L);
	SET(transfer, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
	if (!transfer->trust_file)
		return;
	SET(transfer, CURLOPT_CAINFO, transfer->trust_file);
	SET(transfer, CURLOPT_CAPATH, NULL);
}

static void add_line(struct transfer *transfer, struct curl_slist **list, const char *line)
{
	struct curl_slist *longer = transfer->curl->slist_append(*list, line);
	ensure(longer != NULL);
	*list = longer;
}

static struct curl_slist *set_request(struct transfer *transfer)
{
	const struct fetch_request *request = transfer->request;
	struct curl_slist *list = NULL;
	SET(transfer, CURLOPT_URL, arena_cstr(transfer->arena, request->url));
	SET(transfer, CURLOPT_USERAGENT, "doorcode");
	if (!slice_is_empty(request->accept)) {
		struct slice line = arena_printf(transfer->arena, "Accept: %.*s",
						 SLICE_ARG(request->accept));
		add_line(transfer, &list, arena_cstr(transfer->arena, line));
	}
	if (request->form) {
		SET(transfer, CURLOPT_POSTFIELDSIZE, (long)request->form->len);
		SET(transfer, CURLOPT_POSTFIELDS, arena_cstr(transfer->arena, *request->form));
		add_line(transfer, &list, "Expect:");
	}
	if (list)
		SET(transfer, CURLOPT_HTTPHEADER, list);
	return list;
}

/* --- what came of it --------------------------------------------------------------------- */

static enum fetch_fault fault_of(const struct transfer *transfer, CURLcode code)
{
	if (code == CURLE_OK)
		return FETCH_FINE;
	if (transfer->too_large || code == CURLE_FILESIZE_EXCEEDED)
		return FETCH_TOO_LARGE;
	if (code == CURLE_OPERATION_TIMEDOUT)
		return FETCH_TIMEOUT;
	if (code == CURLE_URL_MALFORMAT)
		return FETCH_URL;
	if (transfer->visit->turned_away && code == CURLE_COULDNT_CONNECT)
		return FETCH_BUSY;
	return transfer->refused_address ? FETCH_ADDRESS : FETCH_CONNECT;
}

static struct slice short_type(struct arena *arena, struct slice text)
{
	struct slice type;
	(void)slice_split(&text, ';', &type);
	type = slice_trim(type);
	char *lower = arena_cstr(arena, type);
	for (size_t i = 0; i < type.len; i++)
		if (lower[i] >= 'A' && lower[i] <= 'Z')
			lower[i] = (char)(lower[i] - 'A' + 'a');
	return slice_of(lower, type.len);
}

static void fill(const struct transfer *transfer, struct fetch_answer *out)
{
	long status = 0;
	char *type = NULL;
	(void)transfer->curl->easy_getinfo(transfer->handle, CURLINFO_RESPONSE_CODE, &status);
	(void)transfer->curl->easy_getinfo(transfer->handle, CURLINFO_CONTENT_TYPE, &type);
	*out = (struct fetch_answer){
		.status = (int)status,
		.media_type = short_type(transfer->arena, slice_str(type)),
		.body = buf_slice(&transfer->body),
		.max_age = transfer->max_age,
	};
}

static void complain(const struct transfer *transfer, enum fetch_fault fault, CURLcode code)
{
	log_warn("a request of ours failed",
		 LOG_TEXT("url", fetch_url_shown(transfer->request->url)),
		 LOG_TEXT("fault", slice_str(fetch_fault_name(fault))),
		 LOG_TEXT("why", slice_str(transfer->curl->easy_strerror(code))));
}

enum fetch_fault transfer_run(struct transfer *transfer, struct fetch_answer *out)
{
	buf_init_arena(&transfer->body, transfer->arena, transfer->most);
	transfer->max_age = -1;
	transfer->handle = transfer->curl->easy_init();
	if (!transfer->handle)
		return FETCH_CONNECT;
	set_limits(transfer);
	set_ways(transfer);
	set_tls(transfer);
	struct curl_slist *list = set_request(transfer);
	CURLcode code = transfer->code;
	if (code == CURLE_OK)
		code = transfer->curl->easy_perform(transfer->handle);
	enum fetch_fault fault = fault_of(transfer, code);
	if (fault == FETCH_FINE)
		fill(transfer, out);
	else if (fault != FETCH_BUSY)
		complain(transfer, fault, code);
	transfer->curl->easy_cleanup(transfer->handle);
	transfer->curl->slist_free_all(list);
	return fault;
}
