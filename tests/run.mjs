// SPDX-License-Identifier: Apache-2.0
//
// node tests/run.mjs FILE...: as `node --test` does, but one file more at a time than there are processors, since most of them
// wait now and then; that one leaves a processor idle, which is half of a small machine, and its option for it is not in Node 18.
import { cpus } from "node:os";
import { run } from "node:test";
import { spec } from "node:test/reporters";

const results = run({ files: process.argv.slice(2), concurrency: Math.min(cpus().length + 1, 5) });
results.on("test:fail", () => (process.exitCode = 1));
results.compose(new spec()).pipe(process.stdout);
