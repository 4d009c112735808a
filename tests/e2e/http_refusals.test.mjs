// SPDX-License-Identifier: Apache-2.0
//
// HTTP that no honest client sends, byte by byte: what two readers could read differently is refused and the connection closed,
// so that nothing behind it is run; what is too large or too slow is cut. RFC 9110, RFC 9112.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";

import { assertError, newGrant, poll, post } from "./support/device.mjs";
import { exchange, formRequest, lines, Raw } from "./support/raw.mjs";
import { startServer } from "./support/server.mjs";
import { until } from "./support/until.mjs";

const smuggled = "GET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n";
const get = (target, ...headers) => lines(`GET ${target} HTTP/1.1`, "Host: x", ...headers, "", "");
const tokenPost = (...headers) => lines("POST /o/token/ HTTP/1.1", "Host: x", "Content-Type: application/x-www-form-urlencoded", ...headers, "", "");

describe("refused and closed", () => {
	let server;
	before(async () => (server = await startServer({ moved: true })));
	after(() => server.close());

	// While the clock stands the server reads on for as long as it takes to send the rest, so that no reset overtakes the answer.
	const sent = (bytes) => server.clock.still(() => exchange(server, bytes));

	// Each is followed by a whole second request, which must not be run.
	const table = [
		["two Content-Lengths that differ [RFC9112#6.3]", 400, `${tokenPost("Content-Length: 4", "Content-Length: 38")}a=b&`],
		["two Content-Lengths that are the same", 400, `${tokenPost("Content-Length: 4", "Content-Length: 4")}a=b&`],
		["Content-Length in two spellings", 400, `${tokenPost("Content-Length: 0", "content-length: 4")}a=b&`],
		["a list of Content-Lengths", 400, `${tokenPost("Content-Length: 4, 4")}a=b&`],
		["a Content-Length with a sign", 400, `${tokenPost("Content-Length: +4")}a=b&`],
		["a negative Content-Length", 400, tokenPost("Content-Length: -1")],
		["a hexadecimal Content-Length", 400, `${tokenPost("Content-Length: 0x4")}a=b&`],
		["an empty Content-Length", 400, tokenPost("Content-Length: ")],
		["Content-Length and Transfer-Encoding [RFC9112#6.1]", 400, `${tokenPost("Content-Length: 4", "Transfer-Encoding: chunked")}0\r\n\r\n`],
		["Transfer-Encoding and Content-Length", 400, `${tokenPost("Transfer-Encoding: chunked", "Content-Length: 4")}0\r\n\r\n`],
		["another Transfer-Encoding", 400, `${tokenPost("Transfer-Encoding: gzip")}0\r\n\r\n`],
		["Transfer-Encoding: gzip, chunked", 400, `${tokenPost("Transfer-Encoding: gzip, chunked")}0\r\n\r\n`],
		["Transfer-Encoding: identity", 400, tokenPost("Transfer-Encoding: identity")],
		["chunked twice", 400, `${tokenPost("Transfer-Encoding: chunked", "Transfer-Encoding: chunked")}0\r\n\r\n`],
		["chunked with something behind it", 400, `${tokenPost("Transfer-Encoding: chunked;q=1")}0\r\n\r\n`],
		["Transfer-Encoding in HTTP/1.0", 400, "POST /o/token/ HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"],
		["a blank before the colon [RFC9112#5.1]", 400, `${tokenPost("Content-Length : 4")}a=b&`],
		["a folded header [RFC9112#5.2]", 400, get("/healthz", "X-Folded: a", " b")],
		["a header line without a colon", 400, get("/healthz", "nonsense")],
		["a header without a name", 400, get("/healthz", ": x")],
		["a NUL in a header", 400, get("/healthz", "X-Nul: a\0b")],
		["a control character in a header", 400, get("/healthz", "X-Bell: a\x07b")],
		["a bare CR in a header", 400, get("/healthz", "X-Cr: a\rHost: y")],
		["bare line feeds [RFC9112#2.2]", 400, "GET /healthz HTTP/1.1\nHost: x\n\n"],
		["no Host [RFC9112#3.2]", 400, "GET /healthz HTTP/1.1\r\n\r\n"],
		["two Hosts [RFC9112#3.2]", 400, get("/healthz", "Host: y")],
		["two Authorizations", 400, get("/healthz", "Authorization: Basic YTo=", "Authorization: Basic Yjo=")],
		["two Content-Types", 400, `${tokenPost("Content-Type: text/plain", "Content-Length: 0")}`],
		["two DPoP proofs [RFC9449#4.3]", 400, get("/healthz", "DPoP: a", "dpop: b")],
		["%00 in the path", 400, get("/healthz%00/x")],
		["a bad escape in the path", 400, get("/healthz%zz")],
		["a cut escape in the path", 400, get("/healthz%4")],
		["an escaped slash", 400, get("/o%2fdevice")],
		["dot segments", 400, get("/o/../healthz")],
		["escaped dot segments", 400, get("/o/%2e%2e/healthz")],
		["a backslash", 400, get("/o\\device")],
		["raw bytes beyond ASCII in the path", 400, get("/caf\xe9")],
		["a fragment in the target", 400, get("/healthz#x")],
		["a target of none of the forms", 400, get("healthz")],
		["two blanks in the request line", 400, "GET  /healthz HTTP/1.1\r\nHost: x\r\n\r\n"],
		["a method with odd characters", 400, "G@T{} /healthz HTTP/1.1\r\nHost: x\r\n\r\n"],
		["a target of 10,000 bytes", 414, get(`/${"x".repeat(10000)}`)],
		["70 headers", 431, get("/healthz", ...Array.from({ length: 70 }, (_, i) => `X-${i}: y`))],
		["17,000 bytes of headers", 431, get("/healthz", `X-Large: ${"y".repeat(17000)}`)],
		["100,000 bytes of headers", 431, get("/healthz", `X-Large: ${"y".repeat(100000)}`)],
		["a declared body over the cap [RFC9110#15.5.14]", 413, tokenPost("Content-Length: 70000")],
		["a declared body beyond all numbers", 413, tokenPost("Content-Length: 99999999999999999999999")],
		["a chunked body over the cap", 413, `${tokenPost("Transfer-Encoding: chunked")}11170\r\n${"x".repeat(70000)}\r\n0\r\n\r\n`],
		["a chunk size that is no number", 400, `${tokenPost("Transfer-Encoding: chunked")}zz\r\n\r\n`],
		["a chunk size beyond all numbers", 413, `${tokenPost("Transfer-Encoding: chunked")}fffffffffffffffff\r\n`],
	];
	for (const [name, status, bytes] of table)
		it(`${name}: ${status}, and what follows is not run`, async () => {
			const answer = await sent(bytes + smuggled);
			// the library's own refusals print their head twice; a second answer would have another status
			assert.deepEqual([...new Set(answer.statuses)], [status], answer.text);
			assert.match(answer.text, /^connection: close\r$/im);
		});

	it("a request line with tabs is not even answered", async () => {
		assert.equal((await sent(`GET\t/healthz\tHTTP/1.1\r\nHost: x\r\n\r\n${smuggled}`)).text, "");
	});

	it("what was smuggled never reached a handler, and the server lives", async () => {
		assert.equal((await fetch(`${server.base}/healthz`)).status, 200);
		await until(() => /path="?\/healthz"?/.test(server.logText()), "the last line");
		assert.doesNotMatch(server.logText(), /smuggled/);
	});

	it("an error of the protocol's own endpoints is JSON, elsewhere a page with the headers of pages", async () => {
		const json = await sent(tokenPost("Content-Length: 70000"));
		assert.match(json.text, /content-type: application\/json/i);
		assert.match(json.text, /cache-control: no-store/i);
		assert.match(json.text, /"error": ?"invalid_request"/);
		const page = await sent(formRequest("/accounts/login/", "", "Content-Length: 70000"));
		assert.match(page.text, /content-type: text\/html/i);
		assert.match(page.text, /content-security-policy: default-src 'none'/i);
	});

	it("an answer before the end of a large body arrives whole", async () => {
		for (let i = 0; i < 10; i++) {
			const answer = await sent(`${tokenPost("Content-Length: 500000")}${"x".repeat(500000)}`);
			assert.deepEqual(answer.statuses, [413]);
		}
	});
});

