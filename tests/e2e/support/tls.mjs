// SPDX-License-Identifier: Apache-2.0
//
// A test CA made with openssl, and a server with listeners of several kinds.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { request } from "node:https";
import { tmpdir } from "node:os";
import path from "node:path";

import { freePort, run, Server } from "./server.mjs";

/** Keys and certificates in a folder of their own. */
export class Authority {
	constructor() {
		this.folder = mkdtempSync(path.join(tmpdir(), "doorcode-ca-"));
	}

	file(name) {
		return path.join(this.folder, name);
	}

	async openssl(...args) {
		const result = await run("openssl", args);
		if (result.code !== 0) throw new Error(`openssl ${args.join(" ")}: ${result.stderr}`);
		return result.stdout;
	}

	async key(name, kind) {
		const flags = kind === "rsa" ? ["RSA", "-pkeyopt", "rsa_keygen_bits:2048"] : ["EC", "-pkeyopt", "ec_paramgen_curve:P-256"];
		await this.openssl("genpkey", "-algorithm", ...flags, "-out", this.file(`${name}.key`));
	}

	/** NAME.key and NAME.pem, signed by itself. */
	async selfSigned(name, kind = "ec") {
		await this.key(name, kind);
		await this.openssl("req", "-x509", "-new", "-key", this.file(`${name}.key`), "-subj", `/CN=${name}`, "-days", "2", "-out", this.file(`${name}.pem`));
	}

	/** NAME.key and NAME.pem, signed by the CA that selfSigned("ca") made. */
	async signed(name, kind = "ec", names = "DNS:localhost,IP:127.0.0.1") {
		await this.key(name, kind);
		await this.openssl("req", "-new", "-key", this.file(`${name}.key`), "-subj", `/CN=${name}`, "-out", this.file(`${name}.csr`));
		writeFileSync(this.file("extensions"), `subjectAltName=${names}\n`);
		await this.openssl(
			...["x509", "-req", "-in", this.file(`${name}.csr`), "-CA", this.file("ca.pem"), "-CAkey", this.file("ca.key"), "-CAcreateserial"],
			...["-days", "2", "-extfile", this.file("extensions"), "-out", this.file(`${name}.pem`)],
		);
	}

	remove() {
		rmSync(this.folder, { recursive: true, force: true });
	}
}

/** A server that listens with http, https and https+mtls on loopback. Its certificate is that of `tls.pem`, `tls.key`. */
export async function tlsServer(authority, flags = {}) {
	const [http, https, mtls] = [await freePort(), await freePort(), await freePort()];
	const server = new Server({
		flags: {
			listen: [`127.0.0.1:${http}`, `https://127.0.0.1:${https}`, `https+mtls://127.0.0.1:${mtls}`],
			base_url: `https://localhost:${https}`,
			tls_certificate: authority.file("tls.pem"),
			tls_key: authority.file("tls.key"),
			...flags,
		},
	});
	return Object.assign(server, { port: http, httpsPort: https, mtlsPort: mtls });
}

/** {status, headers, text, certificate}, over an agent's connection or one of its own. */
export function ask(port, target, { method = "GET", body, headers = {}, ...options } = {}) {
	return new Promise((resolve, reject) => {
		const sent = request({ host: "127.0.0.1", servername: "localhost", port, path: target, method, headers, agent: false, ...options }, (response) => {
			const certificate = response.socket.getPeerCertificate();
			let text = "";
			response.setEncoding("utf8");
			response.on("data", (part) => (text += part));
			response.on("error", reject);
			response.on("end", () => resolve({ status: response.statusCode, headers: response.headers, text, certificate }));
		});
		sent.on("error", reject);
		sent.end(body);
	});
}
