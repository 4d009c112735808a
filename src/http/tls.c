/* SPDX-License-Identifier: Apache-2.0
 *
 * Certificate and key are read apart before they are put together, so that the log says which of
 * the files is at fault. An expired certificate is warned of and used: whether that is worse than
 * not to serve is the operator's to say. */
#include "http/tls.h"

#include <gnutls/x509.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/ensure.h"
#include "base/log.h"
#include "http/http.h"
#include "http/pem_file.h"

enum { DAY = 86400 };

struct tls_identity {
	gnutls_certificate_credentials_t credentials;
	atomic_uint count;
};

struct tls {
	const char *certificate_path;
	const char *key_path;
	const char *client_ca_path; /* NULL: none */
	pthread_mutex_t lock;       /* guards the next */
	struct tls_identity *current;
};

static enum err refuse(const char *path, const char *why)
{
	log_error("cannot use the file for TLS", LOG_TEXT("path", slice_str(path)),
		  LOG_TEXT("why", slice_str(why)));
	return ERR_INVALID;
}

static gnutls_datum_t datum_of(const struct buf *buf)
{
	return (gnutls_datum_t){ .data = (unsigned char *)buf->ptr, .size = (unsigned)buf->len };
}

/* --- identities --- */

static struct tls_identity *identity_new(void)
{
	struct tls_identity *identity = xcalloc(1, sizeof(*identity));
	ensure(gnutls_certificate_allocate_credentials(&identity->credentials) == 0);
	atomic_init(&identity->count, 1);
	return identity;
}

struct tls_identity *tls_identity_take(struct tls *tls)
{
	pthread_mutex_lock(&tls->lock);
	struct tls_identity *identity = tls->current;
	atomic_fetch_add(&identity->count, 1);
	pthread_mutex_unlock(&tls->lock);
	return identity;
}

void tls_identity_give(struct tls_identity **identity)
{
	struct tls_identity *given = *identity;
	*identity = NULL;
	if (given == NULL || atomic_fetch_sub(&given->count, 1) > 1)
		return;
	gnutls_certificate_free_credentials(given->credentials);
	free(given);
}

struct gnutls_certificate_credentials_st *tls_identity_credentials(
	const struct tls_identity *identity)
{
	return identity->credentials;
}

/* --- reading --- */

struct chain {
	gnutls_x509_crt_t *list;
	unsigned count;
};

static void chain_fini(struct chain *chain)
{
	for (unsigned i = 0; i < chain->count; i++)
		gnutls_x509_crt_deinit(chain->list[i]);
	gnutls_free(chain->list);
}

static void key_fini(gnutls_x509_privkey_t *key)
{
	if (*key != NULL)
		gnutls_x509_privkey_deinit(*key);
}

static enum err read_chain(const char *path, struct chain *chain)
{
	AUTO_FINI(buf) struct buf text;
	buf_init(&text, PEM_FILE_MAX);
	enum err err = pem_file_read(path, false, &text);
	if (err != ERR_OK)
		return err;
	gnutls_datum_t pem = datum_of(&text);
	int error = gnutls_x509_crt_list_import2(&chain->list, &chain->count, &pem,
						 GNUTLS_X509_FMT_PEM, GNUTLS_X509_CRT_LIST_SORT);
	return error < 0 ? refuse(path, gnutls_strerror(error)) : ERR_OK;
}

static enum err read_key(const char *path, gnutls_x509_privkey_t *key)
{
	AUTO_FINI(buf) struct buf text;
	buf_init(&text, PEM_FILE_MAX);
	enum err err = pem_file_read(path, true, &text);
	if (err != ERR_OK)
		return err;
	gnutls_datum_t pem = datum_of(&text);
	ensure(gnutls_x509_privkey_init(key) == 0);
	int error = gnutls_x509_privkey_import2(*key, &pem, GNUTLS_X509_FMT_PEM, NULL, 0);
	if (error == GNUTLS_E_DECRYPTION_FAILED)
		return refuse(path, "the key is encrypted; store it decrypted");
	return error < 0 ? refuse(path, "it holds no private key in PEM") : ERR_OK;
}

