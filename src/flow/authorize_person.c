/* SPDX-License-Identifier: Apache-2.0
 *
 * Whoever signed in or was chosen for this request is meant, whatever the hints say: they were for
 * finding him. D50 */
#include "flow/authorize_person.h"

#include "flow/accounts.h"
#include "flow/id_token.h"
#include "flow/subject.h"

/* What the client calls the person it wants. */
struct wanted {
	struct slice hint;          /* "": none was given */
	const struct slice *claims; /* one of these; none: anybody */
	size_t claim_count;
};

static struct authorization_refusal refuse(enum oauth_error error, struct slice text)
{
	return (struct authorization_refusal){ error, text };
}

/* OIDC#3.1.2.1: one that we issued, whatever its age */
static struct authorization_refusal read_hint(const struct flow *flow, const struct call *call,
					      const struct asked *asked, struct wanted *wanted)
{
	struct slice text = asked->parameters.of[PARAMETER_ID_TOKEN_HINT];
	struct id_token_hint hint;
	if (slice_is_empty(text))
		return refuse(OAUTH_OK, SLICE_EMPTY);
	enum err err = id_token_hint_read(flow, call, text, &hint);
	if (err == ERR_INVALID)
		return refuse(OAUTH_INVALID_REQUEST,
			      SLICE("The id_token_hint is no ID token of this server."));
	if (err != ERR_OK)
		return refuse(OAUTH_TEMPORARILY_UNAVAILABLE, SLICE_EMPTY);
	/* another's may call people by other names: OIDC#8.1 */
	if (!slice_equal(hint.client_id, asked->client->client_id))
		return refuse(OAUTH_INVALID_REQUEST,
			      SLICE("The id_token_hint was not issued to this client."));
	wanted->hint = hint.subject;
	return refuse(OAUTH_OK, SLICE_EMPTY);
}

static bool is_anybody(const struct wanted *wanted)
{
	return slice_is_empty(wanted->hint) && wanted->claim_count == 0;
}

static bool is_wanted(const struct flow *flow, const struct call *call, const struct asked *asked,
		      const struct wanted *wanted, const struct session *person)
{
	if (is_anybody(wanted))
		return true;
	struct slice subject = subject_of(flow, call->arena, asked->client, &person->user.id);
	if (!slice_is_empty(wanted->hint) && !slice_equal(wanted->hint, subject))
		return false;
	for (size_t i = 0; i < wanted->claim_count; i++)
		if (slice_equal(wanted->claims[i], subject))
			return true;
	return wanted->claim_count == 0;
}

static const struct session *find_wanted(const struct flow *flow, const struct call *call,
					 const struct asked *asked, const struct wanted *wanted,
					 const struct session_list *people)
{
	for (size_t i = 0; i < people->count; i++)
		if (is_wanted(flow, call, asked, wanted, &people->items[i]))
			return &people->items[i];
	return &people->items[0];
}

static const struct session *find_named(const struct call *call, const struct asked *asked,
					const struct session_list *people)
{
	struct slice hint = user_name_fold(call->arena, asked->parameters.of[PARAMETER_LOGIN_HINT]);
	for (size_t i = 0; i < people->count; i++)
		if (slice_equal(user_name_fold(call->arena, people->items[i].user.name), hint))
			return &people->items[i];
	return &people->items[0];
}

/* Since the request began. */
static void look_back(const struct call *call, const struct asked *asked,
		      const struct session *acting, struct authorize_person *out)
{
	bool same = slice_equal(authorize_session_tag(call->arena, acting), asked->mark.tag);
	out->renewed = !same && acting->auth_time >= asked->mark.began;
	out->chosen = same && asked->mark.chooser;
}

static const struct session *pick(const struct flow *flow, const struct call *call,
				  const struct asked *asked, const struct wanted *wanted,
				  const struct authorize_person *found)
{
	if (found->renewed || found->chosen)
		return &found->people.items[0];
	return is_anybody(wanted) ? find_named(call, asked, &found->people)
				  : find_wanted(flow, call, asked, wanted, &found->people);
}

/* OIDC#5.5.1.1: a sign-in without an acr has none that could be said, not even "". D51 */
static bool acr_fits(const struct asked *asked, const struct session *person)
{
	if (!asked->claims.demands_acr)
		return true;
	if (slice_is_empty(person->acr))
		return false;
	for (size_t i = 0; i < asked->claims.acr_count; i++)
		if (slice_equal(asked->claims.acr[i], person->acr))
			return true;
	return false;
}

struct authorization_refusal authorize_person_find(const struct flow *flow, const struct call *call,
						   const struct asked *asked,
						   const struct session *session,
						   struct authorize_person *out)
{
	struct wanted wanted = { .claims = asked->claims.sub,
				 .claim_count = asked->claims.sub_count };
	*out = (struct authorize_person){ .is_wanted = true, .acr_fits = true };
	struct authorization_refusal refusal = read_hint(flow, call, asked, &wanted);
	if (refusal.error != OAUTH_OK || !session)
		return refusal;
	if (account_people(flow, call, session, &out->people) != ERR_OK)
		return refuse(OAUTH_TEMPORARILY_UNAVAILABLE, SLICE_EMPTY);
	if (out->people.count == 0) /* it ended since it was loaded */
		return refusal;
	look_back(call, asked, &out->people.items[0], out);
	out->person = pick(flow, call, asked, &wanted, out);
	out->is_wanted = is_wanted(flow, call, asked, &wanted, out->person);
	out->acr_fits = acr_fits(asked, out->person);
	return refusal;
}
