// SPDX-License-Identifier: Apache-2.0
//
// The world that faults happen to: network, a pair of databases, three nodes, HAProxy, some people and two applications. It is
// built once a run; the rounds share it, and its database grows. What the world itself sees and should not (a node that crashes
// or does not get ready again) is kept among `findings`, in the form in which the checker reports.
import path from "node:path";
import { fileURLToPath } from "node:url";

import { optionWords } from "../e2e/support/run.mjs";
import { run, sleep, until } from "./child.mjs";
import { appTypes, callback } from "./consenting.mjs";
import { Pair, databasePassword } from "./database.mjs";
import { addresses, cut, makeNetwork, mend, subnet } from "./network.mjs";
import { Node } from "./node.mjs";
import { Proxy, origin } from "./proxy.mjs";

const repository = fileURLToPath(new URL("../../", import.meta.url));
const program = process.env.DOORCODE_TEST_MOVED_BIN ?? path.join(repository, "build/debug/doorcode-moved");
const keyFile = "/run/chaos/master.key";
const password = "correct horse battery staple";
const peopleCount = 32;
const recoverySeconds = 30;

const flags = {
	base_url: origin,
	master_key_file: keyFile,
	trusted_proxies: subnet,
	cap_exempt: "0.0.0.0/0",
	device_interval: "1s",
	password_memory: 8192,
	password_passes: 1,
};
// Not among the arguments, which everybody on the machine can read.
const env = {
	DOORCODE_DATABASE:
		`postgresql://doorcode:${databasePassword}@${addresses.db1},${addresses.db2}/doorcode` +
		"?target_session_attrs=read-write&connect_timeout=2",
};

export class World {
	constructor(folder) {
		this.folder = folder; // for logs
		this.origin = origin;
		this.findings = [];
		this.failovers = []; // promises of {unnoticed: seconds, took: ms from the primary's death to the first good answer or null}
		this.flags = optionWords(flags);
	}

	async build() {
		await makeNetwork();
		this.pair = new Pair(this.folder);
		await this.pair.initialise(this.folder);
		await this.cli(["key", "create"]);
		await this.cli(["db", "migrate"]);
		await this.register();
		const found = (what, history) => this.findings.push({ what, history });
		const settings = { program, flags: this.flags, env, logs: this.folder, found };
		this.nodes = ["node1", "node2", "node3"].map((name) => new Node(name, settings));
		for (const node of this.nodes) node.start();
		this.proxy = new Proxy(this.nodes, this.folder);
		await this.proxy.start();
		await this.recover();
		if (this.findings.length > 0) throw new Error(this.findings[0].what);
	}

	cli(args, input = "") {
		return run([program, ...this.flags, ...args], { input, env });
	}

	async register() {
		this.people = Array.from({ length: peopleCount }, (_, i) => ({ name: `person${i}`, password }));
		for (const { name } of this.people) await this.cli(["user", "add", name], `${password}\n`);
		this.clients = {};
		for (const type of ["public", "confidential"]) {
			const words = ["app", "add", "--name", `A ${type} device`, "--type", type, "--grant", "device-code", "--json"];
			this.clients[type] = JSON.parse(await this.cli(words));
		}
		for (const [name, type] of Object.entries(appTypes)) {
			const words = ["app", "add", "--name", `A ${name} application`, "--type", type, "--grant", "authorization-code", "--json"];
			this.clients[name] = JSON.parse(await this.cli([...words, "--redirect-uri", callback]));
		}
	}

	node(name) {
		return this.nodes.find((node) => node.name === name);
	}

	nodesBut(name) {
		return this.nodes.filter((node) => node.name !== name);
	}

	cut(host, peers, how) {
		return cut(host, peers, how);
	}

	mend(host) {
		return mend(host);
	}

	/** After a heal: waits until every node takes requests again, itself and through HAProxy. */
	async recover() {
		for (const node of this.nodes) {
			await until(() => node.isReady(), node.name, recoverySeconds).catch(() =>
				this.findings.push({ what: `${node.name} was not ready ${recoverySeconds} s after the fault was healed`, history: node.last }),
			);
		}
		await until(() => this.isGood(), "a good answer", recoverySeconds).catch(() =>
			this.findings.push({ what: `no good answer through HAProxy ${recoverySeconds} s after the faults were healed`, history: [] }),
		);
	}

	/** Whether a device gets a code, which is a write that has to be durable, through HAProxy and now. */
	async isGood() {
		const body = new URLSearchParams({ client_id: this.clients.public.client_id });
		const options = { method: "POST", body, signal: AbortSignal.timeout(10_000) };
		const seen = await fetch(`${origin}/o/device-authorization/`, options).catch(() => null);
		await seen?.arrayBuffer().catch(() => null);
		return seen?.status === 200;
	}

	/** The primary dies and the standby takes its place, after some seconds or at once. */
	async failOver(unnoticed = 0) {
		const died = performance.now();
		await this.pair.primary.kill();
		this.failovers.push(this.firstGoodAnswer(died).then((took) => ({ unnoticed, took })));
		await sleep(unnoticed * 1000);
		await this.pair.promote();
	}

	// A question every 50 ms, whatever became of those before: the first good answer may be one that had to wait.
	async firstGoodAnswer(since) {
		let took = null;
		for (let asked = 0; took === null && asked < 1200; asked++) {
			this.isGood().then((good) => {
				if (good) took ??= performance.now() - since;
			});
			await sleep(50);
		}
		return took;
	}

	startHangingUp() {
		this.hangsUp = true;
		this.hangUps = (async () => {
			while (this.hangsUp) {
				await this.pair.endListeners().catch(() => 0);
				await sleep(200);
			}
		})();
	}

	async stopHangingUp() {
		this.hangsUp = false;
		await this.hangUps;
	}

	/** Orderly: a node that does not end well is a finding. */
	async end() {
		for (const node of this.nodes) {
			const status = await node.stop();
			if (status !== 0) this.findings.push({ what: `${node.name} ended with ${status ?? "a signal"} when it was told to stop`, history: node.last });
		}
	}
}
