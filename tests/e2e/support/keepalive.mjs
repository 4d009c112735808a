// SPDX-License-Identifier: Apache-2.0
//
// A fast client for tests that send much at once: connections are kept and reused, the number of them is bounded, and a person
// decides with two requests, since the form token is one and the same for the whole session.
import { Agent, request } from "node:http";

import { Browser, formFields } from "./browser.mjs";
import { deviceGrant } from "./device.mjs";
import { password } from "./server.mjs";

export class Client {
	constructor(server, sockets = 64) {
		this.server = server;
		this.agent = new Agent({ keepAlive: true, maxSockets: sockets });
	}

	/** {status, headers, text, json}; throws when no whole answer came. */
	send(method, path, fields, headers = {}) {
		const body = fields ? new URLSearchParams(fields).toString() : "";
		const type = fields ? { "content-type": "application/x-www-form-urlencoded", "content-length": body.length } : {};
		return new Promise((resolve, reject) => {
			const options = { host: "127.0.0.1", port: this.server.port, method, path, agent: this.agent, headers: { ...type, ...headers } };
			const sent = request(options, (response) => {
				let text = "";
				response.setEncoding("utf8");
				response.on("data", (part) => (text += part));
				response.on("error", reject);
				response.on("end", () => resolve(answerOf(response, text)));
			});
			sent.on("error", reject);
			sent.end(body);
		});
	}

	authorizeDevice(client, fields = {}) {
		return this.send("POST", "/o/device-authorization/", { ...credentials(client), ...fields });
	}

	poll(client, deviceCode) {
		return this.send("POST", "/o/token/", { grant_type: deviceGrant, device_code: deviceCode, ...credentials(client) });
	}

	refresh(client, refreshToken) {
		return this.send("POST", "/o/token/", { grant_type: "refresh_token", refresh_token: refreshToken, ...credentials(client) });
	}

	close() {
		this.agent.destroy();
	}
}

function credentials({ client_id, client_secret }) {
	return client_secret ? { client_id, client_secret } : { client_id };
}

function answerOf(response, text) {
	let json;
	if (/json/.test(response.headers["content-type"] ?? "")) json = JSON.parse(text);
	return { status: response.statusCode, headers: response.headers, text, json };
}

/** Somebody who is signed in and decides much. */
export class Person {
	constructor(client, name, headers = {}) {
		this.client = client;
		this.name = name;
		this.headers = headers;
	}

	async signIn() {
		const browser = new Browser(this.client.server, this.headers);
		await browser.signIn(this.name, password);
		const { fields } = formFields((await browser.get("/o/device")).html, "/o/device");
		this.token = fields.csrf_token;
		this.cookie = [...browser.cookies].map(([name, value]) => `${name}=${value}`).join("; ");
		return this;
	}

	post(path, fields) {
		return this.client.send("POST", path, { csrf_token: this.token, ...fields }, { ...this.headers, cookie: this.cookie });
	}

	/** The path of the confirm page. One at a time, as a person does: many at once are taken for guessing. */
	enter(userCode) {
		const mine = (this.last ?? Promise.resolve()).then(() => this.enterNow(userCode));
		this.last = mine.catch(() => {});
		return mine;
	}

	async enterNow(userCode) {
		const answer = await this.post("/o/device", { user_code: userCode });
		if (answer.status !== 303) throw new Error(`code refused: ${answer.status}\n${answer.text}`);
		return answer.headers.location;
	}

	decide(confirmPath, action = "accept") {
		return this.post(confirmPath, { action });
	}

	/** Enters the code and approves. */
	async approve(userCode) {
		const answer = await this.decide(await this.enter(userCode));
		if (answer.status !== 303) throw new Error(`approval refused: ${answer.status}\n${answer.text}`);
	}

	async page(path) {
		return (await this.client.send("GET", path, null, { ...this.headers, cookie: this.cookie })).text;
	}
}
