// SPDX-License-Identifier: Apache-2.0
//
// Requests byte by byte, for what no well-behaved client sends.
import { connect } from "node:net";

import { patience } from "./server.mjs";

/** A connection that keeps what it has received as text. */
export class Raw {
	constructor(server, port = server.port) {
		this.socket = connect(port, "127.0.0.1");
		this.text = "";
		this.ended = false;
		this.changed = () => {};
		this.socket.setEncoding("latin1");
		this.socket.on("data", (part) => {
			this.text += part;
			this.changed();
		});
		for (const event of ["end", "close", "error"])
			this.socket.on(event, () => {
				this.ended = true;
				this.changed();
			});
	}

	send(bytes) {
		this.socket.write(bytes, "latin1");
		return this;
	}

	/** Waits until `test(text, ended)` holds, or fails. */
	async until(test, what, seconds = 60) {
		const deadline = Date.now() + seconds * 1000 * patience;
		while (!test(this.text, this.ended)) {
			if (this.ended || Date.now() > deadline) throw new Error(`in vain waited for ${what}; received:\n${this.text}`);
			await new Promise((resolve) => {
				const timer = setTimeout(resolve, 100);
				this.changed = () => {
					clearTimeout(timer);
					resolve();
				};
			});
		}
		return this.text;
	}

	/** Everything until the server closes. */
	closed(seconds) {
		return this.until((_text, ended) => ended, "the connection to be closed", seconds);
	}

	close() {
		this.socket.destroy();
	}
}

/** Sends bytes and gives {status, statuses, text} when the server has closed the connection. */
export async function exchange(server, bytes, seconds) {
	const raw = new Raw(server).send(bytes);
	try {
		const text = await raw.closed(seconds);
		const statuses = [...text.matchAll(/HTTP\/1\.[01] (\d{3}) /g)].map((found) => Number(found[1]));
		return { status: statuses[0], statuses, text };
	} finally {
		raw.close();
	}
}

export const lines = (...parts) => parts.join("\r\n");

/** A whole POST of a form. */
export function formRequest(path, body, ...headers) {
	return lines(`POST ${path} HTTP/1.1`, "Host: 127.0.0.1", "Content-Type: application/x-www-form-urlencoded", ...headers, "", body);
}
