/* SPDX-License-Identifier: Apache-2.0
 *
 * Reads the request, finds the person, lets the domain say what comes next, and does that. */
#include "flow/authorize.h"

#include "base/encode.h"
#include "domain/client_setting.h"
#include "domain/interaction.h"
#include "domain/names.h"
#include "domain/redirect_uri.h"
#include "flow/authorize_answer.h"
#include "flow/authorize_asked.h"
#include "flow/authorize_consent.h"
#include "flow/authorize_person.h"
#include "flow/resource_words.h"
#include "flow/scope_words.h"

#define PATH "/o/authorize/"

/* One walk through all of it. */
struct walk {
	const struct flow *flow;
	const struct call *call;
	const struct session *session;
	const struct consent_handle *handle; /* the form came; NULL otherwise */
	bool accept;
	struct asked asked;
	struct authorize_person found;
	struct authorize_result *out;
};

/* --- addresses */

static struct slice query_with(const struct walk *w, const struct authorize_mark *mark)
{
	struct slice text = authorize_mark_write(w->flow, w->call, mark, w->asked.base);
	return arena_printf(w->call->arena, "%.*s&" NAME_MARK "=%.*s", SLICE_ARG(w->asked.base),
			    SLICE_ARG(text));
}

static struct slice path_with(const struct walk *w, const struct authorize_mark *mark)
{
	struct slice query = query_with(w, mark);
	return arena_printf(w->call->arena, PATH "?%.*s", SLICE_ARG(query));
}

/* --- ends */

static void tell_person(const struct walk *w, enum authorize_outcome outcome,
			const struct authorization_refusal *refusal)
{
	w->out->outcome = outcome;
	w->out->error = refusal->error;
	w->out->text = refusal->text;
}

static void answer_unavailable(const struct walk *w)
{
	w->out->outcome = AUTHORIZE_UNAVAILABLE;
}

static void record(const struct walk *w, enum event_kind kind, enum oauth_error error)
{
	const struct refusal refusal = {
		.kind = kind,
		.user = w->session ? &w->session->user.id : NULL,
		.client = w->asked.client ? &w->asked.client->id : NULL,
		.detail = slice_str(oauth_error_row(error)->name),
	};
	flow_refused(w->flow, w->call, &refusal);
}

static void tell_client(const struct walk *w, enum oauth_error error, struct slice text)
{
	const struct authorization_refusal refusal = { error, text };
	enum err err = authorize_refuse(w->flow, w->call, &w->asked, &refusal, &w->out->response);
	w->out->outcome = err == ERR_OK ? AUTHORIZE_RESPOND : AUTHORIZE_UNAVAILABLE;
}

/* What the request relied on has changed since it was read: it is the person who must look again.
 */
static void answer_changed(const struct walk *w)
{
	const struct authorization_refusal refusal = { OAUTH_INVALID_REQUEST, SLICE_EMPTY };
	tell_person(w, AUTHORIZE_STALE, &refusal);
}

/* RFC8252#8.6: whether what was allowed once holds for the next time. D39, D40 */
static bool consent_counts(const struct walk *w)
{
	return w->asked.client->type == CLIENT_CONFIDENTIAL ||
	       redirect_uri_is_assured(w->asked.uri);
}

static void give(const struct walk *w, bool allowed)
{
	/* what would not count the next time is not kept either */
	const struct authorize_grant grant = { &w->asked, w->found.person,
					       allowed && consent_counts(w) };
	switch (authorize_grant(w->flow, w->call, &grant, &w->out->response)) {
	case ERR_OK:
		w->out->outcome = AUTHORIZE_RESPOND;
		return;
	case ERR_UNCHANGED:
		answer_changed(w);
		return;
	default:
		answer_unavailable(w);
	}
}

/* --- pages on the way */

/* RFC9700#4.11.2: also where the request is no good and will be refused afterwards, so that nobody
 * who is not known here is sent on by a stranger's link */
static void ask_to_sign_in(const struct walk *w)
{
	const struct session *person = w->found.person;
	w->out->outcome = AUTHORIZE_SIGN_IN;
	w->out->again = person && w->found.is_wanted;
	if (person)
		w->out->person = *person;
}

