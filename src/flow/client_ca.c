/* SPDX-License-Identifier: Apache-2.0
 *
 * Held by a lock for readers and one writer: a question costs a signature, a reload happens once
 * in months. */
#include "flow/client_ca.h"

#include <pthread.h>
#include <stdlib.h>

#include "base/ensure.h"
#include "base/log.h"

struct client_ca {
	const char *path;
	pthread_rwlock_t lock;
	struct certificate_authorities *authorities;
};

static enum err load(const char *path, struct certificate_authorities **out)
{
	enum err err = certificate_authorities_load(path, out);
	if (err != ERR_OK)
		log_error("the certificates of tls_client_ca cannot be read",
			  LOG_TEXT("file", slice_str(path)));
	return err;
}

enum err client_ca_load(const char *path, struct client_ca **out)
{
	struct certificate_authorities *authorities;
	*out = NULL;
	enum err err = load(path, &authorities);
	if (err != ERR_OK)
		return err;
	*out = xcalloc(1, sizeof(**out));
	(*out)->path = path;
	(*out)->authorities = authorities;
	ensure(pthread_rwlock_init(&(*out)->lock, NULL) == 0);
	return ERR_OK;
}

void client_ca_free(struct client_ca **ca)
{
	if (!*ca)
		return;
	pthread_rwlock_destroy(&(*ca)->lock);
	certificate_authorities_free(&(*ca)->authorities);
	free(*ca);
	*ca = NULL;
}

enum err client_ca_reload(struct client_ca *ca)
{
	struct certificate_authorities *authorities;
	enum err err = load(ca->path, &authorities);
	if (err != ERR_OK)
		return err;
	pthread_rwlock_wrlock(&ca->lock);
	struct certificate_authorities *old = ca->authorities;
	ca->authorities = authorities;
	pthread_rwlock_unlock(&ca->lock);
	certificate_authorities_free(&old);
	return ERR_OK;
}

bool client_ca_vouches(struct client_ca *ca, const struct certificate *certificate, int64_t now)
{
	if (!ca)
		return false;
	pthread_rwlock_rdlock(&ca->lock);
	bool vouches = certificate_leads_to(certificate, ca->authorities, now);
	pthread_rwlock_unlock(&ca->lock);
	return vouches;
}
