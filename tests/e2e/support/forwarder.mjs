// SPDX-License-Identifier: Apache-2.0
//
// A way between a node and the database that a test can damage. It passes bytes on until it is cut (connections are reset, new
// ones too), frozen (nothing is passed on, nobody is told) or deaf (what the node sends arrives, answers do not), and after
// heal() again.
import { once } from "node:events";
import { connect, createServer } from "node:net";

// What is passed on in each state.
const passes = {
	whole: { requests: true, answers: true },
	frozen: { requests: false, answers: false },
	deaf: { requests: true, answers: false },
};

function direct(from, to, flows) {
	from.unpipe();
	if (flows) from.pipe(to);
	else from.pause();
}

export class Forwarder {
	constructor(host, port) {
		this.target = { host, port: Number(port) };
		this.pairs = new Set();
		this.state = "whole";
		this.listener = createServer({ allowHalfOpen: true, pauseOnConnect: true }, (client) => this.take(client));
	}

	async start() {
		this.listener.listen(0, "127.0.0.1");
		await once(this.listener, "listening");
		this.port = this.listener.address().port;
		return this;
	}

	/** Connections there are. */
	get count() {
		return this.pairs.size;
	}

	take(client) {
		if (this.state === "cut") {
			client.resetAndDestroy();
			return;
		}
		const pair = { client, server: null };
		this.pairs.add(pair);
		this.watch(pair, client);
		this.apply(pair);
	}

	// One end's fate is the other's.
	watch(pair, socket) {
		socket.setNoDelay(true);
		socket.on("error", () => this.end(pair));
		socket.on("close", () => this.end(pair));
	}

	end(pair) {
		this.pairs.delete(pair);
		pair.client.destroy();
		pair.server?.destroy();
	}

	apply(pair) {
		const { requests, answers } = passes[this.state];
		if (!pair.server) {
			if (!requests) return; // not even connected
			pair.server = connect({ ...this.target, allowHalfOpen: true });
			this.watch(pair, pair.server);
		}
		direct(pair.client, pair.server, requests);
		direct(pair.server, pair.client, answers);
	}

	become(state) {
		this.state = state;
		for (const pair of this.pairs) this.apply(pair);
	}

	cut() {
		this.state = "cut";
		for (const { client, server } of this.pairs) {
			client.resetAndDestroy();
			server?.resetAndDestroy();
		}
	}

	freeze() {
		this.become("frozen");
	}

	deafen() {
		this.become("deaf");
	}

	heal() {
		this.become("whole");
	}

	async close() {
		for (const pair of this.pairs) this.end(pair);
		this.listener.close();
		await once(this.listener, "close");
	}
}
