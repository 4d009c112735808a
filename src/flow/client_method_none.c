/* SPDX-License-Identifier: Apache-2.0
 *
 * Public clients: RFC6749#2.1. They name themselves and prove nothing. */
#include "flow/client_method.h"

static enum err judge(const struct flow *flow, const struct call *call,
		      const struct attempt *attempt, struct judgement *judgement)
{
	(void)flow;
	(void)call;
	(void)attempt;
	judgement->out->proved = false;
	return ERR_OK;
}

const struct client_method_row client_method_none = { .judge = judge };