describe("taken", () => {
	let server, tv;
	before(async () => {
		server = await startServer({ flags: { cap_exempt: "127.0.0.0/8" } });
		tv = await server.addClient();
	});
	after(() => server.close());

	const form = () => `client_id=${tv.client_id}`;
	const chunk = (text) => `${text.length.toString(16)}\r\n${text}\r\n`;
	const close = "Connection: close";
	const issue = "/o/device-authorization/";
	const table = [
		["a plain request", () => formRequest(issue, form(), close, `Content-Length: ${form().length}`)],
		["a chunked body", () => formRequest(issue, `${chunk(form())}0\r\n\r\n`, close, "Transfer-Encoding: chunked")],
		["a body of many chunks", () => formRequest(issue, `${[...form()].map(chunk).join("")}0\r\n\r\n`, close, "Transfer-Encoding: chunked")],
		["Chunked in capitals", () => formRequest(issue, `${chunk(form())}0\r\n\r\n`, close, "TRANSFER-ENCODING: CHUNKED")],
		["header names in any case", () => formRequest(issue, form(), "connection: close", `content-LENGTH: ${form().length}`)],
		["the absolute form [RFC9112#3.2.2]", () => formRequest(`http://elsewhere.example${issue}`, form(), close, `Content-Length: ${form().length}`)],
		["an escaped letter in the path", () => formRequest("/o/device%2Dauthorization/", form(), close, `Content-Length: ${form().length}`)],
		["HTTP/1.0", () => `POST ${issue} HTTP/1.0\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: ${form().length}\r\n\r\n${form()}`],
		["blanks around values", () => formRequest(issue, form(), close, `Content-Length:   ${form().length}`, "X-Blanks: \t x \t ")],
		["a header that may come twice", () => formRequest(issue, form(), close, "Accept: a/b", "Accept: c/d", `Content-Length: ${form().length}`)],
	];
	for (const [name, bytes] of table)
		it(name, async () => {
			const answer = await exchange(server, bytes());
			assert.deepEqual(answer.statuses, [200], answer.text);
			assert.match(answer.text, /"device_code"/);
		});

	it("two requests at once on one connection are answered in order", async () => {
		const one = formRequest(issue, form(), `Content-Length: ${form().length}`);
		const answer = await exchange(server, one + get("/healthz") + get("/nothing", close));
		assert.deepEqual(answer.statuses, [200, 200, 404]);
	});

	it("HEAD has the headers of GET and no body", async () => {
		const answer = await exchange(server, `HEAD /healthz HTTP/1.1\r\nHost: x\r\n${close}\r\n\r\n`);
		assert.equal(answer.status, 200);
		assert.match(answer.text, /content-length: 3\r/i);
		assert.ok(answer.text.endsWith("\r\n\r\n"));
	});

	it("OPTIONS * and unknown methods are answered, and change nothing", async () => {
		assert.ok((await exchange(server, `OPTIONS * HTTP/1.1\r\nHost: x\r\n${close}\r\n\r\n`)).status < 500);
		for (const method of ["TRACE", "PATCH", "PROPFIND"])
			assert.equal((await exchange(server, `${method} /healthz HTTP/1.1\r\nHost: x\r\n${close}\r\n\r\n`)).status, 405);
	});

	it("a body of just under the cap is read; one field over 64 is refused", async () => {
		const large = { client_id: tv.client_id, filler: "x".repeat(60000) };
		assert.equal((await post(server, issue, large)).status, 200);
		const many = Object.fromEntries(Array.from({ length: 80 }, (_, i) => [`f${i}`, "x"]));
		assertError(await post(server, issue, { client_id: tv.client_id, ...many }), 400, "invalid_request");
	});
});

