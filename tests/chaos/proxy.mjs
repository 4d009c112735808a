// SPDX-License-Identifier: Apache-2.0
//
// HAProxy in front of the nodes, as an operator would have it. A request goes to another node only when no connection could be
// made, so that nothing that may have been processed is ever sent twice. When no node is ready (the database is away) those that
// are alive get the requests all the same: they answer polling devices as these expect.
import { writeFileSync } from "node:fs";
import path from "node:path";

import { inside, run, stay, until } from "./child.mjs";
import { addresses } from "./network.mjs";

const port = 8000;
export const origin = `http://${addresses.proxy}:${port}`;

const servers = (nodes) => nodes.map((node) => `	server ${node.name} ${node.address}:${node.port} check`).join("\n");

const configuration = (nodes) => `
global
	log stdout format raw local0
	maxconn 4000
	stats socket /run/chaos/haproxy.sock level admin

defaults
	mode http
	log global
	option httplog
	option forwardfor
	option redispatch
	retries 3
	retry-on conn-failure
	timeout connect 500ms
	timeout queue 2s
	timeout client 30s
	timeout server 15s
	timeout http-request 10s
	timeout check 500ms
	default-server inter 250ms fall 2 rise 1

frontend doorcode
	bind ${addresses.proxy}:${port}
	use_backend ready if { nbsrv(ready) gt 0 }
	default_backend alive

backend ready
	option httpchk GET /readyz
	http-check expect status 200
${servers(nodes)}

backend alive
	option httpchk GET /healthz
	http-check expect status 200
${servers(nodes)}
`;

export class Proxy {
	constructor(nodes, logs) {
		this.file = "/run/chaos/haproxy.cfg";
		this.log = path.join(logs, "haproxy.log");
		writeFileSync(this.file, configuration(nodes));
	}

	async start() {
		await run(["haproxy", "-c", "-q", "-f", this.file]);
		this.child = stay(inside("proxy", ["haproxy", "-db", "-f", this.file]), { log: this.log });
		await until(() => this.answers(), "HAProxy");
	}

	async answers() {
		const seen = await fetch(`${origin}/healthz`, { signal: AbortSignal.timeout(1000) }).catch(() => null);
		await seen?.arrayBuffer().catch(() => null);
		return seen !== null;
	}

	async kill() {
		this.child.kill("SIGKILL");
		await this.child.ended;
	}
}
