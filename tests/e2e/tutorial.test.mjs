// SPDX-License-Identifier: Apache-2.0
//
// Two tutorials, run as they stand: that of the server whose behaviour we start from (fixtures/seed.sh holds its two commands
// letter by letter), and our own, docs/tutorial.md.
import assert from "node:assert/strict";
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import { after, before, describe, it } from "node:test";

import { registered } from "./support/applications.mjs";
import { Browser } from "./support/browser.mjs";
import { password, repository, run, startServer } from "./support/server.mjs";
import { curlEnvironment, piecesOf, Shell } from "./support/shell.mjs";

const base_url = "http://127.0.0.1:8000";

describe("the commands of the seed tutorial, letter by letter", () => {
	const text = readFileSync(new URL("fixtures/seed.sh", import.meta.url), "utf8");
	const [askForCodes, poll] = text.split(/\n\n/);
	let server, env, person, client_id;

	before(async () => {
		server = await startServer({ moved: true, fresh: true, flags: { base_url } });
		await server.addUser("ada");
		env = curlEnvironment(server, { status: true });
		person = new Browser(server);
		await person.signIn("ada", password);
		({ client_id } = await registered(person, { name: "Device" }));
	});
	after(() => server.close());

	async function type(command, deviceCode) {
		const whole = command
			.replaceAll("{your application client id}", client_id)
			.replaceAll("{the device code from the device-authorization response}", deviceCode);
		assert.doesNotMatch(whole, /[{}]/);
		const { code, stdout, stderr } = await run("bash", ["-c", whole], { env });
		assert.equal(code, 0, stderr);
		const [, body, status] = /^([\s\S]*)\n(\d{3})$/.exec(stdout);
		return { status: Number(status), json: JSON.parse(body) };
	}
	async function codes() {
		const { status, json } = await type(askForCodes);
		assert.equal(status, 200);
		return json;
	}
	function assertRefusal(answer, error) {
		assert.equal(answer.status, 400);
		assert.equal(answer.json.error, error);
		assert.deepEqual(Object.keys(answer.json).filter((name) => name !== "error" && name !== "error_description"), []);
	}

	it("ask for codes: members, types and fixed values", async () => {
		const json = await codes();
		assert.equal(json.verification_uri, "http://127.0.0.1:8000/o/device");
		assert.equal(json.expires_in, 1800);
		assert.equal(json.interval, 5);
		for (const name of ["user_code", "device_code"]) assert.match(json[name], /^\S+$/);
		// and ours, after theirs
		assert.deepEqual(Object.keys(json), ["verification_uri", "expires_in", "user_code", "device_code", "interval", "verification_uri_complete"]);
		assert.equal(json.verification_uri_complete, `http://127.0.0.1:8000/o/device?user_code=${json.user_code}`);
	});

	it("poll while nobody has decided: authorization_pending", async () => {
		assertRefusal(await type(poll, (await codes()).device_code), "authorization_pending");
	});

	it("poll after a denial: access_denied", async () => {
		const { user_code, device_code } = await codes();
		await person.decide(user_code, "deny");
		assertRefusal(await type(poll, device_code), "access_denied");
	});

	it("poll after the end: expired_token", async () => {
		const { device_code } = await codes();
		server.clock.advance(1801);
		assertRefusal(await type(poll, device_code), "expired_token");
	});

	it("poll after approval: tokens, with the members, types and fixed values", async () => {
		const { user_code, device_code } = await codes();
		await person.decide(user_code);
		const { status, json } = await type(poll, device_code);
		assert.equal(status, 200);
		assert.deepEqual(Object.keys(json), ["access_token", "expires_in", "token_type", "scope", "refresh_token", "id_token"]);
		assert.deepEqual([json.expires_in, json.token_type, json.scope], [36000, "Bearer", "openid"]);
		for (const name of ["access_token", "refresh_token", "id_token"]) assert.match(json[name], /^\S{30,}$/);
	});

	it("the code may be typed without its dash and in lower case", async () => {
		const { user_code, device_code } = await codes();
		await person.decide(user_code.replaceAll("-", "").toLowerCase());
		assert.equal((await type(poll, device_code)).status, 200);
	});
});

describe("docs/tutorial.md", () => {
	const markdown = readFileSync(path.join(repository, "docs/tutorial.md"), "utf8");
	let server, shell, person, env;

	before(async () => {
		server = await startServer({ fresh: true, flags: { base_url } });
		await server.addUser("demo");
		env = curlEnvironment(server);
		prepareFolder();
		shell = new Shell(server.folder, env);
		person = new Browser(server);
		await person.signIn("demo", password);
	});
	after(async () => {
		await shell.close();
		await server.close();
	});

	// What `make run` leaves behind: the program and the options of its server.
	function prepareFolder() {
		mkdirSync(path.join(server.folder, "var"));
		mkdirSync(path.join(server.folder, "build/release"), { recursive: true });
		symlinkSync(server.program, path.join(server.folder, "build/release/doorcode"));
		const store = Object.entries(server.store.flags).map(([name, value]) => `${name} = "${value}"`);
		const options = [...store, `base_url = "${base_url}"`, 'applications = "everyone"'];
		writeFileSync(path.join(server.folder, "var/doorcode.conf"), `${options.join("\n")}\n`);
	}

	// A JSON block shows the answer before it: the same members in the same order, and the same values but for those made up.
	function assertLikeShown(output, shown) {
		const [answer, example] = [JSON.parse(output), JSON.parse(shown)];
		assert.deepEqual(Object.keys(answer), Object.keys(example));
		for (const [name, value] of Object.entries(example)) {
			assert.equal(typeof answer[name], typeof value, name);
			if (name === "error_description" || /user_code|_complete$/.test(name)) continue;
			if (/^(\w+_|eyJ)\.\.\.$/.test(`${value}`)) assert.ok(answer[name].startsWith(value.slice(0, -3)), `${name}: ${answer[name]}`);
			else assert.equal(answer[name], value, name);
		}
	}

	const browserSteps = {
		register: async () => `${(await registered(person, { name: "Living room TV" })).client_id}\n`,
		approve: async () => {
			const { output } = await shell.run('printf %s "$user_code"');
			assert.match((await person.decide(output)).html, /Device Authorized/);
			return "";
		},
	};

	it("runs as it stands, and its answers are those shown", async () => {
		let [typed, skip, output, ran] = ["", false, "", 0];
		for (const piece of piecesOf(markdown)) {
			const step = /^in the browser: (\w+)$/.exec(piece.text)?.[1];
			if (piece.kind === "comment" && step) typed = await browserSteps[step]();
			else if (piece.kind === "comment") skip = /^not run: /.test(piece.text);
			else if (piece.kind === "json") assertLikeShown(output, piece.text);
			else if (skip) skip = false;
			else {
				const result = await shell.run(piece.text, typed);
				assert.equal(result.code, 0, `${piece.text}\n${result.output}\n${result.errors}`);
				assert.equal(result.errors, "", piece.text);
				[typed, output] = ["", result.output];
				ran++;
			}
		}
		assert.ok(ran >= 10, `${ran} pieces were run`);
		const list = await server.cliJson(["app", "list"]);
		assert.deepEqual(list.map((app) => app.name).sort(), ["Kitchen display", "Living room TV"]);
	});

	it("names only files and commands that exist", async () => {
		for (const [, command] of markdown.matchAll(/`doorcode (\w+)/g)) assert.equal((await server.cli([command, "--help"])).code, 0, command);
	});
});
