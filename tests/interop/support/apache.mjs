// SPDX-License-Identifier: Apache-2.0
//
// Apache for one test: a configuration of docs/guide with the addresses of this run, in a folder of its own, with a certificate of
// the test CA.
import { spawn, spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { request } from "node:https";
import path from "node:path";

import { env } from "./lines.mjs";

const modules = ["mpm_event", "authn_core", "authz_core", "authz_user", "ssl", "headers", "socache_shmcb"];

function openssl(...words) {
	const result = spawnSync("openssl", words, { encoding: "utf8" });
	if (result.status !== 0) throw new Error(result.stderr);
}

function makeCertificate() {
	const [key, csr, pem, names] = ["app.key", "app.csr", "app.pem", "names"].map((name) => path.join(env.WORK, name));
	openssl("req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", key, "-subj", "/CN=app", "-out", csr);
	writeFileSync(names, "subjectAltName=DNS:localhost,IP:127.0.0.1\n");
	openssl("x509", "-req", "-in", csr, "-CA", env.CA_FILE, "-CAkey", env.CA_KEY, "-set_serial", "77", "-days", "2", "-extfile", names, "-out", pem);
	return { key, pem };
}

/** The file of the guide with every text of `replaced` in it replaced. */
function fromGuide(name, replaced) {
	const { key, pem } = makeCertificate();
	const all = { "*:443": `127.0.0.1:${env.PORT}`, "/etc/ssl/private/app.pem": pem, "/etc/ssl/private/app.key": key, ...replaced };
	return Object.entries(all).reduce((text, [from, to]) => {
		if (!text.includes(from)) throw new Error(`${name} does not say ${from}`);
		return text.replaceAll(from, to);
	}, readFileSync(path.join(env.REPOSITORY, "docs/guide/apache", name), "utf8"));
}

export const version = () => spawnSync("apache2", ["-v"], { encoding: "utf8" }).stdout.match(/Apache\/([\d.]+)/)[1];

/** The test CA's certificate, where Apache's user may read it. */
export const authority = path.join(env.WORK, "ca.pem");

/** Starts it: {end}. Whatever is asked for below its root is there. */
export async function startApache(name, module, replaced) {
	const root = path.join(env.WORK, "root");
	mkdirSync(path.join(root, "private"), { recursive: true });
	mkdirSync(path.join(root, "api"), { recursive: true });
	for (const file of ["index.html", "private/index.html", "api/index.html", "goodbye"]) writeFileSync(path.join(root, file), "here\n");
	copyFileSync(env.CA_FILE, authority);
	const file = path.join(env.WORK, "apache.conf");
	const load = [...modules, module].map((name) => `LoadModule ${name}_module /usr/lib/apache2/modules/mod_${name}.so`);
	const lines = [
		...load,
		`ServerRoot ${env.WORK}`,
		`PidFile ${env.WORK}/pid`,
		`DefaultRuntimeDir ${env.WORK}`,
		`ErrorLog ${env.WORK}/errors`,
		"LogLevel warn",
		"ServerName localhost",
		"User www-data",
		"Group www-data",
		`Listen 127.0.0.1:${env.PORT}`,
		`<Directory ${root}>\nRequire all granted\n</Directory>`,
		fromGuide(name, { ...replaced }).replace(/DocumentRoot .*/, `DocumentRoot ${root}`),
	];
	writeFileSync(file, `${lines.join("\n")}\n`);
	spawnSync("chmod", ["-R", "a+rX", env.WORK]);
	const errors = () => readFileSync(path.join(env.WORK, "errors"), "utf8");
	const end = () => {
		child.kill();
		console.error(errors());
	};
	const child = spawn("apache2", ["-f", file, "-DFOREGROUND"], { stdio: ["ignore", "inherit", "inherit"] });
	for (;;) {
		if (child.exitCode !== null) throw new Error(`apache ended: ${errors()}`);
		if (await get("/index.html").then(() => true, () => false)) return { end };
		await new Promise((resolve) => setTimeout(resolve, 50));
	}
}

/** GET on the test's Apache, or of a whole address: {status, headers, text}. */
export function get(target, headers = {}) {
	return new Promise((resolve, reject) => {
		const address = new URL(target, `https://localhost:${env.PORT}`);
		request(address, { headers, agent: false, family: 4 }, (answer) => {
			let text = "";
			answer.setEncoding("utf8").on("data", (part) => (text += part));
			answer.on("end", () => resolve({ status: answer.statusCode, headers: answer.headers, text }));
		})
			.on("error", reject)
			.end();
	});
}
