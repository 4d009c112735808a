// SPDX-License-Identifier: Apache-2.0
//
// node tests/run.mjs FILE...: as `node --test` does, but one file more at a time than there are processors, since most of them
// wait now and then; that one leaves a processor idle, which is half of a small machine, and its option for it is not in Node 18.
// What the databases of the tests are copied from is made first. Ends with a line for each test that failed, and adds it to the file
// that DOORCODE_TEST_FAILED names.
import { appendFileSync } from "node:fs";
import { cpus } from "node:os";
import path from "node:path";
import { run } from "node:test";
import { spec } from "node:test/reporters";

import { makeTemplate } from "./e2e/support/template.mjs";

const template = await makeTemplate();
process.env.DOORCODE_TEST_TEMPLATE = template.folder;

const results = run({ files: process.argv.slice(2), concurrency: Math.min(cpus().length + 1, 5) });
const names = new Map(); // of each file: those of the suites that are open, from the outermost in
const said = new Map(); // of each file: what it said when it fell over
const failed = [];

// A suite fails with its tests, and tests are given up with their suite: the reason stands elsewhere.
const isConsequence = ({ failureType, code }) => code === "ERR_TEST_FAILURE" && ["subtestsFailed", "cancelledByParent"].includes(failureType);
const onOneLine = (text) => `${text}`.replace(/\s+/g, " ").trim().slice(0, 300);

function lineOf({ file, name, nesting, details: { error } }) {
	const place = path.relative("", file ?? name);
	if (nesting === 0 && path.resolve(name) === file) return `FAILED ${place}: ${onOneLine(said.get(file) ?? error.message)}`;
	const way = [place, ...(names.get(file) ?? []).slice(0, nesting), name].join(" > ");
	return `FAILED ${way}: ${onOneLine(error.cause?.message ?? error.cause ?? error.message)}`;
}

results.on("test:start", ({ file, name, nesting }) => names.set(file, [...(names.get(file) ?? []).slice(0, nesting), name]));
results.on("test:stderr", ({ file, message }) => {
	if (/^\w*Error\b/.test(message)) said.set(path.resolve(file), message);
});
results.on("test:fail", (event) => {
	process.exitCode = 1;
	failed.push({ line: lineOf(event), isConsequence: isConsequence(event.details.error) });
});

const report = results.compose(new spec());
report.pipe(process.stdout);
report.on("end", () => {
	const causes = failed.filter((each) => !each.isConsequence);
	const lines = (causes.length > 0 ? causes : failed).map(({ line }) => `${line}\n`).join("");
	process.stdout.write(lines);
	if (process.env.DOORCODE_TEST_FAILED) appendFileSync(process.env.DOORCODE_TEST_FAILED, lines);
	return template.remove();
});