static void tell_lifetime(const char *path, gnutls_x509_crt_t certificate)
{
	int64_t left = (int64_t)gnutls_x509_crt_get_expiration_time(certificate) - clock_now();
	if (left <= 0)
		log_warn("the certificate has expired", LOG_TEXT("path", slice_str(path)));
	else
		log_info("certificate", LOG_TEXT("path", slice_str(path)),
			 LOG_NUMBER("days_left", left / DAY));
}

static enum err load_pair(const struct tls *tls, struct tls_identity *identity)
{
	AUTO_FINI(chain) struct chain chain = { NULL, 0 };
	AUTO_FINI(key) gnutls_x509_privkey_t key = NULL;
	enum err err = read_chain(tls->certificate_path, &chain);
	if (err == ERR_OK)
		err = read_key(tls->key_path, &key);
	if (err != ERR_OK)
		return err;
	int error = gnutls_certificate_set_x509_key(identity->credentials, chain.list,
						    (int)chain.count, key);
	if (error < 0)
		return refuse(tls->key_path, gnutls_strerror(error));
	tell_lifetime(tls->certificate_path, chain.list[0]);
	return ERR_OK;
}

/* Their names go to the clients; nobody is judged by them here. */
static enum err load_client_ca(const struct tls *tls, struct tls_identity *identity)
{
	AUTO_FINI(buf) struct buf text;
	if (tls->client_ca_path == NULL)
		return ERR_OK;
	buf_init(&text, PEM_FILE_MAX);
	enum err err = pem_file_read(tls->client_ca_path, false, &text);
	if (err != ERR_OK)
		return err;
	gnutls_datum_t pem = datum_of(&text);
	int count = gnutls_certificate_set_x509_trust_mem(identity->credentials, &pem,
							  GNUTLS_X509_FMT_PEM);
	return count > 0 ? ERR_OK : refuse(tls->client_ca_path, "it holds no certificate in PEM");
}

static enum err load(const struct tls *tls, struct tls_identity **out)
{
	struct tls_identity *identity = identity_new();
	enum err err = load_pair(tls, identity);
	if (err == ERR_OK)
		err = load_client_ca(tls, identity);
	if (err == ERR_OK)
		*out = identity;
	else
		tls_identity_give(&identity);
	return err;
}

/* --- life --- */

enum err tls_new(const struct http_options *options, struct tls **out)
{
	if (options->tls_certificate == NULL || options->tls_key == NULL) {
		log_plain(LOG_ERROR, "a listener with TLS needs tls_certificate and tls_key");
		return ERR_INVALID;
	}
	struct tls *tls = xcalloc(1, sizeof(*tls));
	tls->certificate_path = options->tls_certificate;
	tls->key_path = options->tls_key;
	tls->client_ca_path = options->tls_client_ca;
	ensure(pthread_mutex_init(&tls->lock, NULL) == 0);
	enum err err = load(tls, &tls->current);
	if (err == ERR_OK)
		*out = tls;
	else
		tls_free(&tls);
	return err;
}

enum err tls_reload(struct tls *tls)
{
	struct tls_identity *fresh;
	enum err err = load(tls, &fresh);
	if (err != ERR_OK) {
		log_plain(LOG_ERROR, "the certificate that was read before stays in use");
		return err;
	}
	pthread_mutex_lock(&tls->lock);
	struct tls_identity *old = tls->current;
	tls->current = fresh;
	pthread_mutex_unlock(&tls->lock);
	tls_identity_give(&old);
	return ERR_OK;
}

void tls_free(struct tls **tls)
{
	struct tls *t = *tls;
	if (t == NULL)
		return;
	tls_identity_give(&t->current);
	pthread_mutex_destroy(&t->lock);
	free(t);
	*tls = NULL;
}
