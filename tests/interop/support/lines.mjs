// SPDX-License-Identifier: Apache-2.0
//
// The lines that a client's program speaks, for JavaScript.
import { createInterface } from "node:readline";
import { readFileSync } from "node:fs";
import path from "node:path";

let waiting;
let input;

function listen() {
	input ??= createInterface({ input: process.stdin }).on("line", (line) => {
		const found = /^opened (.*)$/.exec(line);
		if (found) waiting?.(found[1]);
	});
}

/** A person opens this: where the browser ended. */
export function open(url) {
	listen();
	const ended = new Promise((resolve, reject) => {
		waiting = (where) => (where.startsWith("error ") ? reject(new Error(where)) : resolve(where));
	});
	console.log(`open ${url}`);
	return ended;
}

export const done = (step) => console.log(`done ${step}`);

/** The version of an installed package. */
export function version(name) {
	const file = path.join(process.cwd(), "node_modules", name, "package.json");
	console.log(`version ${JSON.parse(readFileSync(file, "utf8")).version}`);
}

export const env = process.env;

/** Ends the program: with 1 when `main` throws. */
export async function run(main) {
	try {
		await main();
		process.exit(0);
	} catch (error) {
		console.error(error);
		process.exit(1);
	}
}
