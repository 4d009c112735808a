/* SPDX-License-Identifier: Apache-2.0
 *
 * The checks keep a JWT that was signed for something else (to authenticate, for another server)
 * from passing as a request: RFC9101#10.8. D46. Its exp is all that ends one: it may be shown
 * again until then, since people reload pages. D76 */
#include "domain/request_object.h"

#include <assert.h>

#include "base/attr.h"
#include "base/ensure.h"

/* RFC9101#10.8.1: its own type, or the general one, which OIDC#6 and older libraries use */
static bool typ_is_fine(struct slice typ)
{
	return slice_is_empty(typ) || slice_equal_nocase(typ, SLICE("jwt")) ||
	       slice_equal_nocase(typ, SLICE("oauth-authz-req+jwt"));
}

static bool is_for_us(const struct request_object *object, struct slice issuer)
{
	for (size_t i = 0; i < object->aud_count; i++)
		if (slice_equal(object->aud[i], issuer))
			return true;
	return false;
}

static enum request_object_fault check_expiry(const struct request_object *object,
					      const struct request_object_rules *rules)
{
	/* RFC7519#4.1.4 */
	if (object->has_exp && object->exp <= rules->now - REQUEST_OBJECT_SKEW_S)
		return REQUEST_OBJECT_EXPIRED;
	if (rules->any_expiry)
		return REQUEST_OBJECT_FINE;
	/* what was signed once must not be good for ever: D76 */
	if (!object->has_exp)
		return REQUEST_OBJECT_NO_EXP;
	return object->exp > rules->now + REQUEST_OBJECT_AHEAD_S + REQUEST_OBJECT_SKEW_S
		       ? REQUEST_OBJECT_TOO_LONG
		       : REQUEST_OBJECT_FINE;
}

/* RFC7519#4.1.5; nor from the future */
static bool is_early(const struct request_object *object, int64_t now)
{
	int64_t latest = now + REQUEST_OBJECT_SKEW_S;
	return (object->has_nbf && object->nbf > latest) ||
	       (object->has_iat && object->iat > latest);
}

enum request_object_fault request_object_check(const struct request_object *object,
					       const struct request_object_rules *rules)
{
	if (!typ_is_fine(object->typ))
		return REQUEST_OBJECT_TYP;
	/* RFC9101#4, OIDC#6.1: from the client, to this server */
	if (!slice_equal(object->iss, rules->client_id))
		return REQUEST_OBJECT_ISS;
	if (!is_for_us(object, rules->issuer))
		return REQUEST_OBJECT_AUD;
	/* RFC9101#5, RFC9101#6.3: the client_id outside and the one inside are the same */
	if (!slice_equal(object->client_id, rules->client_id))
		return REQUEST_OBJECT_CLIENT;
	/* RFC9101#10.8: an assertion by which the client authenticates has itself as subject */
	if (slice_equal(object->sub, rules->client_id))
		return REQUEST_OBJECT_SUB;
	enum request_object_fault fault = check_expiry(object, rules);
	if (fault != REQUEST_OBJECT_FINE)
		return fault;
	if (is_early(object, rules->now))
		return REQUEST_OBJECT_EARLY;
	/* RFC9101#4 */
	return object->nests ? REQUEST_OBJECT_NESTS : REQUEST_OBJECT_FINE;
}

static const char *const fault_texts[] = {
	[REQUEST_OBJECT_FINE] = "",
	[REQUEST_OBJECT_TYP] = "The request object is a JWT of another type.",
	[REQUEST_OBJECT_ISS] = "iss of the request object is not the client_id.",
	[REQUEST_OBJECT_AUD] = "aud of the request object is not the issuer of this server.",
	[REQUEST_OBJECT_CLIENT] =
		"client_id in the request object is missing, or not the one outside of it.",
	[REQUEST_OBJECT_SUB] =
		"The request object has the client as sub, as a client assertion has.",
	[REQUEST_OBJECT_NO_EXP] = "The request object does not say when it expires (exp).",
	[REQUEST_OBJECT_TOO_LONG] = "The request object is good for more than an hour.",
	[REQUEST_OBJECT_EXPIRED] = "The request object has expired.",
	[REQUEST_OBJECT_EARLY] = "The request object is not valid yet.",
	[REQUEST_OBJECT_NESTS] = "The request object holds request or request_uri.",
};
static_assert(ARRAY_LEN(fault_texts) == REQUEST_OBJECT_FAULT_COUNT, "words for each fault");

struct slice request_object_fault_text(enum request_object_fault fault)
{
	ensure((unsigned)fault < REQUEST_OBJECT_FAULT_COUNT);
	return slice_str(fault_texts[fault]);
}
