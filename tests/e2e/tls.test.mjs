// SPDX-License-Identifier: Apache-2.0
//
// Our own TLS, with curl, openssl s_client and Node as clients: versions and ciphers, certificates of clients, swaps by SIGHUP, what
// is refused at the start. RFC 9325, RFC 8446, RFC 8705. What needs odd bytes is in tests/http/test_tls*.c.
import assert from "node:assert/strict";
import { chmodSync, copyFileSync, readFileSync, writeFileSync } from "node:fs";
import { Agent } from "node:https";
import { networkInterfaces } from "node:os";
import path from "node:path";
import { after, before, describe, it } from "node:test";

import { deviceGrant } from "./support/device.mjs";
import { freePort, repository, run } from "./support/server.mjs";
import { ask, Authority, tlsServer } from "./support/tls.mjs";
import { until } from "./support/until.mjs";

const authority = new Authority();
const file = (name) => authority.file(name);

/** Puts a pair where the server looks for it. */
function install(name, key = name) {
	copyFileSync(file(`${name}.pem`), file("tls.pem"));
	copyFileSync(file(`${key}.key`), file("tls.key"));
	chmodSync(file("tls.key"), 0o600);
}

before(async () => {
	await authority.selfSigned("ca");
	await authority.signed("first");
	await authority.signed("second", "rsa");
	await authority.signed("client");
	await authority.selfSigned("stranger", "rsa");
	install("first");
});
after(() => authority.remove());

/** openssl s_client on the port, with what is typed: all it says. */
async function sClient(port, args, input = "") {
	const { stdout, stderr } = await run("timeout", ["300", "openssl", "s_client", "-connect", `127.0.0.1:${port}`, "-servername", "localhost", ...args], { input });
	return stdout + stderr;
}

const isConnected = (text) => /^New, TLSv1\.[23], Cipher is (?!\(NONE\))/m.test(text);

/** Sends SIGHUP and waits until the log says what came of it: all that was logged meanwhile, others' lines among it. */
async function hangUp(server, words) {
	const before = server.lines.length;
	server.child.kill("SIGHUP");
	await until(() => server.lines.slice(before).some((line) => words.test(line)), `${words} in the log`);
	return server.lines.slice(before).join("\n");
}