/* Whoever comes back by it has been at the chooser: he who acts now is meant, and no hint. */
static struct slice path_behind_chooser(const struct walk *w)
{
	struct authorize_mark mark = w->asked.mark;
	mark.tag = authorize_session_tag(w->call->arena, w->session);
	mark.chooser = true;
	return path_with(w, &mark);
}

static void ask_to_choose(const struct walk *w)
{
	w->out->outcome = AUTHORIZE_CHOOSE;
	w->out->person = *w->found.person;
	w->out->next = path_behind_chooser(w);
}

static struct consent_shown consent_page(const struct walk *w)
{
	return (struct consent_shown){
		.query = query_with(w, &w->asked.mark),
		.person = w->found.person,
		.client = w->asked.client,
		.redirect_uri = w->asked.uri,
		.scope = w->asked.shown_scope,
		.resource = w->asked.request.resource,
	};
}

static void ask_for_consent(const struct walk *w)
{
	const struct consent_shown shown = consent_page(w);
	const struct scope_list known = scope_words_known(w->flow, w->call);
	const struct resource_list resources = resource_words_known(w->flow, w->call);
	struct authorize_result *out = w->out;
	out->outcome = AUTHORIZE_CONSENT;
	out->person = *w->found.person;
	out->next = path_behind_chooser(w); /* "use another account" */
	out->handle = authorize_consent_write(w->flow, w->call, &shown);
	out->scopes = scope_words_of(w->call->arena, &known, shown.scope);
	out->resources = resource_words_of(w->call->arena, &resources, shown.resource);
	out->is_remembered = consent_counts(w);
}

/* --- the steps */

/* The form was about this very page. */
static bool form_fits(const struct walk *w)
{
	if (!w->handle || !w->found.person)
		return false;
	struct consent_shown shown = consent_page(w);
	shown.query = w->handle->query; /* letter by letter */
	return authorize_consent_fits(w->flow, w->call, w->handle, &shown);
}

static enum find find_consent(const struct walk *w, bool *covers)
{
	struct consent *consent = NULL;
	*covers = false;
	if (!w->found.person)
		return ABSENT;
	enum find found = store_consent_find(w->flow->store, w->call->arena,
					     &w->found.person->user.id, &w->asked.client->id,
					     &consent);
	if (found == FOUND)
		*covers = consent_covers(consent, w->asked.shown_scope, w->asked.request.resource);
	return found;
}

static struct interaction facts(const struct walk *w, bool allowed, bool remembered)
{
	const struct authorize_person *found = &w->found;
	return (struct interaction){
		.prompts = w->asked.request.prompts,
		.max_age = w->asked.request.max_age,
		.now = w->call->now,
		.is_signed_in = found->person != NULL,
		.auth_time = found->person ? found->person->auth_time : 0,
		.renewed = found->renewed,
		.chosen = found->chosen,
		.is_wanted = found->is_wanted,
		.acr_fits = found->acr_fits,
		.allowed = allowed,
		.remembered = remembered,
		.counts = consent_counts(w),
		.is_first_party = client_setting_is(w->asked.client->settings,
						    SETTING_SKIP_AUTHORIZATION),
	};
}

static void take_step(const struct walk *w, const struct interaction *now)
{
	enum oauth_error error;
	switch (interaction_next(now, &error)) {
	case STEP_ANSWER:
		give(w, now->allowed);
		return;
	case STEP_SIGN_IN:
		ask_to_sign_in(w);
		return;
	case STEP_SIGN_UP:
		w->out->outcome = AUTHORIZE_SIGN_UP;
		return;
	case STEP_CHOOSE:
		ask_to_choose(w);
		return;
	case STEP_CONSENT:
		ask_for_consent(w);
		return;
	case STEP_REFUSE:
	case STEP_COUNT:
	default:
		tell_client(w, error, SLICE_EMPTY);
	}
}

static void deny(const struct walk *w)
{
	record(w, EVENT_AUTHORIZE_DENIED, OAUTH_ACCESS_DENIED);
	tell_client(w, OAUTH_ACCESS_DENIED, SLICE_EMPTY);
}

/* Refused: told to the client, but not by way of somebody who was only made to follow a link. D36
 */
