// SPDX-License-Identifier: Apache-2.0
//
// Sends one request and writes down what became of it. It never throws because of the other side: whatever happens there is an
// outcome. With `hangUp` it destroys its socket so many milliseconds after the request was written, as a device does whose
// network goes away.
import { Agent, request } from "node:http";

const patienceMs = 8000;
// Everything that our server answers carries this; what HAProxy answers by itself does not.
const mark = "x-content-type-options";

export class Caller {
	constructor(history, actor) {
		this.history = history;
		this.actor = actor;
		this.agent = new Agent({ keepAlive: true, maxSockets: 8 });
	}

	/**
	 * ask: {method, path, fields, headers, origin, hangUp}; entry: what is to be written down before, {kind, flow, ...}; `digest` makes of
	 * a node's answer {status, headers, text, json} what is written down beside its status. Gives the entry.
	 */
	async send(ask, entry, digest = () => ({})) {
		const { origin } = ask;
		const written = this.history.begin({ actor: this.actor, origin, ...entry });
		const came = await this.exchange(ask);
		return this.history.end(written, { ...came.fields, ...(came.answer ? digest(came.answer) : {}) });
	}

	exchange({ method = "POST", path, fields, headers = {}, origin, hangUp }) {
		const body = fields ? new URLSearchParams(fields).toString() : "";
		const type = fields ? { "content-type": "application/x-www-form-urlencoded", "content-length": Buffer.byteLength(body) } : {};
		return new Promise((resolve) => {
			const options = { method, agent: this.agent, headers: { ...type, ...headers } };
			const sent = request(new URL(path, origin), options, (response) => read(response, resolve));
			let isConnected = false;
			const giveUp = (outcome) => {
				resolve({ fields: { outcome } });
				sent.destroy();
			};
			const timer = setTimeout(() => giveUp("timeout"), patienceMs);
			sent.on("close", () => clearTimeout(timer));
			sent.on("socket", (socket) => {
				if (!socket.connecting) isConnected = true;
				else socket.once("connect", () => (isConnected = true));
			});
			sent.on("error", (error) => resolve({ fields: failure(error, isConnected) }));
			if (hangUp === 0) sent.on("finish", () => giveUp("lost"));
			else if (hangUp) sent.on("finish", () => setTimeout(() => giveUp("lost"), hangUp));
			sent.end(body);
		});
	}

	close() {
		this.agent.destroy();
	}
}

// Without a connection nothing can have been sent.
function failure(error, isConnected = true) {
	return { outcome: isConnected ? "reset" : "refused", error: error.code ?? error.message };
}

function read(response, resolve) {
	let text = "";
	response.setEncoding("utf8");
	response.on("data", (part) => (text += part));
	response.on("error", (error) => resolve({ fields: failure(error) }));
	response.on("end", () => resolve(response.complete ? whole(response, text) : { fields: { outcome: "reset" } }));
}

function whole(response, text) {
	const { statusCode: status, headers } = response;
	const retryAfter = headers["retry-after"];
	if (!headers[mark]) return { fields: { outcome: "proxy", status, retryAfter } };
	let json;
	if (/json/.test(headers["content-type"] ?? "")) json = parse(text);
	return { fields: { outcome: "answered", status, retryAfter }, answer: { status, headers, text, json } };
}

function parse(text) {
	try {
		return JSON.parse(text);
	} catch {
		return undefined;
	}
}

/** For answers to programs: the JSON, and the very bytes of tokens. */
export const jsonDigest = ({ status, text, json }) => (json && status === 200 ? { body: json, bytes: text } : { body: json ?? text.slice(0, 300) });