describe("slow", () => {
	let server;
	before(async () => (server = await startServer({ moved: true })));
	after(() => server.close());

	const isCut = (text, ended) => ended || text.includes("HTTP/1.1 408");

	it("a head that trickles is cut after ten seconds, however steady the drops", async () => {
		const raw = new Raw(server).send("GET /healthz HTTP/1.1\r\nHost: x\r\n");
		await until(async () => (await fetch(`${server.base}/healthz`)).ok, "an answer to somebody else");
		for (let second = 0; second < 30 && !raw.ended; second++) {
			raw.send("X");
			server.clock.advance(1);
			await new Promise((resolve) => setTimeout(resolve, 50));
		}
		await raw.until(isCut, "the end");
		assert.doesNotMatch(raw.text, /HTTP\/1\.1 200/);
		raw.close();
	});

	it("a connection that says nothing is cut", async () => {
		const raw = new Raw(server);
		await until(async () => (await fetch(`${server.base}/healthz`)).ok, "an answer to somebody else");
		server.clock.advance(11);
		await raw.until((_text, ended) => ended, "the end");
		raw.close();
	});

	it("a body that trickles is cut after thirty seconds: 408", async () => {
		const head = formRequest("/o/token/", "", "Content-Length: 1000", "Expect: 100-continue");
		const raw = new Raw(server).send(head);
		await raw.until((text) => text.startsWith("HTTP/1.1 100"), "100 Continue");
		await server.clock.still(async () => {
			for (let i = 0; i < 5; i++) {
				raw.send("x");
				server.clock.advance(5);
				assert.ok((await fetch(`${server.base}/healthz`)).ok, "an answer to somebody else");
			}
			assert.equal(raw.ended, false, "it has its thirty seconds");
		});
		server.clock.advance(10);
		await raw.until(isCut, "the end");
		assert.doesNotMatch(raw.text, /HTTP\/1\.1 200/);
		raw.close();
	});

	it("an idle connection is closed after a minute or so, not before", async () => {
		const raw = new Raw(server).send(get("/healthz"));
		await raw.until((text) => text.endsWith("ok\n"), "the answer");
		server.clock.advance(30);
		raw.send(get("/healthz"));
		await raw.until((text) => text.split("ok\n").length === 3, "the second answer");
		// The answer may be here before the server begins to count.
		let isClosed = false;
		const closed = raw.closed().then(() => (isClosed = true));
		await until(() => {
			server.clock.advance(61);
			return isClosed;
		}, "the end of the connection");
		await closed;
	});

	it("none of them keeps anybody else waiting", async () => {
		const idle = Array.from({ length: 200 }, () => new Raw(server).send("POST /o/token/ HTTP/1.1\r\n"));
		const tv = await server.addClient();
		const grant = await newGrant(server, tv);
		assertError(await poll(server, tv, grant.device_code), 400, "authorization_pending");
		for (const raw of idle) raw.close();
	});
});
