/* SPDX-License-Identifier: Apache-2.0
 *
 * What each state of a device grant answers. Timing of polls is poll.c; who may ask is for the
 * caller to check first. RFC8628#3.5 */
#include "domain/device_grant.h"

#include <assert.h>

#include "base/attr.h"

/* RFC10027#6.1.3: one decision, one redemption */
static const enum oauth_error answers[] = {
	[DEVICE_PENDING] = OAUTH_AUTHORIZATION_PENDING, /* RFC8628#3.5: nobody has decided */
	[DEVICE_APPROVED] = OAUTH_OK,
	[DEVICE_DENIED] = OAUTH_ACCESS_DENIED,   /* RFC8628#3.5: denied is final */
	[DEVICE_REDEEMED] = OAUTH_INVALID_GRANT, /* RFC6749#5.2: a used code is like an unknown one
						  */
};

static_assert(ARRAY_LEN(answers) == DEVICE_STATUS_COUNT, "an answer for each status");

enum oauth_error device_grant_poll(enum device_status status, int64_t expires, int64_t now)
{
	/* The number comes out of the database: one that we do not know must not become a token. */
	if ((unsigned)status >= DEVICE_STATUS_COUNT || status == DEVICE_REDEEMED)
		return OAUTH_INVALID_GRANT;
	/* RFC8628#3.5: past expires_in the answer is expired_token, whatever was decided */
	if (now >= expires)
		return OAUTH_EXPIRED_TOKEN;
	return answers[status];
}

bool device_grant_is_open(enum device_status status, int64_t expires, int64_t now)
{
	return status == DEVICE_PENDING && now < expires;
}
