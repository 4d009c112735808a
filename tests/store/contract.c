/* SPDX-License-Identifier: Apache-2.0
 *
 * The parts of the contract, in the order of store.h. */
#include "contract.h"

#include "world.h"

void contract_add_tests(TCase *tc, const struct contract_engine *engine)
{
	static void (*const parts[])(TCase * tc) = {
		contract_database,      contract_people,      contract_clients,
		contract_devices,       contract_tokens,      contract_sweeps,
		contract_rivals,        contract_threads,     contract_copy,
		contract_nodes,         contract_races,       contract_budgets,
		contract_registrations, contract_claims,      contract_sessions,
		contract_keys,          contract_resources,   contract_once,
		contract_jobs,          contract_codes,       contract_consents,
		contract_grants,        contract_code_rivals, contract_code_races,
		contract_once_races,    contract_sign_out,
	};
	world_set_engine(engine);
	tcase_add_unchecked_fixture(tc, world_original_init, world_original_fini);
	for (size_t i = 0; i < ARRAY_LEN(parts); i++)
		parts[i](tc);
}
