// SPDX-License-Identifier: Apache-2.0
//
// What a server has logged, for tests of what must not be in it: the line of a request is written after its answer.
import { until } from "./until.mjs";

let marks = 0;

/** The log with the lines of all requests that have been answered: those of later ones, by whichever loop, are in it as well. */
export async function wholeLog(server) {
	const paths = Array.from({ length: 4 }, () => `/end-of-the-log-${++marks}`);
	for (const path of paths) await fetch(server.origin + path, { headers: { connection: "close" } });
	await until(() => paths.every((path) => server.lines.some((line) => line.includes(path))), "the end of the log");
	return server.logText();
}