describe("https listeners", () => {
	let server;
	before(async () => (server = await (await tlsServer(authority)).start()));
	after(() => server.close());

	for (const version of [["--tlsv1.3"], ["--tlsv1.2", "--tls-max", "1.2"]])
		it(`curl ${version.join(" ")} trusts it by its CA`, async () => {
			const url = `https://localhost:${server.httpsPort}/healthz`;
			const { code, stdout, stderr } = await run("curl", ["-sS", "-i", "-m", "300", "--cacert", file("ca.pem"), ...version, url]);
			assert.equal(code, 0, stderr);
			assert.match(stdout, /^HTTP\/1\.1 200 [\s\S]*\nok\n$/);
			assert.match(stdout, /^strict-transport-security: max-age=\d+\r$/im);
		});

	it("serves the same on all kinds of listeners, with the base URL in what it says", async () => {
		const metadata = await fetch(`http://127.0.0.1:${server.port}/healthz`);
		assert.equal(await metadata.text(), "ok\n");
		for (const port of [server.httpsPort, server.mtlsPort]) assert.equal((await ask(port, "/healthz", { ca: readFileSync(file("ca.pem")) })).text, "ok\n");
	});

	it("cookies are Secure, with the __Host- prefix", async () => {
		const { headers } = await ask(server.httpsPort, "/accounts/login/", { ca: readFileSync(file("ca.pem")) });
		for (const cookie of headers["set-cookie"]) assert.match(cookie, /^__Host-doorcode_\w+=[^;]*; Path=\/; HttpOnly; SameSite=Lax; Secure/);
		assert.ok(headers["set-cookie"].length > 0);
	});

	it("a device gets its codes and polls over one connection", async () => {
		const { client_id } = await server.addClient();
		const options = { ca: readFileSync(file("ca.pem")), agent: new Agent({ keepAlive: true, maxSockets: 1 }), method: "POST" };
		const headers = { "content-type": "application/x-www-form-urlencoded" };
		const codes = await ask(server.httpsPort, "/o/device-authorization/", { ...options, headers, body: `client_id=${client_id}` });
		assert.equal(codes.status, 200, codes.text);
		const { device_code, verification_uri } = JSON.parse(codes.text);
		assert.ok(verification_uri.startsWith(`https://localhost:${server.httpsPort}/`));
		const body = new URLSearchParams({ grant_type: deviceGrant, device_code, client_id }).toString();
		const poll = await ask(server.httpsPort, "/o/token/", { ...options, headers, body });
		assert.equal(JSON.parse(poll.text).error, "authorization_pending");
		options.agent.destroy();
	});

	it("is served from afar, where plain http is not", async (t) => {
		const far = Object.values(networkInterfaces())
			.flat()
			.find((one) => one.family === "IPv4" && !one.internal);
		if (!far) return t.skip("this machine has loopback alone");
		const other = await tlsServer(authority, { listen: [] });
		other.options.early = true;
		const port = await freePort();
		Object.assign(other.options.flags, { listen: [`https://${far.address}:${port}`], base_url: `https://${far.address}:${port}` });
		try {
			await other.start();
			const { stdout, stderr } = await run("curl", ["-sSk", "-m", "300", `https://${far.address}:${port}/healthz`]);
			assert.equal(stdout, "ok\n", stderr);
		} finally {
			await other.close();
		}
	});

	describe("[RFC9325#3.1] what is refused", () => {
		const weak = (...names) => ["-tls1_2", "-cipher", `${names.join(":")}:@SECLEVEL=0`];
		for (const [name, args] of [
			["TLS 1.0", ["-tls1", "-cipher", "ALL:@SECLEVEL=0"]],
			["TLS 1.1", ["-tls1_1", "-cipher", "ALL:@SECLEVEL=0"]],
			["CBC", weak("ECDHE-ECDSA-AES128-SHA", "ECDHE-ECDSA-AES256-SHA384")],
			["RSA key transport", weak("AES128-GCM-SHA256", "AES128-SHA")],
			["no encryption", weak("ECDHE-ECDSA-NULL-SHA", "NULL-SHA256")],
			["no authentication", weak("AECDH-AES128-SHA", "ADH-AES128-GCM-SHA256")],
			["CCM in TLS 1.3", ["-tls1_3", "-ciphersuites", "TLS_AES_128_CCM_SHA256"]],
			["a protocol that is not HTTP/1 [RFC7301#3.2]", ["-alpn", "h2"]],
		])
			it(name, async () => {
				const text = await sClient(server.httpsPort, args);
				assert.ok(!isConnected(text), text);
				assert.doesNotMatch(text, /no protocols available|no cipher match|Error with command/, "the client would not even try");
			});
	});

	it("what is taken", async () => {
		for (const args of [["-tls1_3"], ["-tls1_2"], ["-tls1_2", "-cipher", "ECDHE-ECDSA-CHACHA20-POLY1305"], ["-alpn", "h2,http/1.1"]]) {
			const text = await sClient(server.httpsPort, args);
			assert.ok(isConnected(text), text);
		}
	});

	it("[RFC9325#3.5] a client that renegotiates is cut", async () => {
		const text = await sClient(server.httpsPort, ["-tls1_2"], "R\nGET /healthz HTTP/1.1\r\nHost: x\r\n\r\n");
		assert.match(text, /RENEGOTIATING/);
		assert.doesNotMatch(text, /HTTP\/1\.1 200/);
	});

	it("new keys in the middle of a session are taken [RFC8446#4.6.3]", async () => {
		const text = await sClient(server.httpsPort, ["-tls1_3"], "K\nGET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
		assert.match(text, /KEYUPDATE/);
		assert.ok(isConnected(text));
	});

	it("[RFC8446#2.3] there are no tickets, so nothing is resumed and no data comes early, before a swap and after", async () => {
		for (const version of ["-tls1_2", "-tls1_3"]) {
			const request = "GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
			const first = await sClient(server.httpsPort, [version, "-ign_eof", "-sess_out", file("session")], request);
			assert.match(first, /HTTP\/1\.1 200/);
			assert.doesNotMatch(first, /session ticket:/i);
			for (let round = 0; round < 2; round++) {
				// with 1.3 there is no session to save at all
				const args = version === "-tls1_2" ? ["-sess_in", file("session")] : [];
				const again = await sClient(server.httpsPort, [version, "-ign_eof", ...args], request);
				assert.ok(isConnected(again), again);
				assert.doesNotMatch(again, /^Reused/m);
				await hangUp(server, /reloaded/);
			}
		}
	});

	it("names that are no names of ours get the one certificate there is [RFC6066#3]", async () => {
		for (const name of ["other.example", "x".repeat(255), "127.0.0.1", "a..b", "-"]) {
			const text = await sClient(server.httpsPort, ["-servername", name]);
			assert.ok(isConnected(text), `${name}: ${text}`);
			assert.match(text, /subject=CN = first/);
		}
	});

	it("names that no host can have are refused [RFC6066#3]", async () => {
		for (const name of ["caf\u00e9.example", "a b", "*.example", "a/../b", "a\u0001b"])
			assert.ok(!isConnected(await sClient(server.httpsPort, ["-servername", name])), name);
		assert.ok(isConnected(await sClient(server.httpsPort, [])));
	});

	it("plain http gets no answer there, and TLS none from a plain listener", async () => {
		const plain = await run("curl", ["-sS", "-m", "300", `http://127.0.0.1:${server.httpsPort}/healthz`]);
		assert.notEqual(plain.code, 0);
		assert.equal(plain.stdout, "");
		assert.notEqual((await run("curl", ["-sSk", "-m", "300", `https://127.0.0.1:${server.port}/healthz`])).code, 0);
	});
});

describe("https+mtls listeners [RFC8705#2]", () => {
	let server;
	const pair = (name) => ({ ca: readFileSync(file("ca.pem")), cert: readFileSync(file(`${name}.pem`)), key: readFileSync(file(`${name}.key`)) });
	before(async () => {
		server = await tlsServer(authority, { tls_client_ca: file("ca.pem") });
		server.options.flags.mtls_base_url = `https://localhost:${server.mtlsPort}`;
		await server.start();
	});
	after(() => server.close());

	it("ask for a certificate, and name who should have signed it", async () => {
		for (const version of ["-tls1_2", "-tls1_3"]) assert.match(await sClient(server.mtlsPort, [version]), /Acceptable client certificate CA names\nCN = ca\n/);
	});

	it("the others do not ask", async () => {
		for (const version of ["-tls1_2", "-tls1_3"]) {
			const text = await sClient(server.httpsPort, [version, "-cert", file("client.pem"), "-key", file("client.key")]);
			assert.ok(isConnected(text));
			assert.match(text, /No client certificate CA names sent/);
			assert.doesNotMatch(text, /Requested Signature Algorithms/i);
		}
	});

	for (const [name, options] of [["of the CA", () => pair("client")], ["that a client signed itself", () => pair("stranger")], ["none", () => ({ ca: readFileSync(file("ca.pem")) })]])
		for (const version of ["TLSv1.2", "TLSv1.3"])
			it(`${version}: taken at the handshake: ${name}`, async () => {
				const answer = await ask(server.mtlsPort, "/healthz", { ...options(), minVersion: version, maxVersion: version });
				assert.equal(answer.text, "ok\n");
			});

	it("a certificate without its key is not taken", async () => {
		await authority.key("wrong", "ec");
		const text = await sClient(server.mtlsPort, ["-cert", file("client.pem"), "-key", file("wrong.key")], "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n");
		assert.doesNotMatch(text, /HTTP\/1\.1 200/);
	});

	for (const version of [["--tlsv1.3"], ["--tls-max", "1.2"]])
		it(`a key that would take long to check is not looked at (curl ${version.join(" ")})`, async () => {
			const large = path.join(repository, "tests/e2e/fixtures/client_8448_bits.pem");
			const url = (port) => ["-sSk", "-m", "300", ...version, "--cert", large, `https://127.0.0.1:${port}/healthz`];
			assert.notEqual((await run("curl", url(server.mtlsPort))).code, 0);
			assert.equal((await run("curl", url(server.httpsPort))).stdout, "ok\n", "nobody asked for it here");
		});
});

describe("SIGHUP", () => {
	let server;
	const ca = () => readFileSync(file("ca.pem"));
	before(async () => (server = await (await tlsServer(authority, { stop_timeout: 600 })).start()));
	after(() => {
		install("first");
		return server.close();
	});
	const shown = async () => (await ask(server.httpsPort, "/healthz", { ca: ca() })).certificate.subject.CN;

	it("shows the new certificate to new connections, and drops none of the old", async () => {
		const agent = new Agent({ keepAlive: true, maxSockets: 1 });
		assert.equal((await ask(server.httpsPort, "/healthz", { ca: ca(), agent })).certificate.subject.CN, "first");
		install("second");
		await hangUp(server, /reloaded/);
		const kept = await ask(server.httpsPort, "/healthz", { ca: ca(), agent });
		assert.equal(kept.text, "ok\n");
		assert.equal(kept.certificate.subject.CN, "first", "it is the same connection");
		assert.equal(await shown(), "second");
		agent.destroy();
	});

	for (const [name, spoil, words] of [
		["a key of another certificate", () => install("first", "second"), /do not match/],
		["a key that all may read", () => (install("second"), chmodSync(file("tls.key"), 0o644)), /must have mode 0600 or 0640/],
		["half a file", () => writeFileSync(file("tls.pem"), readFileSync(file("second.pem")).subarray(0, 300)), /why=/],
	])
		it(`leaves the old one when there is ${name}, and says why`, async () => {
			spoil();
			assert.match(await hangUp(server, /stays in use/), words);
			assert.equal(await shown(), "second");
			install("second");
			await hangUp(server, /reloaded/);
		});

	it("does no harm while requests come in", async () => {
		const agent = new Agent({ keepAlive: true, maxSockets: 4 });
		let going = true;
		const load = (async () => {
			for (let i = 0; going; i++) assert.equal((await ask(server.httpsPort, "/healthz", { ca: ca(), agent: i % 2 ? agent : false })).text, "ok\n");
		})();
		for (const name of ["first", "second", "first", "second"]) {
			install(name);
			await hangUp(server, /reloaded/);
		}
		going = false;
		await load;
		agent.destroy();
	});

	it("then a stop closes what is idle at once", async () => {
		const agent = new Agent({ keepAlive: true });
		await ask(server.httpsPort, "/healthz", { ca: ca(), agent });
		const began = Date.now();
		assert.deepEqual(await server.stop(), { code: 0, signal: null });
		assert.ok(Date.now() - began < 300_000, "half of the time that it might wait");
		agent.destroy();
	});
});

describe("a start is refused", () => {
	for (const [name, flags, words] of [
		["without the certificate's file", { tls_certificate: "/nowhere/cert.pem" }, /cannot read the file.*\/nowhere\/cert\.pem/],
		["without the key's file", { tls_key: "/nowhere/key.pem" }, /cannot read the file.*\/nowhere\/key\.pem/],
		["with a key that all may read", () => (copyFileSync(file("first.key"), file("open.key")), chmodSync(file("open.key"), 0o644), { tls_key: file("open.key") }), /must have mode 0600 or 0640/],
		["with the key of another certificate", () => (chmodSync(file("second.key"), 0o600), { tls_key: file("second.key") }), /do not match/],
		["with something else for a client CA", { tls_client_ca: "/etc/hostname" }, /certificates of tls_client_ca cannot be read.*\/etc\/hostname/],
		["without any certificate", { tls_certificate: [], tls_key: [] }, /tls_certificate: is not set; name the PEM file/],
		["with the PROXY header from nobody", { listen: ["https+proxy://127.0.0.1:0"] }, /waits for the PROXY header and nobody is trusted/],
		["with an address for certificates that leads nowhere", { listen: ["https://127.0.0.1:0"], mtls_base_url: "https://m.example" }, /leads to no listener/],
	])
		it(name, async () => {
			const server = await tlsServer(authority, typeof flags === "function" ? flags() : flags);
			try {
				await server.prepare();
				server.base = server.options.flags.base_url;
				const { code, stderr } = await run("timeout", ["300", server.program, ...server.arguments, "serve"]);
				assert.ok([1, 2].includes(code), `${code}: ${stderr}`);
				assert.match(stderr, words);
			} finally {
				await server.close();
			}
		});
});
