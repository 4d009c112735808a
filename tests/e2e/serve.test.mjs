// SPDX-License-Identifier: Apache-2.0
//
// The server as its operator and systemd see it: how it starts, what it refuses to start with, how it stops, what it says of its
// health, and what stands in the release.
import assert from "node:assert/strict";
import { chmodSync, existsSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { networkInterfaces } from "node:os";
import path from "node:path";
import { after, before, describe, it } from "node:test";

import { assertError, authorizeDevice } from "./support/device.mjs";
import { formRequest, Raw } from "./support/raw.mjs";
import { movedBinary, repository, run, Server, startServer } from "./support/server.mjs";
import { activated, NotifySocket } from "./support/systemd.mjs";
import { until } from "./support/until.mjs";

/** Starts what must not start: {code, text}. */
async function refusedStart(server, flags = {}, env = {}) {
	Object.assign((server.options.flags ??= {}), flags);
	const { code, stderr, stdout } = await run("timeout", ["300", server.program, ...server.arguments, "serve"], { env: { ...server.env, ...env } });
	assert.notEqual(code, 124, `it started:\n${stderr}`);
	return { code, text: stderr + stdout };
}

function newServer(options = {}) {
	const server = new Server({ flags: {}, ...options });
	Object.assign(server, { port: 1, base: "http://127.0.0.1:8000" }); // never bound
	return server;
}

const canConnect = (host, port) =>
	new Promise((resolve) => {
		const socket = connect(port, host, () => resolve(true));
		socket.on("error", () => resolve(false));
		socket.on("connect", () => socket.destroy());
	});

describe("health", () => {
	let server;
	before(async () => (server = await startServer()));
	after(() => server.close());

	for (const [path, words] of [["/healthz", "ok\n"], ["/readyz", "ready\n"], ["/healthz/", "ok\n"]])
		it(`${path} is 200 ${words.trim()}, for everybody, and not kept`, async () => {
			const response = await fetch(`${server.base}${path}`);
			assert.equal(response.status, 200);
			assert.equal(await response.text(), words);
			assert.match(response.headers.get("content-type"), /^text\/plain/);
			assert.match(response.headers.get("cache-control"), /no-store/);
			assert.equal(response.headers.get("set-cookie"), null);
		});

	it("takes no POST", async () => {
		for (const path of ["/healthz", "/readyz"]) assert.equal((await fetch(`${server.base}${path}`, { method: "POST", body: "" })).status, 405);
	});
});

describe("the style sheet", () => {
	let server;
	before(async () => (server = await startServer()));
	after(() => server.close());

	it("may be kept, and is asked for again by its ETag, also one that a proxy made weak by compressing it", async () => {
		const get = (known) => fetch(`${server.base}/static/doorcode.css`, { headers: known ? { "if-none-match": known } : {} });
		const first = await get();
		const etag = first.headers.get("etag");
		assert.deepEqual([first.status, first.headers.get("content-type"), first.headers.get("cache-control")], [200, "text/css; charset=utf-8", "public, max-age=300"]);
		assert.match(await first.text(), /color/);
		for (const known of [etag, `W/${etag}`, `"other", ${etag}`]) {
			const again = await get(known);
			assert.deepEqual([again.status, await again.text(), again.headers.get("etag")], [304, "", etag], known);
		}
		assert.equal((await get('"other"')).status, 200);
	});
});

describe("an orderly stop", () => {
	const half = (client_id) => {
		const body = `client_id=${client_id}`;
		return { head: formRequest("/o/device-authorization/", "", "Expect: 100-continue", `Content-Length: ${body.length}`), body };
	};
	const isContinued = (text) => text.startsWith("HTTP/1.1 100");

	for (const signal of ["SIGTERM", "SIGINT"])
		it(`${signal}: what was accepted is answered, nothing new is taken, and the status is 0`, async () => {
			const server = await startServer({ flags: { cap_exempt: "127.0.0.0/8", body_timeout: 600, stop_timeout: 600 } });
			try {
				const { client_id } = await server.addClient();
				const { head, body } = half(client_id);
				const idle = new Raw(server).send("GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n");
				await idle.until((text) => text.endsWith("ok\n"), "an answer");
				const open = Array.from({ length: 200 }, () => new Raw(server).send(head));
				await Promise.all(open.map((raw) => raw.until(isContinued, "100 Continue")));
				const ready = new Raw(server).send("GET /readyz HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nExpect: 100-continue\r\n\r\n");
				await ready.until(isContinued, "100 Continue");

				server.child.kill(signal);
				await until(async () => !(await canConnect("127.0.0.1", server.port)), "the listener to close");
				await idle.closed();
				assert.equal(server.child.exitCode, null, "it waits for what is under way");
				assert.match(await ready.send("x").closed(), /HTTP\/1\.1 503 [\s\S]*stopping/);
				for (const raw of open) raw.send(body);
				for (const text of await Promise.all(open.map((raw) => raw.closed()))) {
					assert.match(text, /HTTP\/1\.1 200 /);
					assert.match(text, /^connection: close\r$/im);
					assert.match(text, /"device_code"/);
				}
				assert.deepEqual(await server.stop(), { code: 0, signal: null });
				assert.match(server.logText(), /msg="?stopping/);
				await server.start();
				assert.equal((await authorizeDevice(server, { client_id })).status, 200, "and starts again");
			} finally {
				await server.close();
			}
		});

	it("does not wait for ever: stop_timeout cuts what does not come", async () => {
		const server = await startServer({ flags: { stop_timeout: 1, body_timeout: 600 } });
		try {
			const { head } = half("x");
			const raw = new Raw(server).send(head);
			await raw.until(isContinued, "100 Continue");
			const began = Date.now();
			assert.deepEqual(await server.stop(), { code: 0, signal: null });
			assert.ok(Date.now() - began < 300_000, "half of the time that the body had");
			assert.match(server.logText(), /under way/);
			raw.close();
		} finally {
			await server.close();
		}
	});

	it("with nothing under way waits for nothing", async () => {
		const server = await startServer({ flags: { stop_timeout: 600 } });
		const began = Date.now();
		assert.deepEqual(await server.close(), { code: 0, signal: null });
		assert.ok(Date.now() - began < 300_000, "half of the time that it might wait");
	});
});

describe("systemd", () => {
	it("hands over a listening socket", async () => {
		const server = await startServer({ flags: { listen: "systemd" }, wrap: (s) => activated(s.port) });
		try {
			const { client_id } = await server.addClient();
			const answer = await authorizeDevice(server, { client_id });
			assert.equal(answer.status, 200, answer.text);
			assert.match(server.logText(), new RegExp(`msg="?listening"?.*port=${server.port}`));
		} finally {
			assert.equal((await server.close()).code, 0);
		}
	});

	it("is told when the server is ready and when it stops", async () => {
		const server = new Server({});
		const notify = await new NotifySocket().open(path.join(server.folder, "notify"));
		try {
			server.options.env = { NOTIFY_SOCKET: notify.path };
			await server.start();
			await until(() => notify.lines.length === 1, "READY=1");
			assert.deepEqual(notify.lines, ["READY=1"]);
			assert.equal((await server.stop()).code, 0);
			await until(() => notify.lines.length === 2, "STOPPING=1");
			assert.deepEqual(notify.lines, ["READY=1", "STOPPING=1"]);
		} finally {
			await notify.close();
			await server.close();
		}
	});

	const refused = [
		["no sockets at all", {}],
		["another process's sockets", { LISTEN_FDS: "1", LISTEN_PID: "1" }],
		["a number of sockets that is none", { LISTEN_FDS: "many", LISTEN_PID: "1" }],
	];
	for (const [name, env] of refused)
		it(`with ${name} the start is refused`, async () => {
			const server = newServer();
			await server.prepare();
			const { code, text } = await refusedStart(server, { listen: "systemd" }, env);
			assert.equal(code, 1, text);
			assert.match(text, /LISTEN_/);
			await server.close();
		});
});

describe("a start is refused", () => {
	const table = [
		["with an unknown flag", { nonsense: "1" }, {}, 2, /nonsense/],
		["with an unknown log level", { log_level: "loud" }, {}, undefined, /log.level/],
		["with a number out of range", { worker_queue: "0" }, {}, undefined, /worker.queue/],
		["with an address that is none", { listen: "somewhere" }, {}, undefined, /listen/],
		["with a base URL that is none", { base_url: "id.example" }, {}, undefined, /base.url/],
		["with plain http on every address", { listen: "0.0.0.0:0" }, {}, undefined, /plain http[\s\S]*insecure_http/],
		["with plain http on every IPv6 address", { listen: "[::]:0" }, {}, undefined, /insecure_http/],
		["with a plain http base URL for others", { base_url: "http://id.example" }, {}, undefined, /insecure_http/],
		["with the PROXY header and nobody to trust", { proxy_protocol: "yes" }, {}, undefined, /trusted_proxies/],
		["with an unknown variable", {}, { DOORCODE_NONSENSE: "1" }, undefined, /nonsense/i],
		["with a bad variable", {}, { DOORCODE_WORKERS: "plenty" }, undefined, /workers/i],
	];
	for (const [name, flags, env, status, words] of table)
		it(name, async () => {
			const server = newServer();
			const { code, text } = await refusedStart(server, flags, env);
			assert.ok(status === undefined ? code === 1 || code === 2 : code === status, `status ${code}\n${text}`);
			assert.match(text, words);
			for (const file of [server.database, server.keyFile]) assert.equal(existsSync(file), false, "nothing was made");
			await server.close();
		});

	it("with an unknown option in the file, by file and line", async () => {
		const server = newServer();
		const file = path.join(server.folder, "doorcode.conf");
		writeFileSync(file, 'log_level = "info"\nnonsense = "x"\n');
		const { code, stderr } = await run("timeout", ["300", server.program, `--config=${file}`, ...server.arguments, "serve"]);
		assert.ok(code === 1 || code === 2, stderr);
		assert.match(stderr, /doorcode\.conf:2.*nonsense/s);
		await server.close();
	});

	it("on a port that is taken", async () => {
		const first = await startServer();
		const second = newServer();
		await second.prepare();
		const { code, text } = await refusedStart(second, { listen: `127.0.0.1:${first.port}` });
		assert.equal(code, 1, text);
		assert.match(text, /cannot listen/);
		await Promise.all([first.close(), second.close()]);
	});

	describe("for its master key", () => {
		let server, good;
		const file = () => server.keyFile;

		before(async () => {
			server = await startServer({ fresh: true });
			await server.stop();
			good = readFileSync(file());
		});
		after(() => server.close());

		it("(it was made for its owner alone)", () => {
			assert.equal(statSync(file()).mode & 0o777, 0o600);
		});

		const broken = [
			["another key", () => writeFileSync(file(), `00c0ffee ${Buffer.alloc(32, 7).toString("base64")}\n`)],
			["another key under the same id", () => writeFileSync(file(), `${good.toString().match(/^[0-9a-f]{8}/m)[0]} ${Buffer.alloc(32, 7).toString("base64")}\n`)],
			["no key file, though there is a database", () => rmSync(file())],
			["an empty key file", () => writeFileSync(file(), "")],
			["a key that is too short", () => writeFileSync(file(), `00c0ffee ${Buffer.alloc(16, 7).toString("base64")}\n`)],
			["a key file that others may read", () => chmodSync(file(), 0o644)],
			["a key file that the group may read", () => chmodSync(file(), 0o640)],
		];
		for (const [name, breakIt] of broken)
			it(`with ${name}; with the right one it starts again`, async () => {
				breakIt();
				const { code, text } = await refusedStart(server);
				assert.equal(code, 1, text);
				assert.match(text, /key/);
				assert.equal(text.includes(good.toString().match(/[0-9A-Za-z+/=]{40,}/)[0]), false, "the key itself is not printed");
				if (existsSync(file())) rmSync(file());
				writeFileSync(file(), good, { mode: 0o600 });
				await server.start();
				await server.stop();
			});
	});
});

describe("plain http", () => {
	const outside = Object.values(networkInterfaces()).flat().find((each) => each.family === "IPv4" && !each.internal)?.address;

	it("is served to others where the operator insists", { skip: !outside }, async () => {
		const server = await startServer({ early: true, flags: { listen: "0.0.0.0:0", insecure_http: "yes" } });
		try {
			const port = Number(/msg="?listening.*port=(\d+)/.exec(server.logText())[1]);
			assert.equal((await fetch(`http://${outside}:${port}/healthz`)).status, 200);
		} finally {
			await server.close();
		}
	});

	it("is served to the trusted proxy and this machine alone where one is named", { skip: !outside }, async () => {
		const server = await startServer({ early: true, flags: { listen: "0.0.0.0:0", trusted_proxies: "192.0.2.1" } });
		try {
			const port = Number(/msg="?listening.*port=(\d+)/.exec(server.logText())[1]);
			assert.equal((await fetch(`http://127.0.0.1:${port}/healthz`)).status, 200);
			await assert.rejects(fetch(`http://${outside}:${port}/healthz`));
		} finally {
			await server.close();
		}
	});
});

describe("the release", () => {
	const release = process.env.DOORCODE_TEST_RELEASE_BIN ?? path.join(repository, "build/release/doorcode");

	it("holds nothing of the movable clock", { skip: !existsSync(release) }, () => {
		const marks = ["DOORCODE_TEST_CLOCK"];
		for (const mark of marks) {
			assert.equal(readFileSync(movedBinary).includes(mark), true, "the test build has it");
			assert.equal(readFileSync(release).includes(mark), false);
		}
	});

	it("does not heed the variable", { skip: !existsSync(release) }, async () => {
		const server = new Server({ moved: true });
		server.program = release;
		try {
			await server.start();
			const { client_id } = await server.addClient();
			const { json } = await authorizeDevice(server, { client_id });
			server.clock.advance(100000);
			const { poll } = await import("./support/device.mjs");
			assertError(await poll(server, { client_id }, json.device_code), 400, "authorization_pending");
		} finally {
			await server.close();
		}
	});
});