static void refuse(const struct walk *w, const struct authorization_refusal *refusal)
{
	record(w, EVENT_AUTHORIZE_REFUSED, refusal->error);
	if (!w->session && !authorization_is_silent(&w->asked.parameters))
		ask_to_sign_in(w);
	else
		tell_client(w, refusal->error, refusal->text);
}

static void go_on(struct walk *w)
{
	bool remembered;
	const struct authorization_refusal refusal = authorize_person_find(
		w->flow, w->call, &w->asked, w->session, &w->found);
	if (refusal.error == OAUTH_TEMPORARILY_UNAVAILABLE ||
	    find_consent(w, &remembered) == FIND_FAILED) {
		answer_unavailable(w);
		return;
	}
	w->out->people = w->found.people;
	if (refusal.error != OAUTH_OK) {
		refuse(w, &refusal);
		return;
	}
	bool decided = form_fits(w);
	if (decided && !w->accept) {
		deny(w);
		return;
	}
	const struct interaction now = facts(w, decided, remembered);
	take_step(w, &now);
}

/* What every page on the way needs, known as soon as client and URI are. */
static void fill(const struct walk *w)
{
	struct authorize_result *out = w->out;
	out->client = w->asked.client;
	out->redirect_uri = w->asked.uri;
	out->next = path_with(w, &w->asked.mark);
	out->login_hint = w->asked.parameters.of[PARAMETER_LOGIN_HINT];
}

static bool is_page(const struct authorize_result *out)
{
	return out->outcome != AUTHORIZE_RESPOND && out->outcome != AUTHORIZE_UNAVAILABLE;
}

static void walk(struct walk *w, struct slice query)
{
	static const struct authorization_refusal too_long = {
		OAUTH_INVALID_REQUEST,
		SLICE("The request is too long for an address: the application has to push it.")
	};
	*w->out = (struct authorize_result){ .outcome = AUTHORIZE_UNAVAILABLE };
	asked_read(w->flow, w->call, query, w->session, &w->asked);
	switch (w->asked.state) {
	case ASKED_UNAVAILABLE:
		return;
	case ASKED_UNSAFE:
		record(w, EVENT_AUTHORIZE_REFUSED, w->asked.refusal.error);
		tell_person(w, AUTHORIZE_REFUSED, &w->asked.refusal);
		return;
	case ASKED_REFUSED:
		fill(w);
		refuse(w, &w->asked.refusal);
		break;
	case ASKED_FINE:
	default:
		fill(w);
		go_on(w);
	}
	if (is_page(w->out) && w->out->next.len > AUTHORIZE_NEXT_MAX)
		tell_person(w, AUTHORIZE_REFUSED, &too_long);
}

void authorize(const struct flow *flow, const struct call *call,
	       const struct authorize_request *request, struct authorize_result *out)
{
	struct walk w = { .flow = flow, .call = call, .session = request->session, .out = out };
	walk(&w, request->query);
}

void authorize_decide(const struct flow *flow, const struct call *call,
		      const struct authorize_decision *decision, struct authorize_result *out)
{
	struct consent_handle handle;
	struct walk w = {
		.flow = flow,
		.call = call,
		.session = decision->session,
		.handle = &handle,
		.accept = decision->accept,
		.out = out,
	};
	*out = (struct authorize_result){ .outcome = AUTHORIZE_STALE };
	if (authorize_consent_read(decision->handle, &handle) == ERR_OK)
		walk(&w, handle.query);
}

enum find authorize_waiting(const struct flow *flow, const struct call *call, struct slice next,
			    struct authorize_waiting *out)
{
	struct asked asked;
	if (!slice_has_prefix(next, SLICE(PATH "?")))
		return ABSENT;
	asked_read(flow, call, slice_sub(next, sizeof(PATH), next.len), NULL, &asked);
	if (asked.state == ASKED_UNAVAILABLE)
		return FIND_FAILED;
	if (!asked.client || slice_is_empty(asked.uri))
		return ABSENT;
	*out = (struct authorize_waiting){
		.client = asked.client,
		.redirect_uri = asked.uri,
		.login_hint = asked.parameters.of[PARAMETER_LOGIN_HINT],
	};
	return FOUND;
}
