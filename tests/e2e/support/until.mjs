// SPDX-License-Identifier: Apache-2.0
//
// Asks again and again until the answer is yes. Only a failure takes all the time there is.
import assert from "node:assert/strict";

import { patience } from "./server.mjs";

export async function until(test, what, { seconds = 60, pause = 20 } = {}) {
	const deadline = Date.now() + seconds * 1000 * patience;
	while (!(await test())) {
		if (Date.now() > deadline) assert.fail(`in vain waited for ${what}`);
		await new Promise((resolve) => setTimeout(resolve, pause));
	}
}
