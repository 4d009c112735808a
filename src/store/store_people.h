/* SPDX-License-Identifier: Apache-2.0
 *
 * People, what is known about them, and the browser sessions they are signed in to. The rules of
 * store.h hold. */
#ifndef STORE_STORE_PEOPLE_H
#define STORE_STORE_PEOPLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "base/slice.h"
#include "crypto/hash.h"
#include "domain/claim.h"
#include "domain/event.h"
#include "domain/session.h"
#include "domain/user.h"

struct store;

/* --- people
 * --------------------------------------------------------------------------------------------------------
 */

struct user_new {
	const struct user *user;
	struct slice folded_name;
	struct slice password_hash;
	const struct hash *invitation; /* a TICKET_SIGN_UP, of which this is one use; NULL: none */
};
/* ERR_CONFLICT when the folded name is taken; ERR_UNCHANGED when the invitation is of no use any
 * more. */
MUST_USE enum err store_user_insert(struct store *store, const struct user_new *user,
				    const struct event *event);
enum find store_user_find(struct store *store, struct arena *arena, const struct id *id,
			  struct user **out);
/* With the stored password hash. */
enum find store_user_find_by_name(struct store *store, struct arena *arena,
				  struct slice folded_name, struct user **out,
				  struct slice *password_hash);
MUST_USE enum err store_user_list(struct store *store, struct arena *arena, struct user_list *out);
/* The person leaves every session but `keep` (NULL: none is kept). One that nobody is left in ends;
 * one that others are signed in to as well stays theirs. What was given in those that he left, or
 * had left before, ends as in store_session_remove(). ERR_ABSENT. */
struct user_password {
	struct slice hash;
	const struct hash *keep; /* a session */
	int64_t now;
};
MUST_USE enum err store_user_set_password(struct store *store, const struct id *id,
					  const struct user_password *password,
					  const struct event *event);
/* The same hash made anew with another cost, after a good sign-in: ends nothing; ERR_UNCHANGED
 * unless `old` still stands. */
MUST_USE enum err store_user_rehash(struct store *store, const struct id *id, struct slice old,
				    struct slice password_hash);
/* Who is disabled leaves every session, likewise. ERR_ABSENT. */
MUST_USE enum err store_user_set_enabled(struct store *store, const struct id *id, bool enabled,
					 int64_t now, const struct event *event);
MUST_USE enum err store_user_set_admin(struct store *store, const struct id *id, bool admin,
				       const struct event *event);
/* The person, the credentials and the claims, the place in every session, the consents and the
 * jobs; the authorizations with all that hangs on them; the applications stay without an owner.
 * ERR_ABSENT. */
MUST_USE enum err store_user_remove(struct store *store, const struct id *id,
				    const struct event *event);

/* What is known about a person, ordered by name. Setting one to "" takes it away. ERR_ABSENT: no
 * such person. `*changed` is when the last one was set to another value or taken away, for
 * updated_at; 0: nothing ever was. */
MUST_USE enum err store_user_claims(struct store *store, struct arena *arena, const struct id *id,
				    struct claim_list *out, int64_t *changed);
struct claim_set {
	const struct claim *claims;
	size_t count;
	int64_t now;
};
MUST_USE enum err store_user_claim_set(struct store *store, const struct id *id,
				       const struct claim_set *set, const struct event *event);

/* --- sessions
 * ------------------------------------------------------------------------------------------------------
 */

struct session_new {
	struct session session;      /* session.user.id alone of the user counts */
	const struct hash *replaces; /* an older session of this browser that ends; or NULL */
	struct slice password_hash;  /* that the password fitted; empty: it was none that signed in
				      */
	bool keeps_others;           /* the other people of the replaced session stay signed in, at
					most SESSION_PEOPLE_MAX with the new one; and when the same person
					was in it, he keeps his sid. The caller has seen that it is alive. */
};
/* Also writes the person's last sign-in. What was given to those for whom there is no place in the
 * new session ends as in store_session_remove(). ERR_UNCHANGED when the person is not enabled, or
 * has another password hash now. */
MUST_USE enum err store_session_insert(struct store *store, const struct session_new *session,
				       const struct event *event);
/* With the person who is acting in it: the one who signed in or was chosen last, and is enabled;
 * liveness is the caller's question (session_is_alive). `created` is when that person signed in,
 * where this was before the session was made: whoever is carried from one session to the next does
 * not live longer by it. */
enum find store_session_find(struct store *store, struct arena *arena, const struct hash *hash,
			     struct session **out);
MUST_USE enum err store_session_touch(struct store *store, const struct hash *hash, int64_t now);
/* Everybody who is signed in there and enabled, the acting one first: one `struct session` each, at
 * most SESSION_PEOPLE_MAX. */
MUST_USE enum err store_session_people(struct store *store, struct arena *arena,
				       const struct hash *hash, struct session_list *out);
/* From now on this person of it acts. ERR_ABSENT when he is not in it. */
MUST_USE enum err store_session_choose(struct store *store, const struct hash *hash,
				       const struct id *user, const struct event *event);
/* Everybody leaves it. What was given in it by the code grant is revoked in the same write, but for
 * what has offline_access: also what was given a moment ago, and nothing is given afterwards
 * (store_code_insert()). For each client of it that has a backchannel_logout_uri there is a
 * JOB_BACKCHANNEL_LOGOUT then. The events of that are of the same call as `event`. ERR_ABSENT when
 * it was gone already. */
MUST_USE enum err store_session_remove(struct store *store, const struct hash *hash, int64_t now,
				       const struct event *event);

#endif
