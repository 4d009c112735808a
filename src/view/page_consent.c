/* SPDX-License-Identifier: Apache-2.0
 *
 * An application sends the browser here to get access. The person sees which one, what it says
 * about itself (marked as its own words), what it would get, as whom, and where the browser goes
 * afterwards. Its logo is not loaded: it would tell the application who looks at this page, and
 * lend a stranger a known face. RFC6749#10.2, RFC9700#4.15, ASVS#10.7.2 */
#include <string.h>

#include "view/view.h"

#define OFFLINE_ACCESS SLICE("offline_access")

/* "stays connected" is a sentence of its own, not one scope among others. OIDC#11 */
static void add_scopes(struct values *values, struct arena *arena,
		       const struct consent_values *consent)
{
	struct scope_words *shown = arena_calloc(arena, consent->scope_count + 1, sizeof(*shown));
	size_t count = 0;
	for (size_t i = 0; i < consent->scope_count; i++) {
		if (!slice_equal(consent->scopes[i].name, OFFLINE_ACCESS))
			shown[count++] = consent->scopes[i];
	}
	view_add_scopes(values, shown, count);
	values_bool(values, "stays_connected", count < consent->scope_count);
	view_add_resources(values, consent->resources, consent->resource_count);
}

static void add_claims(struct values *values, const struct consent_values *consent)
{
	static const struct view_address_names client = { "client_https", "client_http", NULL };
	static const struct view_address_names policy = { "policy_https", "policy_http", NULL };
	static const struct view_address_names tos = { "tos_https", "tos_http", NULL };
	view_add_address(values, &client, consent->client_uri);
	view_add_address(values, &policy, consent->policy_uri);
	view_add_address(values, &tos, consent->tos_uri);
	values_bool(values, "has_claims",
		    consent->client_uri.len + consent->policy_uri.len + consent->tos_uri.len > 0);
}

struct slice page_consent(const struct page *page, const struct consent_values *consent)
{
	struct values *values = view_values(page, SLICE("Allow or deny an application"), false);
	values_text(values, "handle", consent->handle);
	values_text(values, "client_name", consent->client_name);
	values_text(values, "client_host", consent->client_host);
	values_bool(values, "client_reviewed", consent->client_reviewed);
	add_claims(values, consent);
	add_scopes(values, page->arena, consent);
	view_add_destination(values, consent->redirect_uri);
	values_bool(values, "is_remembered", consent->is_remembered);
	values_text(values, "next", consent->next);
	values_text(values, "next_query", view_query(page->arena, consent->next));
	return view_render(page, "consent", values);
}
